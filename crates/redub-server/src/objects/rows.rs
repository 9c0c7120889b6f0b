//! What the database knows of a stored file.

use std::path::Path;

use sqlx::{Executor, FromRow, Sqlite};

use super::error::ObjectError;
use super::store::Objects;
use crate::wire::hex;

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Object {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// Where it lies in the store.
    pub path: String,
    /// What the user calls it.
    pub file_name: String,
    /// Its MIME type.
    pub content_type: String,
    /// Its size.
    pub size_bytes: i64,
    /// SHA-256 of its bytes in hexadecimal digits, where it was taken.
    pub sha256: Option<String>,
}

impl Object {
    /// A file to be stored under a new id; its size is not known yet.
    pub fn new(tenant: &str, file_name: &str, content_type: &str) -> Self {
        let id = hex();
        Self {
            path: path_of(&id),
            id,
            tenant: tenant.to_owned(),
            file_name: file_name.to_owned(),
            content_type: content_type.to_owned(),
            size_bytes: 0,
            sha256: None,
        }
    }
}

/// Objects lie in 256 folders: local file systems slow down with too many files in one.
fn path_of(id: &str) -> String {
    format!("objects/{}/{id}", id.get(..2).unwrap_or("00"))
}

/// Stores a file from disk. What comes back is to be [inserted](insert) in the transaction that refers to it; without
/// that, the sweeper takes the file away again.
///
/// # Errors
/// The file cannot be read or the store fails.
pub async fn store_file(objects: &Objects, mut object: Object, file: &Path) -> Result<Object, ObjectError> {
    object.size_bytes = i64::try_from(objects.put_file(&object.path, file).await?).unwrap_or(i64::MAX);
    Ok(object)
}

/// Files a stored object.
///
/// # Errors
/// The database fails.
pub async fn insert(db: impl Executor<'_, Database = Sqlite>, object: &Object) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO objects (id, tenant, path, file_name, content_type, size_bytes, sha256, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, unixepoch())",
    )
    .bind(&object.id)
    .bind(&object.tenant)
    .bind(&object.path)
    .bind(&object.file_name)
    .bind(&object.content_type)
    .bind(object.size_bytes)
    .bind(&object.sha256)
    .execute(db)
    .await?;
    Ok(())
}

/// The object of that id, unless it was discarded.
///
/// # Errors
/// The database fails.
pub async fn find(db: impl Executor<'_, Database = Sqlite>, id: &str) -> sqlx::Result<Option<Object>> {
    sqlx::query_as(
        "SELECT id, tenant, path, file_name, content_type, size_bytes, sha256 FROM objects
         WHERE id = ? AND deleted_at IS NULL",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Marks an object as no longer needed: links to it stop working at once, the file goes with the next sweep.
///
/// # Errors
/// The database fails.
pub async fn discard(db: impl Executor<'_, Database = Sqlite>, id: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE objects SET deleted_at = unixepoch() WHERE id = ? AND deleted_at IS NULL")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}
