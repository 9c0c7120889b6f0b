//! `POST /v3/lipsyncs/batches`.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::NewLipsync;
use crate::auth::Tenant;
use crate::batches::{CreatedBatch, submit};
use crate::idempotency::Slot;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::{ApiError, Body, Data, ErrorBody, IdempotencyKey};

/// Lip-syncs to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewLipsyncBatch {
    /// Bodies as of `POST /v3/lipsyncs`, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    lipsyncs: Vec<NewLipsync>,
    /// A name for people.
    #[serde(default)]
    title: Option<String>,
    /// Told once, when all items have ended.
    #[serde(default)]
    callback_url: Option<String>,
}

/// Starts up to 100 lip-syncs. Items are independent: one that cannot be made shows up as failed.
#[utoipa::path(
    post,
    path = "/v3/lipsyncs/batches",
    tag = "Lipsyncs",
    params(IdempotencyKey),
    request_body = NewLipsyncBatch,
    responses(
        (status = 202, body = Data<CreatedBatch>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody)
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    Body(request): Body<NewLipsyncBatch>,
) -> Result<Response, ApiError> {
    let mut items = Vec::with_capacity(request.lipsyncs.len());
    for lipsync in request.lipsyncs {
        items.push(lipsync.job(&app, &tenant).await);
    }
    let words = (request.title.as_deref(), request.callback_url.as_deref());
    submit(&app, &tenant, Kind::Lipsync, words, items, slot.map(|s| s.0)).await
}
