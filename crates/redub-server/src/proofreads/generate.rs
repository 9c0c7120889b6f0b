//! `POST /v3/video-translations/proofreads/{proofread_id}/generate`.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::get::ready;
use super::rows;
use crate::auth::Tenant;
use crate::check;
use crate::idempotency::Slot;
use crate::jobs::{self, Kind, NewJob, Room, Spec};
use crate::state::App;
use crate::wire::{self, ApiError, Data, ErrorBody, OptionalBody, PathId, hex, present};

/// How to render; everything may be left out, the body too.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Generate {
    /// Make caption files.
    #[serde(default, deserialize_with = "present")]
    captions: bool,
    /// Leave the picture as it is.
    #[serde(default, deserialize_with = "present")]
    translate_audio_only: bool,
    /// Where its end is told.
    #[serde(default)]
    callback_url: Option<String>,
    /// Given back with that.
    #[serde(default)]
    callback_id: Option<String>,
}

/// The translation that was started.
#[derive(Debug, Serialize, ToSchema)]
pub struct Generated {
    /// Ask for it at `/v3/video-translations/{id}`.
    video_translation_id: String,
    /// Always `processing`.
    #[schema(value_type = String)]
    status: &'static str,
}

/// Renders a session's text as it is now. Lines that did not change since they were spoken last are not spoken again.
#[utoipa::path(
    post,
    path = "/v3/video-translations/proofreads/{proofread_id}/generate",
    tag = "Proofreads",
    params(
        ("proofread_id" = String, Path),
        wire::IdempotencyKey
    ),
    request_body = Option<Generate>,
    responses(
        (status = 200, body = Data<Generated>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 429, body = ErrorBody)
    )
)]
pub async fn generate(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    PathId(id): PathId,
    OptionalBody(request): OptionalBody<Generate>,
) -> Result<Data<Generated>, ApiError> {
    let session = ready(&app, &tenant, &id).await?;
    let revision = rows::session(&app.db, &id).await?.revision;
    let lines = rows::lines(&app.db, &id).await?;
    let suffix =
        session.spec.to.as_ref().map_or_else(String::new, |to| format!("-{}", to.to_string().to_lowercase()));
    let spec = Spec {
        captions: request.captions,
        audio_only: request.translate_audio_only,
        reviewed: Some(lines.iter().map(rows::LineRow::reviewed).collect()),
        ..session.spec
    };
    let job = NewJob {
        id: format!("{}{suffix}", hex()),
        group_id: session.group_id,
        title: session.title,
        folder_id: session.folder_id,
        callback_url: check::callback(&app, request.callback_url.as_deref())?,
        callback_id: check::text("callback_id", request.callback_id.as_deref())?,
        output_language: session.output_language,
        proofread: Some((id, revision)),
        ..NewJob::new(Kind::Translation, &tenant, spec)
    };
    let answer = Data::new(Generated { video_translation_id: job.id.clone(), status: "processing" });
    jobs::submit(&app, &tenant, Room::Jobs, &[job], slot.map(|s| s.0), StatusCode::OK, &answer).await?;
    Ok(answer)
}
