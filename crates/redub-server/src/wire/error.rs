//! The one shape of all errors (contract §1, §14).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::PATIENCE;

/// `{"error": {…}}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: Failure,
}

/// HeyGen's StandardAPIError.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Failure {
    /// Stable name of the error.
    pub code: String,
    /// What failed, why, and what to try.
    pub message: String,
    /// The field or parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// Where the error is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc_url: Option<String>,
}

/// An answer that is an error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable name.
    pub code: &'static str,
    /// What failed, why, and what to try.
    pub message: String,
    /// Field at fault.
    pub param: Option<String>,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
}

/// Where codes are explained.
const DOCS: &str = "https://developers.heygen.com/docs/error-codes#";

impl ApiError {
    /// Any error.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), param: None, retry_after: None }
    }

    /// 400 `invalid_parameter` for a field.
    pub fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "invalid_parameter", message);
        Self { param: Some(param.into()), ..error }
    }

    /// 401, the same for a missing and a wrong key.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Unauthorized")
    }

    /// 404 `resource_not_found`.
    pub fn not_found(what: &str, id: &str) -> Self {
        let message = format!("{what} {id} not found");
        Self::new(StatusCode::NOT_FOUND, "resource_not_found", message)
    }

    /// 409 `resource_not_ready`.
    pub fn not_ready(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "resource_not_ready", message)
    }

    /// 413 `payload_too_large`.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message)
    }

    /// 429 `rate_limit_exceeded`.
    pub fn rate_limited(message: impl Into<String>, retry_after: u64) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message);
        Self { retry_after: Some(retry_after), ..error }
    }

    /// 500; the cause goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        let message = "Something went wrong on the server; its log names the cause under this request id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }

    /// A body that took too long to arrive.
    pub fn late() -> Self {
        let message = format!("The body did not arrive within {} s", PATIENCE.as_secs());
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", message)
    }

    /// The body.
    pub fn body(&self) -> ErrorBody {
        let error = Failure {
            code: self.code.to_owned(),
            message: self.message.clone(),
            param: self.param.clone(),
            doc_url: Some(format!("{DOCS}{}", self.code.replace('_', "-"))),
        };
        ErrorBody { error }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(format_args!("database: {error}"))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
