//! Writes events down for delivery.

use serde_json::Value;
use sqlx::types::Json;

use super::kinds::EventKind;
use crate::db::Connection;
use crate::time::now;
use crate::wire::hex;

/// Id and address of an endpoint, and what it listens to; none is all.
type Listener = (String, String, Option<Json<Vec<String>>>);

/// Notes that something happened, for every endpoint of `tenant` that listens to it and for the callback of the request.
/// To be called in the transaction that makes it happen; wake the deliveries (`App::emitted`) after the commit.
///
/// A string in `data` of the form `object:jobs/ID/NAME` becomes a fresh link whenever the event is sent or listed.
///
/// # Errors
/// The database fails.
pub async fn add(
    tx: &mut Connection,
    tenant: &str,
    kind: EventKind,
    entity_id: Option<&str>,
    data: &Value,
    callback_url: Option<&str>,
) -> sqlx::Result<String> {
    let (id, now) = (hex(), now());
    sqlx::query(
        "INSERT INTO events (id, tenant, event_type, entity_id, data, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(tenant)
    .bind(kind.name)
    .bind(entity_id)
    .bind(data.to_string())
    .bind(now)
    .execute(&mut *tx)
    .await?;
    let sql = "SELECT id, url, events FROM webhook_endpoints WHERE tenant = ? AND enabled = 1 \
               AND (entity_id IS NULL OR entity_id = ?)";
    let endpoints: Vec<Listener> =
        sqlx::query_as(sql).bind(tenant).bind(entity_id).fetch_all(&mut *tx).await?;
    let listens = |events: &Option<Json<Vec<String>>>| {
        events.as_ref().is_none_or(|events| events.iter().any(|e| e == kind.name))
    };
    let listening = endpoints.iter().filter(|e| listens(&e.2)).map(|e| (Some(&e.0), e.1.as_str()));
    for (endpoint, url) in listening.chain(callback_url.map(|url| (None, url))) {
        sqlx::query(
            "INSERT INTO deliveries (id, event_id, tenant, endpoint_id, url, state, next_at, created_at) \
             VALUES (?, ?, ?, ?, ?, 'pending', ?, ?)",
        )
        .bind(hex())
        .bind(&id)
        .bind(tenant)
        .bind(endpoint)
        .bind(url)
        .bind(now)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    Ok(id)
}
