//! `GET /v3/voices/{voice_id}`.

use axum::http::StatusCode;
use redub_speech::voices::catalog as voices;
use serde::Serialize;
use utoipa::ToSchema;

use super::show;
use crate::auth::Tenant;
use crate::wire::{ApiError, Data, ErrorBody, PathId};

/// A voice by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoiceDetails {
    /// Its id.
    voice_id: String,
    /// Its name.
    name: String,
    /// Language it speaks natively.
    language: String,
    /// `female` or `male`.
    gender: String,
    /// `complete`: stock voices are always there.
    status: String,
    /// Whether pauses can be asked for in a text: no.
    support_pause: bool,
    /// Whether it speaks for interactive avatars: no.
    support_interactive_avatar: bool,
}

/// Reads a stock voice.
#[utoipa::path(
    get,
    path = "/v3/voices/{voice_id}",
    tag = "Voices",
    params(("voice_id" = String, Path, description = "Id of the voice")),
    responses(
        (status = 200, body = Data<VoiceDetails>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn get(_: Tenant, PathId(id): PathId) -> Result<Data<VoiceDetails>, ApiError> {
    let missing = || ApiError::new(StatusCode::NOT_FOUND, "voice_not_found", format!("Voice {id} not found"));
    let voice = show(voices::find(&id).ok_or_else(missing)?);
    Ok(Data::new(VoiceDetails {
        voice_id: voice.voice_id,
        name: voice.name,
        language: voice.language,
        gender: voice.gender,
        status: "complete".to_owned(),
        support_pause: voice.support_pause,
        support_interactive_avatar: false,
    }))
}
