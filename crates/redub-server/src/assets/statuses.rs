//! `GET /v3/assets/statuses`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::batch::get::{head, item, items};
use super::rows::Asset;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::batch::{StatusItem, ids};
use crate::wire::{ApiError, ErrorBody, List, Query};

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Ids {
    /// Ids of assets, with commas.
    asset_ids: Option<String>,
    /// Ids of batches, with commas.
    batch_ids: Option<String>,
}

/// Reads how far many assets are, up to 100 ids at a time.
#[utoipa::path(
    get,
    path = "/v3/assets/statuses",
    tag = "Assets",
    params(Ids),
    responses(
        (status = 200, body = List<StatusItem>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn statuses(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(asked): Query<Ids>,
) -> Result<List<StatusItem>, ApiError> {
    let (ids, batches) = ids("asset_ids", asked.asset_ids.as_deref(), asked.batch_ids.as_deref())?;
    let mut data = Vec::new();
    for id in ids {
        let sql = "SELECT * FROM assets WHERE id = ? AND tenant = ?";
        let found: Option<Asset> =
            sqlx::query_as(sql).bind(&id).bind(&tenant).fetch_optional(&app.db).await?;
        data.push(found.map_or_else(
            || StatusItem::not_found(&id),
            |asset| {
                let (batch_id, item_index) = (asset.batch_id.clone(), asset.item_index);
                let item = item(asset);
                StatusItem {
                    status: item.status.as_str(),
                    video_id: item.video_id,
                    batch_id,
                    item_index,
                    error: item.error,
                }
            },
        ));
    }
    for id in batches {
        if head(&app.db, &tenant, &id).await?.is_none() {
            data.push(StatusItem::batch_not_found(&id));
            continue;
        }
        data.extend(items(&app.db, &id).await?.into_iter().map(|item| StatusItem::of_batch(&id, item)));
    }
    Ok(List { data, has_more: false, next_token: None })
}
