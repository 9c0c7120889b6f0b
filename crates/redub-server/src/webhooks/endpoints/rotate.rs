//! `POST /v3/webhooks/endpoints/{endpoint_id}/rotate-secret`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::rows::find;
use super::secret;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{self, ApiError, Data, ErrorBody, PathId};

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewSecret {
    /// Id of the endpoint.
    endpoint_id: String,
    /// What messages are signed with from now on; not shown again.
    secret: String,
}

/// Makes a new secret for an endpoint; the old one signs nothing any more.
#[utoipa::path(
    post,
    path = "/v3/webhooks/endpoints/{endpoint_id}/rotate-secret",
    tag = "Webhooks",
    params(("endpoint_id" = String, Path, description = "Id of the endpoint"), wire::IdempotencyKey),
    responses(
        (status = 200, body = Data<NewSecret>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
    )
)]
pub async fn rotate(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<NewSecret>, ApiError> {
    find(&app.db, &tenant, &id).await?;
    let secret = secret();
    let sql = "UPDATE webhook_endpoints SET secret = ? WHERE id = ? AND tenant = ?";
    sqlx::query(sql).bind(&secret).bind(&id).bind(&tenant).execute(&app.db).await?;
    Ok(Data::new(NewSecret { endpoint_id: id, secret }))
}
