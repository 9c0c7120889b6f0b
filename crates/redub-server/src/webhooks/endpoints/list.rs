//! `GET /v3/webhooks/endpoints`.

use axum::extract::State;

use super::rows::Endpoint;
use super::{EndpointResource, show};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, ErrorBody, List, Paging, Query};

/// Lists the endpoints, the newest first.
#[utoipa::path(
    get,
    path = "/v3/webhooks/endpoints",
    tag = "Webhooks",
    params(Paging),
    responses(
        (status = 200, body = List<EndpointResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(paging): Query<Paging>,
) -> Result<List<EndpointResource>, ApiError> {
    let page = paging.page()?;
    let sql = "SELECT * FROM webhook_endpoints WHERE tenant = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
    let found: Vec<Endpoint> =
        sqlx::query_as(sql).bind(tenant).bind(page.before_seq()).bind(page.rows()).fetch_all(&app.db).await?;
    Ok(page.list(found, |endpoint| endpoint.seq, show))
}
