//! `GET /v3/lipsyncs/statuses`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::Tenant;
use crate::batches::statuses_of;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::batch::StatusItem;
use crate::wire::{ApiError, ErrorBody, List, Query};

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Ids {
    /// Ids of lip-syncs, with commas.
    lipsync_ids: Option<String>,
    /// Ids of batches, with commas.
    batch_ids: Option<String>,
}

/// Reads how far many lip-syncs are, up to 100 ids at a time.
#[utoipa::path(
    get,
    path = "/v3/lipsyncs/statuses",
    tag = "Lipsyncs",
    params(Ids),
    responses(
        (status = 200, body = List<StatusItem>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn statuses(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(asked): Query<Ids>,
) -> Result<List<StatusItem>, ApiError> {
    let ids = ("lipsync_ids", asked.lipsync_ids.as_deref());
    statuses_of(&app, &tenant, Kind::Lipsync, ids, asked.batch_ids.as_deref()).await
}
