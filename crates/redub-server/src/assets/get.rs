//! `GET /v3/assets/{asset_id}`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::rows::{self, Asset, AssetStatus};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId};

/// An asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetResource {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Id of the key it was uploaded with.
    owner: String,
    /// The same: each key has a space of its own.
    space_id: String,
    /// `image`, `video`, `audio`, `document` or `subtitle`.
    #[serde(rename = "type")]
    kind: String,
    /// Unix seconds.
    uploaded_at: i64,
    /// A link to its bytes that expires; only once it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_id: Option<String>,
    /// `pending_upload`, `uploaded`, `completed` or `failed` (beyond HeyGen).
    status: String,
    /// Its MIME type (beyond HeyGen).
    mime_type: String,
    /// Its size (beyond HeyGen).
    size_bytes: i64,
}

/// An asset as it is shown.
pub(super) fn show(app: &App, base: &str, asset: Asset) -> AssetResource {
    let url = (asset.status == AssetStatus::Completed)
        .then(|| app.links.read(base, &super::key(&asset.id), &asset.file_name(), &asset.mime_type));
    AssetResource {
        kind: asset.kind().map_or("file", |kind| kind.family).to_owned(),
        url,
        id: asset.id,
        name: asset.name,
        owner: asset.tenant.clone(),
        space_id: asset.tenant,
        uploaded_at: asset.created_at,
        folder_id: asset.folder_id,
        status: asset.status.as_str().to_owned(),
        mime_type: asset.mime_type,
        size_bytes: asset.size_bytes,
    }
}

/// Reads an asset.
#[utoipa::path(
    get,
    path = "/v3/assets/{asset_id}",
    tag = "Assets",
    params(("asset_id" = String, Path, description = "Id of the asset")),
    responses(
        (status = 200, body = Data<AssetResource>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
) -> Result<Data<AssetResource>, ApiError> {
    let asset = rows::find(&app.db, &tenant, &id).await?;
    Ok(Data::new(show(&app, &base, asset)))
}
