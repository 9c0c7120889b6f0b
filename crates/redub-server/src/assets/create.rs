//! `POST /v3/assets`: a file in one request.

use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use http_body_util::Limited;
use serde::Serialize;
use utoipa::ToSchema;

use super::kind::{self, AssetKind};
use super::receive::{Received, receive, too_large};
use super::rows::{self, AssetStatus, NewAsset};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{self, ApiError, Base, Data, ErrorBody};

/// Bytes of a form beside its file: boundaries, headers, other parts.
const MOST_BESIDE: usize = 1 << 20;

/// The form: one part named `file`.
#[derive(Debug, ToSchema)]
#[allow(dead_code)]
struct Upload {
    /// The file. Its type is read off its bytes.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// An asset that was just uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedAsset {
    /// Its id, for `{"type": "asset_id", "asset_id": …}`.
    asset_id: String,
    /// A link to its bytes that expires.
    url: String,
    /// Its type.
    mime_type: String,
    /// Its size.
    size_bytes: u64,
}

/// Uploads a file of up to 32 MB.
///
/// Images (PNG, JPEG), video (MP4, WebM, MOV, MKV, AVI), sound (MP3, WAV, M4A, FLAC, Ogg), PDF and captions (SRT, VTT).
#[utoipa::path(
    post,
    path = "/v3/assets",
    tag = "Assets",
    params(wire::IdempotencyKey),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Data<CreatedAsset>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 408, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    request: Request,
) -> Result<Data<CreatedAsset>, ApiError> {
    let limit = app.config.max_upload;
    let most = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(MOST_BESIDE);
    let request = request.map(|body| axum::body::Body::new(Limited::new(body, most)));
    let mut form = Multipart::from_request(request, &app).await.map_err(|_| not_a_form())?;
    while let Some(part) = form.next_field().await.map_err(|e| malformed(&e, limit))? {
        if part.name() != Some("file") {
            continue;
        }
        let id = wire::hex();
        let name = rows::clean_name(part.file_name().unwrap_or("file"));
        let declared = part.content_type().map(str::to_owned);
        let key = super::key(&id);
        let received = receive(&app.objects, &key, part, limit).await?;
        let stored = file(&app, &tenant, &id, &name, declared.as_deref(), &received).await;
        let kind = match stored {
            Ok(kind) => kind,
            Err(error) => {
                discard(&app, &key).await;
                return Err(error);
            }
        };
        let url = app.links.read(&base, &key, &name, kind.mime);
        let mime_type = kind.mime.to_owned();
        return Ok(Data::new(CreatedAsset { asset_id: id, url, mime_type, size_bytes: received.size }));
    }
    Err(ApiError::invalid("file", "File is required: send it as a multipart part named file"))
}

async fn file(
    app: &App,
    tenant: &str,
    id: &str,
    name: &str,
    declared: Option<&str>,
    received: &Received,
) -> Result<AssetKind, ApiError> {
    let kind = judge(&received.head, declared, "file")?;
    let asset = NewAsset {
        id,
        tenant,
        name,
        mime_type: kind.mime,
        size_bytes: received.size,
        status: AssetStatus::Completed,
        checksum_sha256: Some(&received.sha256),
        folder_id: None,
        batch: None,
    };
    rows::insert(&mut *app.db.acquire().await?, &asset).await?;
    Ok(kind)
}

/// Deletes bytes that nothing will refer to; should that fail, the sweeper does it.
pub(super) async fn discard(app: &App, key: &str) {
    if let Err(error) = app.objects.delete(key).await {
        tracing::warn!(%error, key, "an upload that was refused could not be deleted");
    }
}

/// What an upload is, by its bytes; refused when that is nothing we take, or plainly not what it was declared as.
pub(super) fn judge(head: &[u8], declared: Option<&str>, param: &str) -> Result<AssetKind, ApiError> {
    let found = kind::of(head)
        .map_err(|mime| ApiError::invalid(param, format!("Content type not supported {mime}")))?;
    let Some(said) = declared.and_then(kind::named) else { return Ok(found) };
    // A container says little about whether it holds pictures; the pipeline looks.
    let media = |kind: AssetKind| matches!(kind.family, "video" | "audio");
    let agrees = said == found || (media(said) && media(found));
    if agrees {
        return Ok(found);
    }
    Err(ApiError::invalid(param, format!("Content type not match {} != {}", said.mime, found.mime)))
}

fn not_a_form() -> ApiError {
    let message = "This endpoint takes multipart/form-data with one part named file";
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

fn malformed(error: &axum::extract::multipart::MultipartError, limit: u64) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(limit);
    }
    ApiError::invalid("file", format!("The form cannot be read: {}", error.body_text()))
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_declared_type_may_be_vague_but_not_wrong() {
        let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let mp4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
        assert_eq!(judge(png, Some("application/octet-stream"), "file").unwrap().mime, "image/png");
        assert_eq!(judge(png, None, "file").unwrap().mime, "image/png");
        assert_eq!(judge(mp4, Some("video/quicktime"), "file").unwrap().mime, "video/mp4");
        let error = judge(png, Some("image/jpeg"), "file").unwrap_err();
        assert_eq!(error.message, "Content type not match image/jpeg != image/png");
        let error = judge(b"PK\x03\x04\x14\0\0\0\x08\0", Some("video/mp4"), "file").unwrap_err();
        assert_eq!(error.message, "Content type not supported application/zip");
    }
}
