//! `GET /v3/lipsyncs`.

use axum::extract::State;

use super::{LipsyncResource, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, ErrorBody, List, Paging, Query};

/// Lists the lip-syncs, the newest first.
#[utoipa::path(
    get,
    path = "/v3/lipsyncs",
    tag = "Lipsyncs",
    params(Paging),
    responses(
        (status = 200, body = List<LipsyncResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Query(paging): Query<Paging>,
) -> Result<List<LipsyncResource>, ApiError> {
    let page = paging.page()?;
    let found = jobs::list(&app.db, &tenant, Kind::Lipsync, &page).await?;
    let List { data: jobs, has_more, next_token } = page.list(found, |job| job.seq, |job| job);
    let mut data = Vec::with_capacity(jobs.len());
    for job in jobs {
        data.push(show(&app, &base, job).await?);
    }
    Ok(List { data, has_more, next_token })
}
