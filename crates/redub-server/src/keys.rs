//! API keys: made, listed and revoked on the command line, stored as hashes, shown once.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::db::Pool;
use crate::time::now;
use crate::wire;

/// What every key begins with.
const PREFIX: &str = "rdb_";

/// A key as it is listed: without its secret.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct Key {
    /// Its id, which is also the tenant that everything made with it belongs to.
    pub id: String,
    /// What it was named.
    pub name: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; `None` while it is good.
    pub revoked_at: Option<i64>,
}

/// Makes a key; gives its id and the key itself, which is not stored and cannot be shown again.
///
/// # Errors
/// A database that cannot be written.
pub async fn create(db: &Pool, name: &str) -> Result<(String, String), sqlx::Error> {
    let (id, secret) = (wire::secret::<6>(), wire::secret::<24>());
    let key = format!("{PREFIX}{id}_{secret}");
    sqlx::query("INSERT INTO api_keys (id, name, hash, created_at) VALUES (?, ?, ?, ?)")
        .bind(&id)
        .bind(name)
        .bind(hash(&key))
        .bind(now())
        .execute(db)
        .await?;
    Ok((id, key))
}

/// All keys, the oldest first.
///
/// # Errors
/// A database that cannot be read.
pub async fn list(db: &Pool) -> Result<Vec<Key>, sqlx::Error> {
    sqlx::query_as("SELECT id, name, created_at, revoked_at FROM api_keys ORDER BY created_at, id")
        .fetch_all(db)
        .await
}

/// Ends a key by its id or its name; gives how many were ended.
///
/// # Errors
/// A database that cannot be written.
pub async fn revoke(db: &Pool, id_or_name: &str) -> Result<u64, sqlx::Error> {
    let sql = "UPDATE api_keys SET revoked_at = ? WHERE (id = ? OR name = ?) AND revoked_at IS NULL";
    let done = sqlx::query(sql).bind(now()).bind(id_or_name).bind(id_or_name).execute(db).await?;
    Ok(done.rows_affected())
}

/// Whether any key was ever made: a server that had keys never opens up again by their being revoked.
///
/// # Errors
/// A database that cannot be read.
pub async fn any(db: &Pool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM api_keys)").fetch_one(db).await
}

/// The tenant a key stands for, if it is good.
///
/// # Errors
/// A database that cannot be read.
pub async fn check(db: &Pool, key: &str) -> Result<Option<String>, sqlx::Error> {
    let Some((id, _)) = key.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')) else {
        return Ok(None);
    };
    let sql = "SELECT hash FROM api_keys WHERE id = ? AND revoked_at IS NULL";
    let stored: Option<String> = sqlx::query_scalar(sql).bind(id).fetch_optional(db).await?;
    let good = stored.is_some_and(|stored| bool::from(stored.as_bytes().ct_eq(hash(key).as_bytes())));
    Ok(good.then(|| id.to_owned()))
}

/// A key has 192 random bits, so that one round of SHA-256 keeps it as safe as many would.
fn hash(key: &str) -> String {
    wire::digits(&Sha256::digest(key.as_bytes()))
}
