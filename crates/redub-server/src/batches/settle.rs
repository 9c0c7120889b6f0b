//! When all items of a batch have ended.

use serde_json::json;

use super::show::items;
use crate::db::Connection;
use crate::time::now;
use crate::webhooks::{kinds, outbox};
use crate::wire::Page;
use crate::wire::batch::{Batch, BatchHead, BatchStatus};

/// Tells that a batch is finished when its last item has ended; once. Call it in the transaction that ends an item.
///
/// # Errors
/// The database fails.
pub async fn settle(tx: &mut Connection, batch_id: &str) -> Result<(), sqlx::Error> {
    let head = BatchHead { id: batch_id.to_owned(), title: None, created_at: 0 };
    let batch = Batch::new(head, items(&mut *tx, batch_id).await?, &Page { limit: 1, after: None });
    if batch.status == BatchStatus::Processing {
        return Ok(());
    }
    let sql = "UPDATE batches SET finished_at = ? WHERE id = ? AND finished_at IS NULL RETURNING tenant, title, callback_url";
    let found: Option<(String, Option<String>, Option<String>)> =
        sqlx::query_as(sql).bind(now()).bind(batch_id).fetch_optional(&mut *tx).await?;
    let Some((tenant, title, callback_url)) = found else { return Ok(()) };
    let data = json!({
        "batch_id": batch_id,
        "title": title,
        "status": batch.status,
        "total_items": batch.total_items,
        "counts_by_status": batch.counts_by_status,
    });
    outbox::add(tx, &tenant, kinds::BATCH_FINISHED, Some(batch_id), &data, callback_url.as_deref())
        .await
        .map(drop)
}
