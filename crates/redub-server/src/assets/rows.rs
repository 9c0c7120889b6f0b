//! Assets as they are stored.

use axum::http::StatusCode;

use super::kind::{self, AssetKind};
use crate::db::{Connection, Pool};
use crate::time::now;
use crate::wire::{ApiError, Page};

/// How far an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum AssetStatus {
    /// Announced; its bytes are awaited.
    PendingUpload,
    /// Its bytes are there, the client has not yet said that they are complete.
    Uploaded,
    /// Ready for use.
    Completed,
    /// Cannot be used.
    Failed,
}

impl AssetStatus {
    /// The word that the asset itself uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PendingUpload => "pending_upload",
            Self::Uploaded => "uploaded",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The word that batches and bulk statuses use.
    pub fn as_item(self) -> &'static str {
        match self {
            Self::PendingUpload => "queued",
            Self::Uploaded => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// An asset; the columns are described in the migration.
#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(missing_docs)]
pub struct Asset {
    pub seq: i64,
    pub id: String,
    pub tenant: String,
    pub name: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub status: AssetStatus,
    pub checksum_sha256: Option<String>,
    pub folder_id: Option<String>,
    pub batch_id: Option<String>,
    pub item_index: Option<i64>,
    pub failure: Option<String>,
    pub created_at: i64,
}

impl Asset {
    /// Its type.
    pub fn kind(&self) -> Option<AssetKind> {
        kind::named(&self.mime_type)
    }

    /// Its name as a file: with an ending.
    pub fn file_name(&self) -> String {
        match self.kind() {
            Some(kind) if !self.name.contains('.') => format!("{}.{}", self.name, kind.extension),
            _ => self.name.clone(),
        }
    }
}

/// An asset of a tenant.
///
/// # Errors
/// 404 `asset_not_found`, or the database fails.
pub async fn find(db: &Pool, tenant: &str, id: &str) -> Result<Asset, ApiError> {
    let sql = "SELECT * FROM assets WHERE id = ? AND tenant = ?";
    let found = sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    found.ok_or_else(|| missing(id))
}

/// An asset of a tenant that can be used as an input.
///
/// # Errors
/// 404 `asset_not_found`, 409 `resource_not_ready`, or the database fails.
pub async fn usable(db: &Pool, tenant: &str, id: &str) -> Result<Asset, ApiError> {
    let asset = find(db, tenant, id).await?;
    match asset.status {
        AssetStatus::Completed => Ok(asset),
        AssetStatus::Failed => {
            let why = asset.failure.unwrap_or_default();
            Err(ApiError::not_ready(format!("Asset {id} cannot be used: {why}; upload the file anew")))
        }
        AssetStatus::PendingUpload | AssetStatus::Uploaded => Err(ApiError::not_ready(format!(
            "Asset {id} is not complete: put its bytes to upload_url, then call /v3/assets/{id}/complete"
        ))),
    }
}

fn missing(id: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "asset_not_found", format!("Asset {id} not found"))
}

/// A tenant's usable assets, the newest first, up to [`Page::rows`].
///
/// # Errors
/// The database fails.
pub async fn list(
    db: &Pool,
    tenant: &str,
    folder_id: Option<&str>,
    page: &Page,
) -> Result<Vec<Asset>, sqlx::Error> {
    let sql = "SELECT * FROM assets WHERE tenant = ?1 AND status = 'completed' AND (?2 IS NULL OR folder_id = ?2) \
               AND seq < ?3 ORDER BY seq DESC LIMIT ?4";
    sqlx::query_as(sql)
        .bind(tenant)
        .bind(folder_id)
        .bind(page.before_seq())
        .bind(page.rows())
        .fetch_all(db)
        .await
}

/// A new asset.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct NewAsset<'a> {
    pub id: &'a str,
    pub tenant: &'a str,
    pub name: &'a str,
    pub mime_type: &'a str,
    pub size_bytes: u64,
    pub status: AssetStatus,
    pub checksum_sha256: Option<&'a str>,
    pub folder_id: Option<&'a str>,
    pub batch: Option<(&'a str, i64)>,
}

/// Files an asset.
///
/// # Errors
/// The database fails.
pub async fn insert(db: &mut Connection, asset: &NewAsset<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO assets (id, tenant, name, mime_type, size_bytes, status, checksum_sha256, folder_id, batch_id, \
         item_index, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(asset.id)
    .bind(asset.tenant)
    .bind(asset.name)
    .bind(asset.mime_type)
    .bind(i64::try_from(asset.size_bytes).unwrap_or(i64::MAX))
    .bind(asset.status)
    .bind(asset.checksum_sha256)
    .bind(asset.folder_id)
    .bind(asset.batch.map(|(batch, _)| batch))
    .bind(asset.batch.map(|(_, index)| index))
    .bind(now())
    .execute(db)
    .await?;
    Ok(())
}

/// Longest name that is kept, characters.
const LONGEST_NAME: usize = 200;

/// A file's name as it is kept and shown: its last part, without control characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.') { "file".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn names_hold_no_path() {
        for (given, kept) in [
            ("talk.mp4", "talk.mp4"),
            ("../../etc/passwd", "passwd"),
            ("C:\\videos\\talk.mp4", "talk.mp4"),
            ("..", "file"),
            ("", "file"),
            ("a/", "file"),
            ("a\r\nb\0.mp4", "ab.mp4"),
            ("日本語.mp4", "日本語.mp4"),
        ] {
            assert_eq!(clean_name(given), kept);
        }
        assert_eq!(clean_name(&"x".repeat(999)).len(), 200);
    }
}
