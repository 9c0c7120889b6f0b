//! `GET /v3/video-translations/batches/{batch_id}`.

use axum::extract::State;

use super::show::show;
use crate::auth::Tenant;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::batch::Batch;
use crate::wire::{ApiError, Data, ErrorBody, ItemPaging, PathId, Query};

/// How far a batch is.
#[utoipa::path(
    get,
    path = "/v3/video-translations/batches/{batch_id}",
    tag = "Video translations",
    params(("batch_id" = String, Path), ItemPaging),
    responses(
        (status = 200, body = Data<Batch>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody)
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Query(paging): Query<ItemPaging>,
) -> Result<Data<Batch>, ApiError> {
    let page = paging.page()?;
    Ok(Data::new(show(&app, &tenant, Kind::Translation, &id, &page).await?))
}
