//! `GET /v3/lipsyncs`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{LipsyncResource, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, ErrorBody, List, Page, Query};

/// The page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Lip-syncs on a page.
    #[param(minimum = 1, maximum = 100, default = 10)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

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
    let page = Page::new(paging.limit, paging.token.as_deref(), 10)?;
    let found = jobs::list(&app.db, &tenant, Kind::Lipsync, &page).await?;
    let List { data: jobs, has_more, next_token } = page.list(found, |job| job.seq, |job| job);
    let mut data = Vec::with_capacity(jobs.len());
    for job in jobs {
        data.push(show(&app, &base, job).await?);
    }
    Ok(List { data, has_more, next_token })
}
