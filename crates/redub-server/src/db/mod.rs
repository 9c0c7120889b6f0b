//! The database: SQLite in the data folder, with its migrations inside the binary.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};

/// The database that is used. What depends on it is in this file and in docs/adr/023.
pub type Database = Sqlite;
/// Connections to it. Cheap to clone.
pub type Pool = sqlx::Pool<Database>;
/// One connection, or a transaction.
pub type Connection = <Database as sqlx::Database>::Connection;

/// Connections at a time; SQLite has one writer, readers run beside it.
const CONNECTIONS: u32 = 8;

/// Opens (and makes or upgrades) the database.
///
/// # Errors
/// A file that cannot be made or is no database of ours.
pub async fn open(path: &Path) -> Result<Pool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode a power cut may lose the last transactions, never damage the file; kill -9 loses nothing.
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20));
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(20))
        .connect_with(options)
        .await?;
    sqlx::migrate!("./migrations").run(&pool).await.map_err(|e| sqlx::Error::Migrate(Box::new(e)))?;
    Ok(pool)
}

/// A transaction that writes: it takes the writer's lock at once, so that what it reads stays true until it commits.
///
/// # Errors
/// A database that cannot be reached.
pub async fn write(pool: &Pool) -> Result<Transaction<'static, Database>, sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await
}
