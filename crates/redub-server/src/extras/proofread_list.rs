//! `GET /v3/redub/proofreads`.

use axum::extract::State;

use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::proofreads::{Proofread, show};
use crate::state::App;
use crate::wire::{ApiError, ErrorBody, List, Paging, Query};

/// Lists the sessions, the newest first.
#[utoipa::path(
    get,
    path = "/v3/redub/proofreads",
    tag = "Proofreads",
    params(Paging),
    responses((status = 200, body = List<Proofread>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody))
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(paging): Query<Paging>,
) -> Result<List<Proofread>, ApiError> {
    let page = paging.page()?;
    let rows = jobs::list(&app.db, &tenant, Kind::Proofread, &page).await?;
    let List { data, has_more, next_token } = page.list(rows, |job| job.seq, |job| job);
    let mut shown = Vec::with_capacity(data.len());
    for job in data {
        shown.push(show(&app, job).await?);
    }
    Ok(List { data: shown, has_more, next_token })
}
