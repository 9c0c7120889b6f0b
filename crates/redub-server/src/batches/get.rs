//! `GET /v3/video-translations/batches/{batch_id}`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::show::show;
use crate::auth::Tenant;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::batch::Batch;
use crate::wire::{ApiError, Data, ErrorBody, Page, PathId, Query};

/// Paging.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Items per page, 1 to 100; 100 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// How far a batch is.
#[utoipa::path(
    get,
    path = "/v3/video-translations/batches/{batch_id}",
    tag = "Video translations",
    params(("batch_id" = String, Path), Paging),
    responses(
        (status = 200, body = Data<Batch>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody)
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Query(paging): Query<Paging>,
) -> Result<Data<Batch>, ApiError> {
    let page = Page::new(paging.limit, paging.token.as_deref(), Batch::PAGE)?;
    Ok(Data::new(show(&app, &tenant, Kind::Translation, &id, &page).await?))
}
