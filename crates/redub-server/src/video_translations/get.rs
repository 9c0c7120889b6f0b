//! `GET /v3/video-translations/{video_translation_id}`.

use axum::extract::State;

use super::resource::{VideoTranslation, show};
use crate::auth::Tenant;
use crate::jobs::{self, JobRow, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId};

/// A translation with fresh links.
#[utoipa::path(
    get,
    path = "/v3/video-translations/{video_translation_id}",
    tag = "Video translations",
    params(("video_translation_id" = String, Path)),
    responses((status = 200, body = Data<VideoTranslation>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody))
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
) -> Result<Data<VideoTranslation>, ApiError> {
    let job = find(&app, &tenant, &id).await?;
    Ok(Data::new(show(&app, &base, job).await?))
}

/// The tenant's translation.
///
/// # Errors
/// 404.
pub async fn find(app: &App, tenant: &str, id: &str) -> Result<JobRow, ApiError> {
    let found = jobs::find(&app.db, tenant, Kind::Translation, id).await?;
    found.ok_or_else(|| ApiError::not_found("Video translation", id))
}
