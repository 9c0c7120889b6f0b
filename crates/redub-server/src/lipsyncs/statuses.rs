//! `GET /v3/lipsyncs/statuses`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::batch::get::{head, item, items};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::batch::{StatusItem, ids};
use crate::wire::{ApiError, ErrorBody, List, Query};

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Ids {
    /// Ids of lip-syncs, with commas.
    lipsync_ids: Option<String>,
    /// Ids of batches, with commas.
    batch_ids: Option<String>,
}

/// Reads how far many lip-syncs are, up to 100 ids at a time.
#[utoipa::path(
    get,
    path = "/v3/lipsyncs/statuses",
    tag = "Lipsyncs",
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
    let (ids, batches) = ids("lipsync_ids", asked.lipsync_ids.as_deref(), asked.batch_ids.as_deref())?;
    let mut found = jobs::by_ids(&app.db, &tenant, Kind::Lipsync, &ids).await?;
    let mut data = Vec::new();
    for id in ids {
        let at = found.iter().position(|job| job.id == id);
        data.push(at.map_or_else(|| StatusItem::not_found(&id), |at| {
            let job = found.swap_remove(at);
            let (batch_id, item_index) = (job.batch_id.clone(), job.item_index);
            let item = item(job);
            StatusItem { status: item.status.as_str(), video_id: item.video_id, batch_id, item_index, error: item.error }
        }));
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
