//! A batch as it is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::SqliteConnection;
use utoipa::ToSchema;

use super::item::{BatchItem, COLUMNS, ItemRow};
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::{ApiError, Cursor, Page};

/// How far a batch is. Paging stands inside, unlike in lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Batch {
    /// Its id.
    batch_id: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// `processing`, `completed` (all ended, at least one well) or `failed`.
    #[schema(value_type = String)]
    status: &'static str,
    /// Items in all.
    total_items: i64,
    /// Items by state.
    counts_by_status: BTreeMap<&'static str, i64>,
    /// Unix seconds.
    created_at: i64,
    /// Items of this page.
    items: Vec<BatchItem>,
    /// Whether there are more.
    has_more: bool,
    /// What to send as `token` for the next page.
    next_token: Option<String>,
}

/// Items by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    queued: i64,
    processing: i64,
    completed: i64,
    failed: i64,
}

impl Counts {
    /// Items that have not ended.
    pub fn open(&self) -> i64 {
        self.queued + self.processing
    }

    /// The batch's own state.
    pub fn status(&self) -> &'static str {
        match (self.open(), self.completed) {
            (1.., _) => "processing",
            (_, 1..) => "completed",
            _ => "failed",
        }
    }

    /// By name.
    pub fn map(&self) -> BTreeMap<&'static str, i64> {
        BTreeMap::from([
            ("queued", self.queued),
            ("processing", self.processing),
            ("completed", self.completed),
            ("failed", self.failed),
        ])
    }
}

/// Counts the items of a batch.
pub(super) async fn counts(db: &mut SqliteConnection, batch_id: &str) -> Result<Counts, sqlx::Error> {
    let sql = "SELECT coalesce(j.status, 'failed'), count(*) FROM batch_items i LEFT JOIN jobs j ON j.id = i.job_id \
               WHERE i.batch_id = ? GROUP BY 1";
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).bind(batch_id).fetch_all(db).await?;
    let mut counts = Counts::default();
    for (status, count) in rows {
        match status.as_str() {
            "pending" => counts.queued += count,
            "running" => counts.processing += count,
            "completed" => counts.completed += count,
            _ => counts.failed += count,
        }
    }
    Ok(counts)
}

#[derive(sqlx::FromRow)]
struct Row {
    title: Option<String>,
    total_items: i64,
    created_at: i64,
}

/// A tenant's batch of a kind, with a page of its items in order.
///
/// # Errors
/// 404, or the database fails.
pub async fn show(app: &App, tenant: &str, kind: Kind, batch_id: &str, page: &Page) -> Result<Batch, ApiError> {
    let sql = "SELECT title, total_items, created_at FROM batches WHERE id = ? AND tenant = ? AND kind = ?";
    let row: Option<Row> =
        sqlx::query_as(sql).bind(batch_id).bind(tenant).bind(kind).fetch_optional(&app.db).await?;
    let row = row.ok_or_else(|| ApiError::not_found("Batch", batch_id))?;
    let counts = counts(&mut *app.db.acquire().await?, batch_id).await?;
    let sql = format!("SELECT {COLUMNS} WHERE i.batch_id = ? AND i.item_index > ? ORDER BY i.item_index LIMIT ?");
    let after = page.after.map_or(-1, |Cursor(index)| index);
    let items: Vec<ItemRow> =
        sqlx::query_as(&sql).bind(batch_id).bind(after).bind(page.rows()).fetch_all(&app.db).await?;
    let list = page.list(items, |item| item.item_index, ItemRow::shown);
    Ok(Batch {
        batch_id: batch_id.to_owned(),
        title: row.title,
        status: counts.status(),
        total_items: row.total_items,
        counts_by_status: counts.map(),
        created_at: row.created_at,
        items: list.data,
        has_more: list.has_more,
        next_token: list.next_token,
    })
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn a_batch_is_open_until_its_last_item_and_fails_only_whole() {
        let counts = |queued, completed, failed| Counts { queued, completed, failed, processing: 0 };
        assert_eq!(counts(1, 1, 1).status(), "processing");
        assert_eq!(counts(0, 1, 1).status(), "completed");
        assert_eq!(counts(0, 0, 2).status(), "failed");
    }
}
