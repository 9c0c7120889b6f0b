//! `DELETE /v3/redub/proofreads/{proofread_id}`.

use axum::extract::State;

use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::proofreads::find;
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes a session with its edits and its source. Videos that were generated from it stay.
#[utoipa::path(
    delete,
    path = "/v3/redub/proofreads/{proofread_id}",
    tag = "Proofreads",
    params(("proofread_id" = String, Path)),
    responses((status = 200, body = Data<Deleted>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody))
)]
pub async fn delete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Deleted>, ApiError> {
    let job = find(&app, &tenant, &id).await?;
    if !jobs::remove(&app, &tenant, Kind::Proofread, &id).await? {
        return Err(ApiError::not_found("Proofread", &id));
    }
    let _ = tokio::fs::remove_dir_all(app.config.work().join("sessions").join(&job.group_id)).await;
    Ok(Data::new(Deleted { id }))
}
