//! Glossaries as they are stored.

use redub_translate::glossary;
use sqlx::types::Json;

use super::term::Term;
use crate::db::Pool;
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
pub async fn find(db: &Pool, tenant: &str, id: &str) -> Result<Glossary, ApiError> {
    let sql = "SELECT * FROM brand_glossaries WHERE id = ? AND tenant = ?";
    let found = sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    found.ok_or_else(|| ApiError::not_found("Brand glossary", id))
}

/// The terms of a tenant's glossary as the translation takes them; none when it is not there any more.
///
/// # Errors
/// The database fails.
pub async fn terms(db: &Pool, tenant: &str, id: &str) -> Result<Option<glossary::Glossary>, sqlx::Error> {
    let sql = "SELECT terms FROM brand_glossaries WHERE id = ? AND tenant = ?";
    let found: Option<Json<Vec<Term>>> =
        sqlx::query_scalar(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    Ok(found.map(|terms| glossary::Glossary { entries: terms.0.iter().map(Term::entry).collect() }))
}
