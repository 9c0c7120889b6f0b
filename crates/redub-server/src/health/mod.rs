//! `/livez`, `/readyz` and `/metrics`: for whoever keeps the server running. They need no key and say nothing of anyone's
//! things.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::metrics;
use crate::state::App;
use crate::wire::ApiError;

/// The routes.
pub fn router() -> Router<App> {
    Router::new().route("/livez", get(livez)).route("/readyz", get(readyz)).route("/metrics", get(figures))
}

/// The process answers.
async fn livez() -> &'static str {
    "ok\n"
}

/// Requests can be served: the database answers, and the process is not about to end.
async fn readyz(State(app): State<App>) -> Response {
    if app.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match sqlx::query("SELECT 1").execute(&app.db).await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// Figures for Prometheus.
async fn figures(State(app): State<App>) -> Result<Response, ApiError> {
    let jobs: Vec<(String, i64)> = sqlx::query_as(
        "SELECT status, count(*) FROM jobs WHERE status IN ('pending', 'running') GROUP BY status",
    )
    .fetch_all(&app.db)
    .await?;
    let pending = "SELECT count(*) FROM deliveries WHERE state = 'pending'";
    metrics::queue(&jobs, sqlx::query_scalar(pending).fetch_one(&app.db).await?);
    let text = metrics::text().map_err(ApiError::internal)?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
