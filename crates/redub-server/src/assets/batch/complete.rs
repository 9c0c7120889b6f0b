//! `POST /v3/assets/complete/batches`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::get::{assets, head, items};
use crate::assets::complete::finish;
use crate::assets::rows::AssetStatus;
use crate::auth::Tenant;
use crate::state::App;
use crate::webhooks::{kinds, outbox};
use crate::wire::batch::{Batch, BatchStatus, status_of};
use crate::wire::{ApiError, Body, Data, ErrorBody, Page};

/// Which batch.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BatchCompletion {
    /// Its id.
    batch_id: String,
}

/// Completes every file of a batch whose bytes are there; the others stay as they are. May be called again.
#[utoipa::path(
    post,
    path = "/v3/assets/complete/batches",
    tag = "Assets",
    request_body = BatchCompletion,
    responses(
        (status = 200, body = Data<Batch>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn complete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Body(BatchCompletion { batch_id }): Body<BatchCompletion>,
) -> Result<Data<Batch>, ApiError> {
    let found = head(&app.db, &tenant, &batch_id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("Batch", &batch_id))?;
    let mut changed = false;
    for asset in assets(&app.db, &batch_id).await? {
        if asset.status == AssetStatus::Uploaded {
            changed = true;
            // What is wrong with a file stands in its item.
            if let Err(error) = finish(&app, asset, None).await
                && error.status.is_server_error()
            {
                return Err(error);
            }
        }
    }
    let items = items(&app.db, &batch_id).await?;
    if changed && items.iter().all(|item| item.status.is_final()) {
        tell(&app, &tenant, &batch_id, status_of(items.iter().map(|item| item.status))).await?;
    }
    Ok(Data::new(Batch::new(found, items, &Page::new(None, None, Batch::PAGE)?)))
}

/// Tells the receivers that all files of a batch are complete or failed; once.
async fn tell(app: &App, tenant: &str, batch_id: &str, status: BatchStatus) -> Result<(), ApiError> {
    let mut tx = crate::db::write(&app.db).await?;
    let told = "SELECT EXISTS (SELECT 1 FROM events WHERE tenant = ? AND event_type = ? AND entity_id = ?)";
    let told: bool = sqlx::query_scalar(told)
        .bind(tenant)
        .bind(kinds::BATCH_FINISHED.name)
        .bind(batch_id)
        .fetch_one(&mut *tx)
        .await?;
    if told {
        return Ok(());
    }
    let sql = "SELECT callback_url FROM asset_batches WHERE id = ?";
    let callback: Option<String> = sqlx::query_scalar(sql).bind(batch_id).fetch_one(&mut *tx).await?;
    let data = json!({ "batch_id": batch_id, "status": status });
    outbox::add(&mut tx, tenant, kinds::BATCH_FINISHED, Some(batch_id), &data, callback.as_deref()).await?;
    tx.commit().await?;
    app.emitted.notify_one();
    Ok(())
}
