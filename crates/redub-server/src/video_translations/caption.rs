//! `GET /v3/video-translations/{video_translation_id}/caption`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::get::find;
use crate::auth::Tenant;
use crate::jobs::Status;
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId, Query};

/// Format of the captions.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// SubRip.
    #[default]
    Srt,
    /// WebVTT.
    Vtt,
}

/// Which captions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `srt` when left out.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

/// A link to captions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Caption {
    /// Signed, expires.
    caption_url: String,
}

/// The captions of a completed translation, whether or not they were asked for when it was made.
#[utoipa::path(
    get,
    path = "/v3/video-translations/{video_translation_id}/caption",
    tag = "Video translations",
    params(("video_translation_id" = String, Path), Wanted),
    responses(
        (status = 200, body = Data<Caption>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)
    )
)]
pub async fn caption(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
    Query(wanted): Query<Wanted>,
) -> Result<Data<Caption>, ApiError> {
    let job = find(&app, &tenant, &id).await?;
    let file = match wanted.format {
        Format::Srt => job.srt_file.as_ref(),
        Format::Vtt => job.vtt_file.as_ref(),
    };
    match file.filter(|_| job.status == Status::Completed) {
        Some(file) => Ok(Data::new(Caption { caption_url: job.link(&app.links, &base, file) })),
        None if job.status == Status::Failed => {
            Err(ApiError::not_ready(format!("Video translation {id} failed, so that it has no captions")))
        }
        None => Err(ApiError::not_ready(format!(
            "Video translation {id} is not completed yet; its captions come with it"
        ))),
    }
}
