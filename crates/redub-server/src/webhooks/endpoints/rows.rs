//! Endpoints as they are stored.

use axum::http::StatusCode;
use sqlx::types::Json;

use crate::db::Pool;
use crate::webhooks::kinds;
use crate::wire::ApiError;

/// An endpoint; the columns are described in the migration.
#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(missing_docs)]
pub struct Endpoint {
    pub seq: i64,
    pub id: String,
    pub url: String,
    pub events: Option<Json<Vec<String>>>,
    pub entity_id: Option<String>,
    pub enabled: bool,
    pub created_at: i64,
}

/// An endpoint of a tenant.
///
/// # Errors
/// 404 `webhook_not_found`, or the database fails.
pub async fn find(db: &Pool, tenant: &str, id: &str) -> Result<Endpoint, ApiError> {
    let sql = "SELECT * FROM webhook_endpoints WHERE id = ? AND tenant = ?";
    let found = sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await?;
    found.ok_or_else(|| missing(id))
}

pub(super) fn missing(id: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "webhook_not_found", format!("Webhook endpoint {id} not found"))
}

/// Looks at the types an endpoint wants to be told of.
///
/// # Errors
/// 400 for a type that does not exist.
pub fn check_events(events: Option<&[String]>) -> Result<(), ApiError> {
    let unknown = events.unwrap_or_default().iter().find(|event| kinds::find(event).is_none());
    match unknown {
        Some(event) => {
            let message =
                format!("There is no event type {event:?}; GET /v3/webhooks/event-types lists them");
            Err(ApiError::invalid("events", message))
        }
        None => Ok(()),
    }
}
