//! `DELETE /v3/video-translations/{video_translation_id}`.

use axum::extract::State;

use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes a translation and its files; one that is running is stopped.
#[utoipa::path(
    delete,
    path = "/v3/video-translations/{video_translation_id}",
    tag = "Video translations",
    params(("video_translation_id" = String, Path)),
    responses((status = 200, body = Data<Deleted>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody))
)]
pub async fn delete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Deleted>, ApiError> {
    if !jobs::remove(&app, &tenant, Kind::Translation, &id).await? {
        return Err(ApiError::not_found("Video translation", &id));
    }
    Ok(Data::new(Deleted { id }))
}
