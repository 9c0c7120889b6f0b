//! Extractors that never answer with a framework's own text.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use futures::StreamExt as _;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::state::App;

/// Largest JSON body, bytes.
const MOST_JSON: u64 = 4 << 20;
/// As much of a larger one is read before it is refused, bytes.
const MOST_DRAINED: u64 = 32 << 20;
/// Longest time a JSON body may take to arrive.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

/// A JSON body that may be empty or missing.
#[derive(Debug, Clone)]
pub struct OptionalBody<T>(pub T);

/// The query string.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

/// The header that makes a POST safe to repeat, as it is described; `idempotency` reads it.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// The same key on the same path within a day gives the first answer again.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[A-Za-z0-9_\\-:.]{1,255}$"
    )]
    pub key: Option<String>,
}

/// The id in the path.
#[derive(Debug, Clone)]
pub struct PathId(pub String);

/// The session's id and the line's number in the path.
#[derive(Debug, Clone)]
pub struct PathLine(pub String, pub i64);

/// The address that the client reached us under, without a slash at its end: `https://dub.example.org`.
#[derive(Debug, Clone)]
pub struct Base(pub String);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        check_type(request.headers())?;
        let bytes = read(request).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "invalid_parameter",
                "The body is empty; send JSON",
            ));
        }
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        let typed = check_type(request.headers());
        let bytes = read(request).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(T::default()));
        }
        typed?;
        parse::<Option<T>>(&bytes).map(|body| Self(body.unwrap_or_default()))
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let lower = essence.to_ascii_lowercase();
    if lower == "application/json" || lower.ends_with("+json") {
        return Ok(());
    }
    let message = format!("Content-Type is {essence}; this endpoint takes application/json");
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message))
}

async fn read(request: Request) -> Result<Bytes, ApiError> {
    match tokio::time::timeout(PATIENCE, collect(request)).await {
        Ok(read) => read,
        Err(_) => Err(ApiError::late()),
    }
}

/// The body. What is too large is still read for a while: many clients look for the answer only when they have sent
/// everything.
async fn collect(request: Request) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::too_large(format!("The body is larger than {} MB", MOST_JSON >> 20));
    let header = request.headers().get(header::CONTENT_LENGTH);
    let announced = header.and_then(|v| v.to_str().ok()?.parse::<u64>().ok()).unwrap_or(0);
    if announced > MOST_DRAINED {
        return Err(too_large());
    }
    let mut pieces = request.into_body().into_data_stream();
    let (mut body, mut received) = (Vec::new(), 0u64);
    while let Some(piece) = pieces.next().await {
        let broken = |_| ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", "The body ended early");
        let piece = piece.map_err(broken)?;
        received += piece.len() as u64;
        if received <= MOST_JSON {
            body.extend_from_slice(&piece);
        } else if received > MOST_DRAINED {
            break;
        }
    }
    if received > MOST_JSON { Err(too_large()) } else { Ok(body.into()) }
}

/// Reads JSON; an error names the field in `param`.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // A list of the fields' values would do for the library, and is none of the contract's forms.
    if bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
        let message = "The body must be a JSON object";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", message));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let path = e.path().to_string();
        invalid(path, e.inner())
    })?;
    deserializer.end().map_err(|e| invalid(".".into(), &e))?;
    Ok(value)
}

fn invalid(path: String, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(t, _)| t);
    if !error.is_data() {
        let message = format!("The body is not valid JSON: {error}");
        return ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", message);
    }
    let missing = text.strip_prefix("missing field `").and_then(|t| t.split('`').next());
    let whole = matches!(path.as_str(), "." | "?");
    match (missing, whole) {
        (Some(field), true) => ApiError::invalid(field, format!("{field} is required")),
        (Some(field), false) => {
            let param = format!("{path}.{field}");
            ApiError::invalid(&param, format!("{param} is required"))
        }
        (None, true) => {
            ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", format!("The body is wrong: {text}"))
        }
        (None, false) => ApiError::invalid(&path, format!("{path}: {text}")),
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|q| Self(q.0)).map_err(|rejection| {
            let text = rejection.body_text();
            let why = text.rsplit_once("deserialize query string: ").map_or(text.as_str(), |(_, why)| why);
            let param =
                why.split(':').next().filter(|p| p.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            let missing = why.strip_prefix("missing field `").and_then(|t| t.split('`').next());
            match missing.or(param) {
                Some(param) => ApiError::invalid(param, why),
                None => ApiError::new(StatusCode::BAD_REQUEST, "invalid_parameter", why),
            }
        })
    }
}

impl FromRequestParts<App> for PathId {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, ApiError> {
        let path: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, state).await;
        match path {
            // No id of ours is long or has other letters; what is odd cannot be there.
            Ok(Path(id)) if id.len() <= 128 && !id.contains(['\0', '/']) => Ok(Self(id)),
            _ => Err(ApiError::new(StatusCode::NOT_FOUND, "resource_not_found", "There is no such id")),
        }
    }
}

impl FromRequestParts<App> for PathLine {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, ApiError> {
        let path: Result<Path<(String, String)>, PathRejection> =
            Path::from_request_parts(parts, state).await;
        let read = path.ok().and_then(|Path((id, line))| Some(Self(id, line.parse().ok()?)));
        read.ok_or_else(|| {
            ApiError::new(StatusCode::NOT_FOUND, "resource_not_found", "There is no such line")
        })
    }
}

impl FromRequestParts<App> for Base {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        if let Some(url) = &app.config.public_url {
            return Ok(Self(url.clone()));
        }
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let host = header("host").or_else(|| parts.uri.authority().map(|a| a.as_str()));
        let sound = |h: &&str| h.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]_".contains(c));
        let host = host.filter(sound).map_or_else(|| app.config.listen.to_string(), str::to_owned);
        let scheme = header("x-forwarded-proto").filter(|s| *s == "https").unwrap_or("http");
        Ok(Self(format!("{scheme}://{host}")))
    }
}
