//! `PUT /v3/video-translations/proofreads/{proofread_id}/srt`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::ready;
use super::resource::{Proofread, show};
use super::{edit, rows, srt};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, AssetInput, Body, Data, ErrorBody, PathId};
use crate::{check, fetch_small};

/// Largest caption file, bytes.
const MOST: u64 = 8 << 20;

/// The new captions.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplaceSrt {
    /// An SRT (or WebVTT) file. A text may begin with the name of its speaker: `[S2] …`.
    srt: AssetInput,
}

/// Puts captions in the place of the session's text. Changed times and texts are spoken when it is generated next; what
/// did not change is not made again.
#[utoipa::path(
    put,
    path = "/v3/video-translations/proofreads/{proofread_id}/srt",
    tag = "Proofreads",
    params(("proofread_id" = String, Path)),
    request_body = ReplaceSrt,
    responses(
        (status = 200, body = Data<Proofread>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody)
    )
)]
pub async fn put(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Body(request): Body<ReplaceSrt>,
) -> Result<Data<Proofread>, ApiError> {
    let job = ready(&app, &tenant, &id).await?;
    check::input(&app, &tenant, "srt", &request.srt).await?;
    let bytes = fetch_small::bytes(&app, "srt", &request.srt, MOST).await?;
    let session = rows::session(&app.db, &id).await?;
    let cues =
        srt::read(&bytes, session.seconds, &session.speakers).map_err(|why| ApiError::invalid("srt", why))?;
    edit::replace(&app, &id, &cues).await?;
    Ok(Data::new(show(&app, job).await?))
}
