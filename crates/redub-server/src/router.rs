//! All routes and what stands before them.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::state::App;
use crate::wire::{ApiError, arrived};
use crate::{
    assets, auth, batches, docs, extras, files, glossaries, health, idempotency, lipsyncs, proofreads,
    request_id, ui, users, video_translations, voices, webhooks,
};

/// What the description of the API begins with.
#[derive(OpenApi)]
#[openapi(info(
    title = "redub",
    description = "HeyGen's v3 video-translation API, and more of it, on your own machine."
))]
struct Description;

/// The routes that need a key.
fn with_key() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(video_translations::router())
        .merge(batches::router())
        .merge(proofreads::router())
        .merge(extras::router())
        .merge(assets::router())
        .merge(lipsyncs::router())
        .merge(glossaries::router())
        .merge(webhooks::router())
        .merge(voices::router())
        .merge(users::router())
}

/// The described routes whose addresses carry their own permission.
fn with_permit() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(assets::uploads())
}

/// The API's description.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::complete(with_key().merge(with_permit()).into_openapi())
}

/// The whole application.
pub fn router(app: App) -> Router {
    let (with_key, _) = with_key().split_for_parts();
    let with_key = with_key
        .layer(from_fn_with_state(app.clone(), idempotency::layer))
        .layer(from_fn_with_state(app.clone(), auth::layer));
    Router::new()
        .merge(with_key)
        .merge(Router::from(with_permit()))
        .merge(files::router())
        .merge(docs::router())
        .merge(ui::router())
        .merge(health::router())
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(|_| ApiError::internal("a handler panicked").into_response()))
        .layer(from_fn(arrived::layer))
        .layer(from_fn(request_id::layer))
        .with_state(app)
}

async fn unknown_path(request: Request) -> Response {
    let message = format!("There is nothing at {}; see /docs for what there is", request.uri().path());
    ApiError::new(StatusCode::NOT_FOUND, "not_found", message).into_response()
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("{} is not answered at {}", request.method(), request.uri().path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message).into_response()
}
