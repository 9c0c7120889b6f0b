//! Renaming and deleting.

use super::{Kind, kept_prefix};
use crate::state::App;
use crate::wire::ApiError;
use crate::{batches, db};

/// Gives a job another title.
///
/// # Errors
/// A database that cannot be written.
pub async fn rename(
    db: &crate::db::Pool,
    tenant: &str,
    kind: Kind,
    id: &str,
    title: &str,
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE jobs SET title = ? WHERE id = ? AND tenant = ? AND kind = ?";
    sqlx::query(sql).bind(title).bind(id).bind(tenant).bind(kind).execute(db).await?;
    Ok(())
}

/// Takes a job out of the queue and out of sight, with its files; a worker that runs it notices and stops. Gives
/// whether it was there.
///
/// # Errors
/// A database that cannot be written.
pub async fn remove(app: &App, tenant: &str, kind: Kind, id: &str) -> Result<bool, ApiError> {
    let mut tx = db::write(&app.db).await?;
    let sql = "DELETE FROM jobs WHERE id = ? AND tenant = ? AND kind = ? RETURNING batch_id, group_id";
    let found: Option<(Option<String>, String)> =
        sqlx::query_as(sql).bind(id).bind(tenant).bind(kind).fetch_optional(&mut *tx).await?;
    let Some((batch, group)) = found else { return Ok(false) };
    for sql in [
        "DELETE FROM proofreads WHERE id = ?",
        "DELETE FROM lines WHERE proofread_id = ?",
        "DELETE FROM revisions WHERE proofread_id = ?",
    ] {
        sqlx::query(sql).bind(id).execute(&mut *tx).await?;
    }
    if let Some(batch) = batch {
        batches::settle(&mut tx, &batch).await?;
    }
    let sql = "SELECT count(*) FROM jobs WHERE group_id = ?";
    let siblings: i64 = sqlx::query_scalar(sql).bind(&group).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    app.emitted.notify_waiters();
    // Out of sight already: what cannot be deleted now is swept up later.
    if let Err(error) = app.objects.delete_prefix(&format!("jobs/{id}")).await {
        tracing::warn!(job = id, %error, "files of a deleted job are left");
    }
    if siblings == 0
        && let Err(error) = app.objects.delete_prefix(&kept_prefix(&group)).await
    {
        tracing::warn!(job = id, %error, "the source of a deleted job is left");
    }
    Ok(true)
}
