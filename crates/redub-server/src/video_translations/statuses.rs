//! `GET /v3/video-translations/statuses`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::Tenant;
use crate::batches::statuses_of;
use crate::jobs::Kind;
use crate::state::App;
use crate::wire::batch::StatusItem;
use crate::wire::{ApiError, ErrorBody, List, Query};

/// What is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Ids of translations, with commas between them.
    video_translation_ids: Option<String>,
    /// Ids of batches, with commas between them.
    batch_ids: Option<String>,
}

/// The states of up to 100 translations, by their ids and those of their batches.
#[utoipa::path(
    get,
    path = "/v3/video-translations/statuses",
    tag = "Video translations",
    params(Wanted),
    responses((status = 200, body = List<StatusItem>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody))
)]
pub async fn statuses(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Query(wanted): Query<Wanted>,
) -> Result<List<StatusItem>, ApiError> {
    let ids = ("video_translation_ids", wanted.video_translation_ids.as_deref());
    statuses_of(&app, &tenant, Kind::Translation, ids, wanted.batch_ids.as_deref()).await
}
