//! `GET /v3/redub/webhooks/deliveries` (beyond HeyGen): what was sent to whom, and what came back.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Tenant;
use crate::check;
use crate::state::App;
use crate::time::iso;
use crate::wire::{ApiError, ErrorBody, List, Page, Query};

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Only of this event.
    event_id: Option<String>,
    /// Only to this endpoint.
    endpoint_id: Option<String>,
    /// Deliveries on a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// An event on its way to one address.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    delivery_id: String,
    /// The event.
    event_id: String,
    /// Its type.
    event_type: String,
    /// The endpoint; left out for the callback of a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_id: Option<String>,
    /// The address.
    url: String,
    /// `pending`, `delivered`, or `dead` when it was given up.
    status: String,
    /// Attempts so far.
    attempts: i64,
    /// HTTP status of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_status: Option<i64>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// When it is tried next, ISO 8601; only while it is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<String>,
    /// ISO 8601.
    created_at: String,
    /// When it was delivered or given up, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<String>,
}

#[derive(Debug, sqlx::FromRow)]
struct Row {
    seq: i64,
    id: String,
    event_id: String,
    event_type: String,
    endpoint_id: Option<String>,
    url: String,
    state: String,
    attempts: i64,
    next_at: i64,
    status_code: Option<i64>,
    error: Option<String>,
    created_at: i64,
    finished_at: Option<i64>,
}

/// Lists deliveries, the newest first.
#[utoipa::path(
    get,
    path = "/v3/redub/webhooks/deliveries",
    tag = "Webhooks",
    params(Search),
    responses(
        (status = 200, body = List<Delivery>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn deliveries(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(search): Query<Search>,
) -> Result<List<Delivery>, ApiError> {
    let page = Page::new(search.limit, search.token.as_deref(), 10)?;
    let sql = "SELECT d.*, e.event_type FROM deliveries d JOIN events e ON e.id = d.event_id \
               WHERE d.tenant = ?1 AND d.seq < ?2 AND (?3 IS NULL OR d.event_id = ?3) \
               AND (?4 IS NULL OR d.endpoint_id = ?4) ORDER BY d.seq DESC LIMIT ?5";
    let found: Vec<Row> = sqlx::query_as(sql)
        .bind(tenant)
        .bind(page.before_seq())
        .bind(check::present(search.event_id.as_deref()))
        .bind(check::present(search.endpoint_id.as_deref()))
        .bind(page.rows())
        .fetch_all(&app.db)
        .await?;
    Ok(page.list(found, |row| row.seq, show))
}

fn show(row: Row) -> Delivery {
    Delivery {
        delivery_id: row.id,
        event_id: row.event_id,
        event_type: row.event_type,
        endpoint_id: row.endpoint_id,
        url: row.url,
        next_attempt_at: (row.state == "pending").then(|| iso(row.next_at)),
        status: row.state,
        attempts: row.attempts,
        last_status: row.status_code,
        last_error: row.error,
        created_at: iso(row.created_at),
        finished_at: row.finished_at.map(iso),
    }
}
