//! `PATCH /v3/lipsyncs/{lipsync_id}`.

use axum::extract::State;

use super::{LipsyncResource, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::video_translations::Rename;
use crate::wire::{ApiError, Base, Body, Data, ErrorBody, PathId};

/// Renames a lip-sync.
#[utoipa::path(
    patch,
    path = "/v3/lipsyncs/{lipsync_id}",
    tag = "Lipsyncs",
    params(("lipsync_id" = String, Path, description = "Id of the lip-sync")),
    request_body = Rename,
    responses(
        (status = 200, body = Data<LipsyncResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn update(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
    Body(request): Body<Rename>,
) -> Result<Data<LipsyncResource>, ApiError> {
    jobs::rename(&app.db, &tenant, Kind::Lipsync, &id, &request.title()?).await?;
    let found = jobs::find(&app.db, &tenant, Kind::Lipsync, &id).await?;
    let job = found.ok_or_else(|| ApiError::not_found("Lipsync", &id))?;
    Ok(Data::new(show(&app, &base, job).await?))
}
