//! `GET /v3/webhooks/event-types` and `GET /v3/webhooks/events`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{kinds, links};
use crate::auth::Tenant;
use crate::check;
use crate::state::App;
use crate::time::iso;
use crate::wire::{ApiError, Base, ErrorBody, List, Page, Query};

/// A type of event.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventType {
    /// Its name.
    event_type: &'static str,
    /// What it says.
    description: &'static str,
}

/// Lists all types of events: HeyGen's, so that a client may subscribe with the list it has, and `lipsync.*`. This server
/// sends those about translations, proofreads, lipsyncs and batches.
#[utoipa::path(
    get,
    path = "/v3/webhooks/event-types",
    tag = "Webhooks",
    responses((status = 200, body = List<EventType>), (status = 401, body = ErrorBody))
)]
pub async fn event_types(_: Tenant) -> List<EventType> {
    let types = kinds::ALL.iter().map(|k| EventType { event_type: k.name, description: k.description });
    List { data: types.collect(), has_more: false, next_token: None }
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Only this type.
    event_type: Option<String>,
    /// Only events of this thing.
    entity_id: Option<String>,
    /// Events on a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEvent {
    /// Its id, the same as in messages about it.
    event_id: String,
    /// Its type.
    event_type: String,
    /// What messages about it hold; links are fresh.
    #[schema(value_type = Object)]
    event_data: Value,
    /// ISO 8601.
    created_at: String,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    seq: i64,
    id: String,
    event_type: String,
    data: String,
    created_at: i64,
}

/// Lists what happened, the newest first.
#[utoipa::path(
    get,
    path = "/v3/webhooks/events",
    tag = "Webhooks",
    params(Search),
    responses(
        (status = 200, body = List<WebhookEvent>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn events(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Query(search): Query<Search>,
) -> Result<List<WebhookEvent>, ApiError> {
    let page = Page::new(search.limit, search.token.as_deref(), 10)?;
    if let Some(kind) =
        check::present(search.event_type.as_deref()).filter(|kind| kinds::find(kind).is_none())
    {
        let message = format!("There is no event type {kind:?}; GET /v3/webhooks/event-types lists them");
        return Err(ApiError::invalid("event_type", message));
    }
    let sql = "SELECT seq, id, event_type, data, created_at FROM events WHERE tenant = ?1 AND seq < ?2 \
               AND (?3 IS NULL OR event_type = ?3) AND (?4 IS NULL OR entity_id = ?4) ORDER BY seq DESC LIMIT ?5";
    let found: Vec<Row> = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.before_seq())
        .bind(check::present(search.event_type.as_deref()))
        .bind(check::present(search.entity_id.as_deref()))
        .bind(page.rows())
        .fetch_all(&app.db)
        .await?;
    Ok(page.list(
        found,
        |row| row.seq,
        |row| {
            let mut event_data = serde_json::from_str(&row.data).unwrap_or_default();
            links::fill(&app.links, &base, &mut event_data);
            WebhookEvent {
                event_id: row.id,
                event_type: row.event_type,
                event_data,
                created_at: iso(row.created_at),
            }
        },
    ))
}
