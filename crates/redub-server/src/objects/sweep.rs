//! Takes away files that nothing refers to any more.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::error::ObjectError;
use super::store::Objects;
use crate::db::Pool;

/// A file without a row younger than this may still be on its way into the database.
const YOUNG: Duration = Duration::from_secs(24 * 3600);

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

/// Deletes the files of jobs and assets that are not in the database: what a crash left behind between deleting a row
/// and its files, or between storing a file and its row. Gives how many files that were.
///
/// # Errors
/// The database or the store fails.
pub async fn orphans(db: &Pool, objects: &Objects) -> Result<usize, SweepError> {
    let now = SystemTime::now();
    let mut files: HashMap<String, Vec<String>> = HashMap::new();
    for file in objects.list().await? {
        let age = now.duration_since(SystemTime::from(file.last_modified)).unwrap_or_default();
        let path = file.location.to_string();
        // `jobs/ID/…` or `assets/ID/…`: whose file it is.
        let thing = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
        if age > YOUNG {
            files.entry(thing).or_default().push(path);
        }
    }
    let mut deleted = 0;
    for (thing, paths) in files {
        if !is_known(db, &thing).await? {
            for path in &paths {
                objects.delete(path).await?;
            }
            deleted += paths.len();
        }
    }
    Ok(deleted)
}

async fn is_known(db: &Pool, thing: &str) -> sqlx::Result<bool> {
    let sql = match thing.split_once('/') {
        Some(("jobs", _)) => "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)",
        Some(("groups", _)) => "SELECT EXISTS (SELECT 1 FROM jobs WHERE group_id = ?)",
        Some(("assets", _)) => "SELECT EXISTS (SELECT 1 FROM assets WHERE id = ?)",
        // Not ours: left alone.
        _ => return Ok(true),
    };
    let id = thing.split_once('/').map_or(thing, |(_, id)| id);
    sqlx::query_scalar(sql).bind(id).fetch_one(db).await
}
