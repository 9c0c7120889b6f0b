//! `GET /v3/lipsyncs/{lipsync_id}`.

use axum::extract::State;

use super::{LipsyncResource, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId};

/// Reads a lip-sync. Links in it are fresh at every reading.
#[utoipa::path(
    get,
    path = "/v3/lipsyncs/{lipsync_id}",
    tag = "Lipsyncs",
    params(("lipsync_id" = String, Path, description = "Id of the lip-sync")),
    responses(
        (status = 200, body = Data<LipsyncResource>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
) -> Result<Data<LipsyncResource>, ApiError> {
    let found = jobs::find(&app.db, &tenant, Kind::Lipsync, &id).await?;
    let job = found.ok_or_else(|| ApiError::not_found("Lipsync", &id))?;
    Ok(Data::new(show(&app, &base, job).await?))
}
