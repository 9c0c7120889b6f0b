//! `GET /v3/video-translations`.

use axum::extract::State;

use super::resource::{VideoTranslation, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, ErrorBody, List, Paging, Query};

/// Lists the translations, the newest first.
#[utoipa::path(
    get,
    path = "/v3/video-translations",
    tag = "Video translations",
    params(Paging),
    responses((status = 200, body = List<VideoTranslation>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody))
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Query(paging): Query<Paging>,
) -> Result<List<VideoTranslation>, ApiError> {
    let page = paging.page()?;
    let rows = jobs::list(&app.db, &tenant, Kind::Translation, &page).await?;
    let List { data, has_more, next_token } = page.list(rows, |job| job.seq, |job| job);
    let mut shown = Vec::with_capacity(data.len());
    for job in data {
        shown.push(show(&app, &base, job).await?);
    }
    Ok(List { data: shown, has_more, next_token })
}
