//! `POST /v3/assets/direct-uploads`: announces a large file; its bytes then go to the address that comes back.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::{self, AssetKind};
use super::receive::too_large;
use super::rows::{self, AssetStatus, NewAsset};
use crate::auth::Tenant;
use crate::db::Connection;
use crate::state::App;
use crate::wire::{self, ApiError, Base, Body, Data, ErrorBody};

/// A file to be uploaded.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Announcement {
    /// Its name.
    #[schema(min_length = 1, max_length = 255)]
    pub filename: String,
    /// Its MIME type.
    pub content_type: String,
    /// Its size.
    #[schema(minimum = 1)]
    pub size_bytes: i64,
    /// SHA-256 of its bytes in hexadecimal digits; checked when given.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    pub checksum_sha256: Option<String>,
}

/// Where and how to put the bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadSlot {
    /// Id the asset will have.
    pub asset_id: String,
    /// Where the bytes are to be `PUT`.
    pub upload_url: String,
    /// Headers to send with them, verbatim.
    pub upload_headers: BTreeMap<String, String>,
    /// How long the address works.
    pub expires_in_seconds: u64,
    /// Largest file that is taken.
    pub max_bytes: u64,
    /// `pending_upload`.
    pub status: String,
}

/// Announces a file that is larger than a form takes.
#[utoipa::path(
    post,
    path = "/v3/assets/direct-uploads",
    tag = "Assets",
    params(wire::IdempotencyKey),
    request_body = Announcement,
    responses(
        (status = 200, body = Data<UploadSlot>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn direct(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Body(file): Body<Announcement>,
) -> Result<Data<UploadSlot>, ApiError> {
    let checked = check(&app, &file, "")?;
    let mut tx = crate::db::write(&app.db).await?;
    let slot = announce(&app, &mut tx, &tenant, &base, &file, checked, None).await?;
    tx.commit().await?;
    Ok(Data::new(slot))
}

/// Looks at an announcement; `prefix` stands before the names of fields at fault.
pub(super) fn check(app: &App, file: &Announcement, prefix: &str) -> Result<AssetKind, ApiError> {
    let field = |name: &str| format!("{prefix}{name}");
    if file.filename.trim().is_empty() || file.filename.chars().count() > 255 {
        return Err(ApiError::invalid(field("filename"), "filename must have 1 to 255 characters"));
    }
    let kind = kind::named(&file.content_type).ok_or_else(|| {
        ApiError::invalid(field("content_type"), format!("Content type not supported {}", file.content_type))
    })?;
    if file.size_bytes < 1 {
        return Err(ApiError::invalid(field("size_bytes"), "size_bytes must be 1 or more"));
    }
    if file.size_bytes.unsigned_abs() > app.config.max_direct_upload {
        return Err(ApiError { param: Some(field("size_bytes")), ..too_large(app.config.max_direct_upload) });
    }
    if file.checksum_sha256.as_deref().is_some_and(|sum| !is_sha256(sum)) {
        return Err(ApiError::invalid(
            field("checksum_sha256"),
            "checksum_sha256 must be 64 hexadecimal digits",
        ));
    }
    Ok(kind)
}

pub(super) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Files an announcement that was checked.
pub(super) async fn announce(
    app: &App,
    tx: &mut Connection,
    tenant: &str,
    base: &str,
    file: &Announcement,
    kind: AssetKind,
    batch: Option<(&str, i64)>,
) -> Result<UploadSlot, ApiError> {
    let id = wire::hex();
    let checksum = file.checksum_sha256.as_deref().map(str::to_ascii_lowercase);
    let asset = NewAsset {
        id: &id,
        tenant,
        name: &rows::clean_name(&file.filename),
        mime_type: kind.mime,
        size_bytes: file.size_bytes.unsigned_abs(),
        status: AssetStatus::PendingUpload,
        checksum_sha256: checksum.as_deref(),
        folder_id: None,
        batch,
    };
    rows::insert(tx, &asset).await?;
    Ok(UploadSlot {
        upload_url: app.links.upload(base, &id),
        upload_headers: BTreeMap::from([("Content-Type".to_owned(), file.content_type.clone())]),
        expires_in_seconds: app.links.lifetime().as_secs(),
        max_bytes: app.config.max_direct_upload,
        status: asset.status.as_str().to_owned(),
        asset_id: id,
    })
}
