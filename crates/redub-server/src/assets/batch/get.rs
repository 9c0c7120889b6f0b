//! `GET /v3/assets/batches/{batch_id}`.

use axum::extract::State;

use crate::assets::rows::{Asset, AssetStatus};
use crate::auth::Tenant;
use crate::db::Pool;
use crate::state::App;
use crate::wire::batch::{Batch, BatchHead, BatchItem, ItemError, ItemStatus};
use crate::wire::{ApiError, Data, ErrorBody, ItemPaging, PathId, Query};

/// Reads how far a batch of uploads is.
#[utoipa::path(
    get,
    path = "/v3/assets/batches/{batch_id}",
    tag = "Assets",
    params(("batch_id" = String, Path, description = "Id of the batch"), ItemPaging),
    responses(
        (status = 200, body = Data<Batch>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Query(paging): Query<ItemPaging>,
) -> Result<Data<Batch>, ApiError> {
    let page = paging.page()?;
    let head = head(&app.db, &tenant, &id).await?.ok_or_else(|| ApiError::not_found("Batch", &id))?;
    Ok(Data::new(Batch::new(head, items(&app.db, &id).await?, &page)))
}

/// A tenant's batch.
pub(in crate::assets) async fn head(
    db: &Pool,
    tenant: &str,
    id: &str,
) -> Result<Option<BatchHead>, ApiError> {
    let sql = "SELECT title, created_at FROM asset_batches WHERE id = ? AND tenant = ?";
    let found: Option<(Option<String>, i64)> =
        sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    Ok(found.map(|(title, created_at)| BatchHead { id: id.to_owned(), title, created_at }))
}

/// Its assets, in order.
pub(in crate::assets) async fn assets(db: &Pool, id: &str) -> Result<Vec<Asset>, ApiError> {
    let sql = "SELECT * FROM assets WHERE batch_id = ? ORDER BY item_index";
    Ok(sqlx::query_as(sql).bind(id).fetch_all(db).await?)
}

/// Its items, in order.
pub(in crate::assets) async fn items(db: &Pool, id: &str) -> Result<Vec<BatchItem>, ApiError> {
    Ok(assets(db, id).await?.into_iter().map(item).collect())
}

/// An asset as an item.
pub(in crate::assets) fn item(asset: Asset) -> BatchItem {
    let status = match asset.status {
        AssetStatus::PendingUpload => ItemStatus::Queued,
        AssetStatus::Uploaded => ItemStatus::Processing,
        AssetStatus::Completed => ItemStatus::Completed,
        AssetStatus::Failed => ItemStatus::Failed,
    };
    let error = asset.failure.map(|message| ItemError { code: "invalid_parameter".to_owned(), message });
    BatchItem { item_index: asset.item_index.unwrap_or(0), status, video_id: Some(asset.id), error }
}
