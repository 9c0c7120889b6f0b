//! `X-Request-Id`: on every answer and on every line that is logged for it.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::{metrics, wire};

/// Names the request, logs how it ended.
pub async fn layer(request: Request, next: Next) -> Response {
    let id = wire::hex();
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    let clock = std::time::Instant::now();
    let method = metrics::method(request.method());
    let respond = async {
        let mut response = next.run(request).await;
        let (status, milliseconds) = (response.status().as_u16(), clock.elapsed().as_millis() as u64);
        tracing::debug!(status, milliseconds, "answered");
        metrics::answer(method, status);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    };
    respond.instrument(span.clone()).await
}
