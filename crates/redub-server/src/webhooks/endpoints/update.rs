//! `PATCH /v3/webhooks/endpoints/{endpoint_id}`.

use axum::extract::State;
use serde::{Deserialize, Deserializer};
use sqlx::types::Json;
use utoipa::ToSchema;

use super::rows::{check_events, find};
use super::{EndpointResource, show};
use crate::auth::Tenant;
use crate::state::App;
use crate::webhooks::target;
use crate::wire::{ApiError, Body, Data, ErrorBody, PathId};

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EndpointChange {
    /// The new address.
    url: Option<String>,
    /// The new list of types, in place of the old one; null for all.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Option<Vec<String>>>,
}

/// Tells `null` from a field that is left out.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes an endpoint.
#[utoipa::path(
    patch,
    path = "/v3/webhooks/endpoints/{endpoint_id}",
    tag = "Webhooks",
    params(("endpoint_id" = String, Path, description = "Id of the endpoint")),
    request_body = EndpointChange,
    responses(
        (status = 200, body = Data<EndpointResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn update(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Body(change): Body<EndpointChange>,
) -> Result<Data<EndpointResource>, ApiError> {
    find(&app.db, &tenant, &id).await?;
    if let Some(url) = &change.url {
        target::check("url", url, &app.config.allow_private_hosts)?;
    }
    let events = change.events.as_ref();
    check_events(events.and_then(|events| events.as_deref()))?;
    sqlx::query(
        "UPDATE webhook_endpoints SET url = coalesce(?1, url), events = CASE WHEN ?2 THEN ?3 ELSE events END \
         WHERE id = ?4 AND tenant = ?5",
    )
    .bind(&change.url)
    .bind(events.is_some())
    .bind(change.events.flatten().map(Json))
    .bind(&id)
    .bind(&tenant)
    .execute(&app.db)
    .await?;
    Ok(Data::new(show(find(&app.db, &tenant, &id).await?)))
}
