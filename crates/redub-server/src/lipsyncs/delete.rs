//! `DELETE /v3/lipsyncs/{lipsync_id}`.

use axum::extract::State;

use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes a lip-sync and its files; one that waits or runs is cancelled.
#[utoipa::path(
    delete,
    path = "/v3/lipsyncs/{lipsync_id}",
    tag = "Lipsyncs",
    params(("lipsync_id" = String, Path, description = "Id of the lip-sync")),
    responses(
        (status = 200, body = Data<Deleted>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Deleted>, ApiError> {
    if !jobs::remove(&app, &tenant, Kind::Lipsync, &id).await? {
        return Err(ApiError::not_found("Lipsync", &id));
    }
    Ok(Data::new(Deleted { id }))
}
