//! `GET /v3/brand-glossaries`.

use axum::extract::State;

use super::rows::Glossary;
use super::{GlossaryResource, show};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, ErrorBody, List, Paging, Query};

/// Lists the glossaries, the newest first.
#[utoipa::path(
    get,
    path = "/v3/brand-glossaries",
    tag = "Brand glossaries",
    params(Paging),
    responses(
        (status = 200, body = List<GlossaryResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(paging): Query<Paging>,
) -> Result<List<GlossaryResource>, ApiError> {
    let page = paging.page()?;
    let sql = "SELECT * FROM brand_glossaries WHERE tenant = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
    let found: Vec<Glossary> =
        sqlx::query_as(sql).bind(tenant).bind(page.before_seq()).bind(page.rows()).fetch_all(&app.db).await?;
    Ok(page.list(found, |glossary| glossary.seq, show))
}
