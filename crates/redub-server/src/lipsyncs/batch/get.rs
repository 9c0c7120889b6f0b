//! `GET /v3/lipsyncs/batches/{batch_id}`.

use axum::extract::State;
use serde::Deserialize;
use sqlx::SqlitePool;
use utoipa::IntoParams;

use crate::auth::Tenant;
use crate::jobs::{self, JobRow, Kind, Status};
use crate::state::App;
use crate::wire::batch::{Batch, BatchHead, BatchItem, ItemError, ItemStatus};
use crate::wire::{ApiError, Data, ErrorBody, Page, PathId, Query};

/// The page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// Reads how far a batch of lip-syncs is.
#[utoipa::path(
    get,
    path = "/v3/lipsyncs/batches/{batch_id}",
    tag = "Lipsyncs",
    params(("batch_id" = String, Path, description = "Id of the batch"), Paging),
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
    Query(paging): Query<Paging>,
) -> Result<Data<Batch>, ApiError> {
    let page = Page::new(paging.limit, paging.token.as_deref(), Batch::PAGE)?;
    let head = head(&app.db, &tenant, &id).await?.ok_or_else(|| ApiError::not_found("Batch", &id))?;
    Ok(Data::new(Batch::new(head, items(&app.db, &id).await?, &page)))
}

/// A tenant's batch.
pub(in crate::lipsyncs) async fn head(
    db: &SqlitePool,
    tenant: &str,
    id: &str,
) -> Result<Option<BatchHead>, ApiError> {
    let sql = "SELECT title, created_at FROM batches WHERE id = ? AND tenant = ? AND kind = ?";
    let found: Option<(Option<String>, i64)> =
        sqlx::query_as(sql).bind(id).bind(tenant).bind(Kind::Lipsync).fetch_optional(db).await?;
    Ok(found.map(|(title, created_at)| BatchHead { id: id.to_owned(), title, created_at }))
}

/// Its items, in order: those that became jobs, and those that were refused.
pub(in crate::lipsyncs) async fn items(db: &SqlitePool, id: &str) -> Result<Vec<BatchItem>, ApiError> {
    let mut items: Vec<BatchItem> = jobs::by_batch(db, id).await?.into_iter().map(item).collect();
    let sql = "SELECT item_index, job_id, error_code, error_message FROM batch_items WHERE batch_id = ?";
    let refused: Vec<(i64, Option<String>, Option<String>, Option<String>)> =
        sqlx::query_as(sql).bind(id).fetch_all(db).await?;
    for (item_index, video_id, code, message) in refused {
        if items.iter().any(|item| item.item_index == item_index) {
            continue;
        }
        let error = ItemError {
            code: code.unwrap_or_else(|| "resource_not_found".to_owned()),
            message: message.unwrap_or_else(|| "The lip-sync was deleted".to_owned()),
        };
        items.push(BatchItem { item_index, status: ItemStatus::Failed, video_id, error: Some(error) });
    }
    items.sort_by_key(|item| item.item_index);
    Ok(items)
}

/// A job as an item.
pub(in crate::lipsyncs) fn item(job: JobRow) -> BatchItem {
    let status = match job.status {
        Status::Pending => ItemStatus::Queued,
        Status::Running => ItemStatus::Processing,
        Status::Completed => ItemStatus::Completed,
        Status::Failed => ItemStatus::Failed,
    };
    let error = (status == ItemStatus::Failed).then(|| ItemError {
        code: job.failure_code.unwrap_or_else(|| "internal_error".to_owned()),
        message: job.failure_message.unwrap_or_default(),
    });
    BatchItem { item_index: job.item_index.unwrap_or(0), status, video_id: Some(job.id), error }
}
