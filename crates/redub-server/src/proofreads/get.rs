//! `GET /v3/video-translations/proofreads/{proofread_id}`.

use axum::extract::State;

use super::resource::{Proofread, show};
use crate::auth::Tenant;
use crate::jobs::{self, JobRow, Kind, Status};
use crate::state::App;
use crate::wire::{ApiError, Data, ErrorBody, PathId};

/// A session.
#[utoipa::path(
    get,
    path = "/v3/video-translations/proofreads/{proofread_id}",
    tag = "Proofreads",
    params(("proofread_id" = String, Path)),
    responses((status = 200, body = Data<Proofread>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody))
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Proofread>, ApiError> {
    let job = find(&app, &tenant, &id).await?;
    Ok(Data::new(show(&app, job).await?))
}

/// The tenant's session.
///
/// # Errors
/// 404.
pub async fn find(app: &App, tenant: &str, id: &str) -> Result<JobRow, ApiError> {
    let found = jobs::find(&app.db, tenant, Kind::Proofread, id).await?;
    found.ok_or_else(|| ApiError::not_found("Proofread", id))
}

/// The tenant's session, once there is something to review.
///
/// # Errors
/// 404, or 409 while it is processing and after it failed.
pub async fn ready(app: &App, tenant: &str, id: &str) -> Result<JobRow, ApiError> {
    let job = find(app, tenant, id).await?;
    match job.status {
        Status::Completed => Ok(job),
        Status::Failed => {
            let why = job.failure_message.unwrap_or_default();
            Err(ApiError::not_ready(format!("Proofread {id} failed: {why}")))
        }
        Status::Pending | Status::Running => Err(ApiError::not_ready(format!(
            "Proofread {id} is still processing; ask again when it is completed"
        ))),
    }
}
