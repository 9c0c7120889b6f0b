//! `/v3/webhooks/endpoints` (contract §8): who is told of events.

pub mod create;
pub mod delete;
pub mod list;
pub mod rotate;
mod rows;
pub mod update;

use serde::Serialize;
use utoipa::ToSchema;

use self::rows::Endpoint;
use crate::time::iso;

/// An endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointResource {
    /// Its id.
    endpoint_id: String,
    /// Where messages are posted.
    url: String,
    /// Types of events it is told of; null for all.
    events: Option<Vec<String>>,
    /// Only events of this thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_id: Option<String>,
    /// `enabled` or `disabled`.
    status: String,
    /// ISO 8601.
    created_at: String,
    /// What messages are signed with; shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// An endpoint as it is shown, without its secret.
fn show(endpoint: Endpoint) -> EndpointResource {
    EndpointResource {
        endpoint_id: endpoint.id,
        url: endpoint.url,
        events: endpoint.events.map(|events| events.0),
        entity_id: endpoint.entity_id,
        status: if endpoint.enabled { "enabled" } else { "disabled" }.to_owned(),
        created_at: iso(endpoint.created_at),
        secret: None,
    }
}

/// A new secret.
fn secret() -> String {
    format!("whsec_{}", crate::wire::secret::<24>())
}
