//! `/openapi.json`, the API described for machines, and `/docs`, the same as a page.

mod describe;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::state::App;

pub use describe::complete;

/// The page: it reads `/openapi.json` and needs nothing from elsewhere.
const PAGE: &str = include_str!("page.html");

/// The description as JSON.
static JSON: LazyLock<String> = LazyLock::new(|| describe::linked(&crate::router::openapi()).to_string());

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/openapi.json", get(json)).route("/docs", get(page))
}

async fn json() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str()).into_response()
}

async fn page() -> Html<&'static str> {
    Html(PAGE)
}
