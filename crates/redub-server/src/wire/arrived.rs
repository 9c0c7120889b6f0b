//! Small bodies are read before anything else is looked at.

use axum::body::{self, Body};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ApiError;
use super::extract::PATIENCE;

/// Longest body that is read at once, bytes.
const SMALL: usize = 64 << 10;

/// Lets a request pass when its body, if it is small, has arrived. A connection whose request is answered before its body
/// was read cannot be used again: the client would send the next request into a closing connection and lose it.
pub async fn layer(request: Request, next: Next) -> Response {
    let header = request.headers().get(header::CONTENT_LENGTH);
    let announced = header.and_then(|v| v.to_str().ok()?.parse::<usize>().ok()).unwrap_or(0);
    if announced == 0 || announced > SMALL {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(PATIENCE, body::to_bytes(body, SMALL)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", "The body ended early")
            .into_response(),
        Err(_) => ApiError::late().into_response(),
    }
}
