//! When all items of a batch have ended.

use serde_json::json;
use sqlx::SqliteConnection;

use super::show::counts;
use crate::time::now;
use crate::webhooks::{kinds, outbox};

/// Tells that a batch is finished when its last item has ended; once. Call it in the transaction that ends an item.
///
/// # Errors
/// The database fails.
pub async fn settle(tx: &mut SqliteConnection, batch_id: &str) -> Result<(), sqlx::Error> {
    let counts = counts(&mut *tx, batch_id).await?;
    if counts.open() > 0 {
        return Ok(());
    }
    let sql = "UPDATE batches SET finished_at = ? WHERE id = ? AND finished_at IS NULL \
               RETURNING tenant, title, callback_url, total_items";
    let found: Option<(String, Option<String>, Option<String>, i64)> =
        sqlx::query_as(sql).bind(now()).bind(batch_id).fetch_optional(&mut *tx).await?;
    let Some((tenant, title, callback_url, total_items)) = found else { return Ok(()) };
    let data = json!({
        "batch_id": batch_id,
        "title": title,
        "status": counts.status(),
        "total_items": total_items,
        "counts_by_status": counts.map(),
    });
    outbox::add(tx, &tenant, kinds::BATCH_FINISHED, Some(batch_id), &data, callback_url.as_deref()).await.map(drop)
}
