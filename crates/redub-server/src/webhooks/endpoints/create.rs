//! `POST /v3/webhooks/endpoints`.

use axum::extract::State;
use serde::Deserialize;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::rows::{check_events, find};
use super::{EndpointResource, secret, show};
use crate::auth::Tenant;
use crate::check;
use crate::state::App;
use crate::time::now;
use crate::webhooks::target;
use crate::wire::{self, ApiError, Body, Data, ErrorBody};

/// A new endpoint.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewEndpoint {
    /// http or https address that messages are posted to.
    url: String,
    /// Types of events it is told of; null or left out for all.
    events: Option<Vec<String>>,
    /// Only events of this thing.
    entity_id: Option<String>,
}

/// Registers an address that is told of events. The answer holds the secret that messages are signed with: keep it, it
/// is not shown again.
#[utoipa::path(
    post,
    path = "/v3/webhooks/endpoints",
    tag = "Webhooks",
    params(wire::IdempotencyKey),
    request_body = NewEndpoint,
    responses(
        (status = 200, body = Data<EndpointResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Body(new): Body<NewEndpoint>,
) -> Result<Data<EndpointResource>, ApiError> {
    target::check("url", &new.url, &app.config.allow_private_hosts)?;
    check_events(new.events.as_deref())?;
    let (id, secret) = (wire::hex(), secret());
    sqlx::query(
        "INSERT INTO webhook_endpoints (id, tenant, url, events, entity_id, secret, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(&tenant)
    .bind(&new.url)
    .bind(new.events.map(Json))
    .bind(check::present(new.entity_id.as_deref()))
    .bind(&secret)
    .bind(now())
    .execute(&app.db)
    .await?;
    let resource = show(find(&app.db, &tenant, &id).await?);
    Ok(Data::new(EndpointResource { secret: Some(secret), ..resource }))
}
