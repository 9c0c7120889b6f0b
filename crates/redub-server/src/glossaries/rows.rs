//! Glossaries as they are stored.

use axum::http::StatusCode;
use sqlx::SqlitePool;
use sqlx::types::Json;

use super::term::Term;
use crate::state::App;
use crate::wire::ApiError;

/// A glossary; the columns are described in the migration.
#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(missing_docs)]
pub struct Glossary {
    pub seq: i64,
    pub id: String,
    pub name: String,
    pub terms: Json<Vec<Term>>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// A glossary of a tenant.
///
/// # Errors
/// 404 `resource_not_found`, or the database fails.
pub async fn find(db: &SqlitePool, tenant: &str, id: &str) -> Result<Glossary, ApiError> {
    let sql = "SELECT * FROM brand_glossaries WHERE id = ? AND tenant = ?";
    let found = sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    found.ok_or_else(|| ApiError::not_found("Brand glossary", id))
}

/// Looks whether the glossary that a request names is there.
///
/// # Errors
/// 400 naming `param`, or the database fails.
pub async fn check(app: &App, tenant: &str, param: &str, id: &str) -> Result<(), ApiError> {
    match find(&app.db, tenant, id).await {
        Err(error) if error.status == StatusCode::NOT_FOUND => {
            let message = format!("Brand glossary {id} not found; GET /v3/brand-glossaries lists them");
            Err(ApiError::invalid(param, message))
        }
        other => other.map(drop),
    }
}
