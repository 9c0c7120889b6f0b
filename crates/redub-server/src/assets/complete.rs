//! `POST /v3/assets/{asset_id}/complete`: the client says that all bytes are there; now they are looked at.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::create::judge;
use super::direct::is_sha256;
use super::kind::LOOKED_AT;
use super::rows::{self, Asset, AssetStatus};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, OptionalBody, PathId};

/// What the client may add.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AssetCompletion {
    /// SHA-256 of the bytes in hexadecimal digits; checked when given.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    checksum_sha256: Option<String>,
}

/// An asset that is ready for use.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompletedAsset {
    /// Its id.
    asset_id: String,
    /// A link to its bytes that expires.
    url: String,
    /// Its type, read off its bytes.
    mime_type: String,
    /// Its size.
    size_bytes: i64,
    /// `completed`.
    status: String,
}

/// Ends a direct upload. May be called again: the answer stays the same.
#[utoipa::path(
    post,
    path = "/v3/assets/{asset_id}/complete",
    tag = "Assets",
    params(("asset_id" = String, Path, description = "Id of the asset")),
    request_body = Option<AssetCompletion>,
    responses(
        (status = 200, body = Data<CompletedAsset>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn complete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
    OptionalBody(completion): OptionalBody<AssetCompletion>,
) -> Result<Data<CompletedAsset>, ApiError> {
    let asset = rows::find(&app.db, &tenant, &id).await?;
    let sum = completion.checksum_sha256.as_deref();
    if sum.is_some_and(|sum| !is_sha256(sum)) {
        return Err(ApiError::invalid("checksum_sha256", "checksum_sha256 must be 64 hexadecimal digits"));
    }
    let asset = finish(&app, asset, sum).await?;
    Ok(Data::new(CompletedAsset {
        url: app.links.read(&base, &super::key(&asset.id), &asset.file_name(), &asset.mime_type),
        asset_id: asset.id,
        mime_type: asset.mime_type,
        size_bytes: asset.size_bytes,
        status: asset.status.as_str().to_owned(),
    }))
}

/// Looks at what was uploaded and files it as complete; an asset that is complete already stays as it is.
pub(super) async fn finish(app: &App, asset: Asset, checksum: Option<&str>) -> Result<Asset, ApiError> {
    match asset.status {
        AssetStatus::Completed => return Ok(asset),
        AssetStatus::Uploaded => {}
        // Says what to do.
        AssetStatus::PendingUpload | AssetStatus::Failed => {
            return rows::usable(&app.db, &asset.tenant, &asset.id).await;
        }
    }
    let key = super::key(&asset.id);
    let head = app.objects.head(&key, LOOKED_AT as u64).await.map_err(ApiError::internal)?;
    let stored = asset.checksum_sha256.as_deref().unwrap_or_default();
    if checksum.is_some_and(|sum| !sum.eq_ignore_ascii_case(stored)) {
        let message = format!("The bytes that arrived have the SHA-256 {stored}; put them again");
        return Err(ApiError::invalid("checksum_sha256", message));
    }
    let kind = match judge(&head, Some(&asset.mime_type), "file") {
        Ok(kind) => kind,
        Err(error) => {
            let sql = "UPDATE assets SET status = 'failed', failure = ? WHERE id = ? AND status = 'uploaded'";
            sqlx::query(sql).bind(&error.message).bind(&asset.id).execute(&app.db).await?;
            super::create::discard(app, &key).await;
            return Err(error);
        }
    };
    let sql = "UPDATE assets SET status = 'completed', mime_type = ? WHERE id = ? AND status = 'uploaded'";
    sqlx::query(sql).bind(kind.mime).bind(&asset.id).execute(&app.db).await?;
    Ok(Asset { status: AssetStatus::Completed, mime_type: kind.mime.to_owned(), ..asset })
}
