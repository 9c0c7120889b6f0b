//! `GET /v3/video-translations/proofreads/{proofread_id}/srt`.

use axum::extract::State;
use redub_core::captions::{Cue, to_srt};
use serde::Serialize;
use utoipa::ToSchema;

use super::get::ready;
use super::rows;
use crate::auth::Tenant;
use crate::objects::ObjectError;
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId};

/// Type of caption files.
const SRT: &str = "application/x-subrip";
/// Name of the transcript's file among those of the session.
pub const ORIGINAL: &str = "original.srt";

/// Links to the captions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SrtLinks {
    /// The translation as it is now, edits included.
    srt_url: String,
    /// What was said, in the source's language.
    original_srt_url: String,
}

/// The captions to review: the translation as it is now, and what was said.
#[utoipa::path(
    get,
    path = "/v3/video-translations/proofreads/{proofread_id}/srt",
    tag = "Proofreads",
    params(("proofread_id" = String, Path)),
    responses(
        (status = 200, body = Data<SrtLinks>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)
    )
)]
pub async fn srt(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
) -> Result<Data<SrtLinks>, ApiError> {
    let job = ready(&app, &tenant, &id).await?;
    let session = rows::session(&app.db, &id).await?;
    let edited = job.object(&format!("edited-{}.srt", session.revision));
    if matches!(app.objects.size(&edited).await, Err(ObjectError::Missing(_))) {
        let cues: Vec<Cue> = rows::lines(&app.db, &id).await?.iter().map(rows::LineRow::cue).collect();
        let text = to_srt(&cues);
        app.objects.put(&edited, &mut text.as_bytes()).await.map_err(ApiError::internal)?;
    }
    let link =
        |key: &str, ending: &str| app.links.read(&base, key, &format!("{}{ending}", job.file_title()), SRT);
    Ok(Data::new(SrtLinks {
        srt_url: link(&edited, "_proofread.srt"),
        original_srt_url: link(&job.object(ORIGINAL), "_proofread_original.srt"),
    }))
}
