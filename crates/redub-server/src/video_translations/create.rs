//! `POST /v3/video-translations`.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::request::CreateTranslation;
use crate::auth::Tenant;
use crate::idempotency::Slot;
use crate::jobs::{self, Room};
use crate::state::App;
use crate::wire::{self, ApiError, Body, Data, ErrorBody};

/// The jobs that were made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedTranslations {
    /// One id per language, in the order asked for.
    video_translation_ids: Vec<String>,
}

/// Starts one translation per output language.
#[utoipa::path(
    post,
    path = "/v3/video-translations",
    tag = "Video translations",
    params(wire::IdempotencyKey),
    request_body = CreateTranslation,
    responses(
        (status = 200, body = Data<CreatedTranslations>),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody)
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    Body(request): Body<CreateTranslation>,
) -> Result<Data<CreatedTranslations>, ApiError> {
    let jobs = request.jobs(&app, &tenant).await?;
    let answer = CreatedTranslations { video_translation_ids: jobs.iter().map(|j| j.id.clone()).collect() };
    let answer = Data::new(answer);
    jobs::submit(&app, &tenant, Room::Jobs, &jobs, slot.map(|s| s.0), StatusCode::OK, &answer).await?;
    Ok(answer)
}
