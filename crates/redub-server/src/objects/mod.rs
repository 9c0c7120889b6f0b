//! Files of assets and results, and the signed links to them.

use sqlx::SqlitePool;

use crate::config::Config;

/// The object store.
#[derive(Debug, Clone)]
pub struct Objects;

/// Makes and checks signed links.
#[derive(Debug, Clone)]
pub struct Links;

impl Objects {
    /// Opens the store.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub fn open(_config: &Config) -> Result<Self, crate::server::ServerError> {
        Ok(Self)
    }
}

impl Links {
    /// Opens (and makes) the secret that links are signed with.
    ///
    /// # Errors
    /// A database that cannot be used.
    pub async fn open(_db: &SqlitePool, _config: &Config) -> Result<Self, sqlx::Error> {
        Ok(Self)
    }
}
