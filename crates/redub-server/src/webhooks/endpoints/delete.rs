//! `DELETE /v3/webhooks/endpoints/{endpoint_id}`.

use axum::extract::State;

use super::rows::find;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes an endpoint; messages that still waited for it are not sent.
#[utoipa::path(
    delete,
    path = "/v3/webhooks/endpoints/{endpoint_id}",
    tag = "Webhooks",
    params(("endpoint_id" = String, Path, description = "Id of the endpoint")),
    responses(
        (status = 200, body = Data<Deleted>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Deleted>, ApiError> {
    find(&app.db, &tenant, &id).await?;
    let sql = "DELETE FROM webhook_endpoints WHERE id = ? AND tenant = ?";
    sqlx::query(sql).bind(&id).bind(&tenant).execute(&app.db).await?;
    Ok(Data::new(Deleted { id }))
}
