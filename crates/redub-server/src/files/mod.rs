//! `/files/…`: stored files by signed link, whole or in part.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::TryStreamExt;
use serde::Deserialize;

use crate::objects::{ObjectError, Part, Target};
use crate::state::App;
use crate::wire::{ApiError, Query};

/// The route. It is not in the description of the API: its path has as many parts as the file's key, and clients take
/// links as they are.
pub fn router() -> Router<App> {
    Router::new().route("/files/{*path}", get(serve))
}

/// What the link carries.
#[derive(Debug, Deserialize)]
struct Permit {
    /// MIME type of the file.
    #[serde(rename = "type")]
    kind: String,
    /// Unix seconds at which the link ends.
    expires: u64,
    /// Its signature.
    signature: String,
    /// `1` to save the file rather than show it.
    download: Option<String>,
}

/// Gives a stored file, whole or the part that a `Range` header asks for.
async fn serve(
    State(app): State<App>,
    Path(path): Path<String>,
    Query(permit): Query<Permit>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let missing =
        || ApiError::new(StatusCode::NOT_FOUND, "resource_not_found", "This file is not there any more");
    let (key, name) = path.rsplit_once('/').ok_or_else(missing)?;
    let target = Target::Read { key, name, content_type: &permit.kind };
    let opened = app.links.check(target, permit.expires, &permit.signature);
    opened.map_err(|e| ApiError::new(StatusCode::FORBIDDEN, "resource_access_denied", e.to_string()))?;
    let failed = |error: ObjectError| match error {
        ObjectError::Missing(_) => missing(),
        other => ApiError::internal(other),
    };
    let size = app.objects.size(key).await.map_err(failed)?;
    let part = Part::of(headers.get(header::RANGE).and_then(|v| v.to_str().ok()), size);
    let (status, length, range) = match &part {
        Part::Whole => (StatusCode::OK, size, None),
        Part::Bytes(r) => (
            StatusCode::PARTIAL_CONTENT,
            r.end - r.start,
            Some(format!("bytes {}-{}/{size}", r.start, r.end - 1)),
        ),
        Part::Unsatisfiable => {
            let error = ApiError::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "invalid_parameter",
                format!("The file has {size} bytes; the range lies outside"),
            );
            let mut response = error.into_response();
            set(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(response);
        }
    };
    let body = match size {
        0 => Body::empty(),
        _ => {
            let found = app.objects.get(key, part.get()).await.map_err(failed)?;
            Body::from_stream(found.into_stream().map_err(std::io::Error::other))
        }
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    let disposition = if permit.download.is_some() { "attachment" } else { "inline" };
    set(headers, header::CONTENT_TYPE, &permit.kind);
    set(headers, header::CONTENT_LENGTH, &length.to_string());
    set(headers, header::ACCEPT_RANGES, "bytes");
    set(headers, header::CONTENT_DISPOSITION, &format!("{disposition}; {}", file_name(name)));
    set(headers, header::CACHE_CONTROL, "private, max-age=3600");
    // Whatever an upload holds, no browser may take it for a page of ours.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    );
    // Players on other pages may load it: the link itself is the permission.
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    if let Some(range) = range {
        set(headers, header::CONTENT_RANGE, &range);
    }
    Ok(response)
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    // A value that is no header's is left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A file's name for `Content-Disposition` (RFC 6266): as ASCII for old clients, and in full.
fn file_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' { c } else { '_' })
        .collect();
    let full = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_survive_in_headers() {
        let named = super::file_name("días \"x\".mp4");
        assert_eq!(named, "filename=\"d_as _x_.mp4\"; filename*=UTF-8''d%C3%ADas%20%22x%22%2Emp4");
    }
}
