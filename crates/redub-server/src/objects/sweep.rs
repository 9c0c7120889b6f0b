//! Takes away what nothing refers to any more.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use sqlx::SqlitePool;

use super::error::ObjectError;
use super::store::Objects;

/// A file without a row younger than this may still be on its way into the database.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 3600);

/// Deletes discarded objects, files first, so that a crash in between loses none from sight.
///
/// # Errors
/// The database or the store fails.
pub async fn discarded(db: &SqlitePool, objects: &Objects) -> Result<usize, SweepError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT id, path FROM objects WHERE deleted_at IS NOT NULL LIMIT 1000").fetch_all(db).await?;
    for (id, path) in &rows {
        objects.delete(path).await?;
        sqlx::query("DELETE FROM objects WHERE id = ?").bind(id).execute(db).await?;
    }
    Ok(rows.len())
}

/// Deletes files that have no row: what a crash left behind between storing and filing.
///
/// # Errors
/// The database or the store fails.
pub async fn orphans(db: &SqlitePool, objects: &Objects) -> Result<usize, SweepError> {
    let files = objects.list().await?;
    let known: Vec<(String,)> = sqlx::query_as("SELECT path FROM objects").fetch_all(db).await?;
    let known: HashSet<String> = known.into_iter().map(|(path,)| path).collect();
    let now = SystemTime::now();
    let mut deleted = 0;
    for file in files {
        let age = now.duration_since(SystemTime::from(file.last_modified)).unwrap_or_default();
        if age > ORPHAN_AGE && !known.contains(file.location.as_ref()) {
            objects.delete(file.location.as_ref()).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Why a sweep stopped.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The store failed.
    #[error(transparent)]
    Object(#[from] ObjectError),
}
