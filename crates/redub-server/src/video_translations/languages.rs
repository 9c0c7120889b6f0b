//! `GET /v3/video-translations/languages`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::App;
use crate::wire::{ApiError, Data, ErrorBody};

/// Names of the target languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Languages {
    /// As they are written in `output_languages`.
    languages: Vec<String>,
}

/// Lists the languages that can be dubbed into with what is installed.
#[utoipa::path(
    get,
    path = "/v3/video-translations/languages",
    tag = "Video translations",
    responses((status = 200, body = Data<Languages>), (status = 401, body = ErrorBody))
)]
pub async fn languages(State(app): State<App>) -> Result<Data<Languages>, ApiError> {
    Ok(Data::new(Languages { languages: crate::languages::names(&app.models) }))
}
