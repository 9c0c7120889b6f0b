//! Writes events down for delivery.

use serde_json::Value;
use sqlx::SqliteConnection;

use super::kinds::EventKind;
use crate::time::now;
use crate::wire::hex;

/// Notes that something happened, for every endpoint of `tenant` that listens to it and for the callback of the request.
/// To be called in the transaction that makes it happen; wake the deliveries (`App::emitted`) after the commit.
///
/// A string in `data` of the form `object:jobs/ID/NAME` becomes a fresh link whenever the event is sent or listed.
///
/// # Errors
/// The database fails.
pub async fn add(
    tx: &mut SqliteConnection,
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
    let listening = "
        INSERT INTO deliveries (id, event_id, tenant, endpoint_id, url, state, next_at, created_at)
        SELECT lower(hex(randomblob(16))), ?1, ?3, e.id, e.url, 'pending', ?2, ?2 FROM webhook_endpoints e
        WHERE e.tenant = ?3 AND e.enabled AND (e.entity_id IS NULL OR e.entity_id = ?4)
          AND (e.events IS NULL OR EXISTS (SELECT 1 FROM json_each(e.events) t WHERE t.value = ?5))";
    sqlx::query(listening)
        .bind(&id)
        .bind(now)
        .bind(tenant)
        .bind(entity_id)
        .bind(kind.name)
        .execute(&mut *tx)
        .await?;
    if let Some(url) = callback_url {
        sqlx::query(
            "INSERT INTO deliveries (id, event_id, tenant, url, state, next_at, created_at)
             VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?5)",
        )
        .bind(hex())
        .bind(&id)
        .bind(tenant)
        .bind(url)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    Ok(id)
}
