//! `POST /v3/video-translations/batches`.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::submit::{CreatedBatch, Item, MOST, submit};
use crate::auth::Tenant;
use crate::idempotency::Slot;
use crate::jobs::Kind;
use crate::state::App;
use crate::video_translations::CreateTranslation;
use crate::wire::{self, ApiError, Body, Data, ErrorBody};

/// Translations to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateTranslationBatch {
    /// Bodies as of `POST /v3/video-translations`; each output language becomes an item, at most 100 in all.
    #[schema(min_items = 1)]
    video_translations: Vec<CreateTranslation>,
    /// A name for people.
    #[serde(default)]
    title: Option<String>,
    /// Told once, when all items have ended.
    #[serde(default)]
    callback_url: Option<String>,
}

/// Starts up to 100 translations. Items are independent: one that cannot be made shows up as failed.
#[utoipa::path(
    post,
    path = "/v3/video-translations/batches",
    tag = "Video translations",
    params(wire::IdempotencyKey),
    request_body = CreateTranslationBatch,
    responses(
        (status = 202, body = Data<CreatedBatch>),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 429, body = ErrorBody)
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    Body(request): Body<CreateTranslationBatch>,
) -> Result<Response, ApiError> {
    let mut items: Vec<Item> = Vec::new();
    for translation in &request.video_translations {
        if items.len() + translation.output_languages.len().max(1) > MOST {
            let message = format!("More than {MOST} items after each output language became one");
            return Err(ApiError::invalid("video_translations", message));
        }
        match translation.jobs(&app, &tenant).await {
            Ok(jobs) => items.extend(jobs.into_iter().map(Ok)),
            Err(error) => items.extend(refused(translation, &error)),
        }
    }
    let words = (request.title.as_deref(), request.callback_url.as_deref());
    submit(&app, &tenant, Kind::Translation, words, items, slot.map(|s| s.0)).await
}

/// One refused item per language.
fn refused(translation: &CreateTranslation, error: &ApiError) -> Vec<Item> {
    let count = translation.output_languages.len().max(1);
    (0..count).map(|_| Err(error.clone())).collect()
}
