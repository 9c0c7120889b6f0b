//! A batch as it is shown.

use super::item::{COLUMNS, ItemRow};
use crate::db::Connection;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::batch::{Batch, BatchHead, BatchItem};
use crate::wire::{ApiError, Page};

/// A tenant's batch of a kind, if it is there.
///
/// # Errors
/// The database fails.
pub(super) async fn head(
    app: &App,
    tenant: &str,
    kind: Kind,
    id: &str,
) -> Result<Option<BatchHead>, ApiError> {
    let sql = "SELECT title, created_at FROM batches WHERE id = ? AND tenant = ? AND kind = ?";
    let found: Option<(Option<String>, i64)> =
        sqlx::query_as(sql).bind(id).bind(tenant).bind(kind).fetch_optional(&app.db).await?;
    Ok(found.map(|(title, created_at)| BatchHead { id: id.to_owned(), title, created_at }))
}

/// The items of a batch, in order.
///
/// # Errors
/// The database fails.
pub(super) async fn items(db: &mut Connection, id: &str) -> Result<Vec<BatchItem>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} WHERE i.batch_id = ? ORDER BY i.item_index");
    let rows: Vec<ItemRow> = sqlx::query_as(&sql).bind(id).fetch_all(db).await?;
    Ok(rows.into_iter().map(ItemRow::shown).collect())
}

/// A tenant's batch of a kind, with a page of its items in order.
///
/// # Errors
/// 404, or the database fails.
pub async fn show(app: &App, tenant: &str, kind: Kind, id: &str, page: &Page) -> Result<Batch, ApiError> {
    let head = head(app, tenant, kind, id).await?.ok_or_else(|| ApiError::not_found("Batch", id))?;
    let items = items(&mut *app.db.acquire().await?, id).await?;
    Ok(Batch::new(head, items, page))
}
