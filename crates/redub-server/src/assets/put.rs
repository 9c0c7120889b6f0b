//! `PUT /uploads/{asset_id}`: the bytes of a direct upload. The address carries its own permission.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::receive::{receive, too_large};
use super::rows::{Asset, AssetStatus};
use crate::objects::Target;
use crate::state::App;
use crate::wire::{ApiError, Data, ErrorBody, PathId, Query, drain};

/// What the address carries.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Permit {
    /// Unix seconds at which it ends.
    expires: u64,
    /// Its signature.
    signature: String,
}

/// Bytes that arrived.
#[derive(Debug, Serialize, ToSchema)]
pub struct Arrived {
    /// Id of the asset.
    asset_id: String,
    /// Bytes.
    size_bytes: u64,
    /// Their SHA-256 in hexadecimal digits.
    checksum_sha256: String,
}

/// Puts the bytes of a file that was announced at `/v3/assets/direct-uploads`; the address comes from there as it is.
#[utoipa::path(
    put,
    path = "/uploads/{asset_id}",
    tag = "Files",
    params(("asset_id" = String, Path, description = "Id of the asset"), Permit),
    request_body(content = String, content_type = "application/octet-stream"),
    security(()),
    responses(
        (status = 200, body = Data<Arrived>),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 408, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
    )
)]
pub async fn put(
    State(app): State<App>,
    PathId(id): PathId,
    Query(permit): Query<Permit>,
    headers: HeaderMap,
    body: Body,
) -> Result<Data<Arrived>, ApiError> {
    let asset = match admit(&app, &id, &permit, &headers).await {
        Ok(asset) => asset,
        Err(error) => {
            drain(body.into_data_stream()).await;
            return Err(error);
        }
    };
    let size = asset.size_bytes.unsigned_abs();
    let received = receive(&app.objects, &super::key(&id), body.into_data_stream(), size).await;
    let received = received.map_err(|error| match error.status {
        StatusCode::PAYLOAD_TOO_LARGE => larger_than_announced(size, app.config.max_direct_upload),
        _ => error,
    })?;
    let wrong = if received.size != size {
        Some(("size_bytes", format!("{} bytes arrived, {size} were announced", received.size)))
    } else {
        asset.checksum_sha256.as_ref().filter(|sum| **sum != received.sha256).map(|sum| {
            let got = &received.sha256;
            ("checksum_sha256", format!("the bytes that arrived have the SHA-256 {got}, announced was {sum}"))
        })
    };
    if let Some((param, message)) = wrong {
        super::create::discard(&app, &super::key(&id)).await;
        return Err(ApiError::invalid(param, format!("{message}; put them again")));
    }
    let sql = "UPDATE assets SET status = 'uploaded', checksum_sha256 = ? WHERE id = ? AND status IN \
               ('pending_upload', 'uploaded')";
    sqlx::query(sql).bind(&received.sha256).bind(&id).execute(&app.db).await?;
    Ok(Data::new(Arrived { asset_id: id, size_bytes: received.size, checksum_sha256: received.sha256 }))
}

/// The asset that the bytes are for, when they may come.
async fn admit(app: &App, id: &str, permit: &Permit, headers: &HeaderMap) -> Result<Asset, ApiError> {
    let opened = app.links.check(Target::Upload(id), permit.expires, &permit.signature);
    opened.map_err(|e| ApiError::new(StatusCode::FORBIDDEN, "resource_access_denied", e.to_string()))?;
    let found = sqlx::query_as("SELECT * FROM assets WHERE id = ?").bind(id).fetch_optional(&app.db).await?;
    let gone = || ApiError::new(StatusCode::NOT_FOUND, "asset_not_found", format!("Asset {id} not found"));
    let asset: Asset = found.ok_or_else(gone)?;
    if matches!(asset.status, AssetStatus::Completed | AssetStatus::Failed) {
        let message = format!("Asset {id} is {} and takes no more bytes", asset.status.as_str());
        return Err(ApiError::new(StatusCode::CONFLICT, "conflict", message));
    }
    let size = asset.size_bytes.unsigned_abs();
    let length = headers.get("content-length").and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > size) {
        return Err(larger_than_announced(size, app.config.max_direct_upload));
    }
    Ok(asset)
}

fn larger_than_announced(size: u64, limit: u64) -> ApiError {
    if size >= limit {
        return too_large(limit);
    }
    ApiError::too_large(format!(
        "{size} bytes were announced and more were sent; announce the file's true size"
    ))
}
