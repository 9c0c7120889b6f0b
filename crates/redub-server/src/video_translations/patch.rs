//! `PATCH /v3/video-translations/{video_translation_id}`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::find;
use super::resource::{VideoTranslation, show};
use crate::auth::Tenant;
use crate::check;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, Body, Data, ErrorBody, PathId};

/// What can be changed.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Rename {
    /// The new title.
    #[schema(min_length = 1)]
    pub title: String,
}

impl Rename {
    /// The new title.
    ///
    /// # Errors
    /// 400 for an empty one.
    pub fn title(&self) -> Result<String, ApiError> {
        let title = check::text("title", Some(&self.title))?;
        title.ok_or_else(|| ApiError::invalid("title", "title is empty; give it some text"))
    }
}

/// Renames a translation.
#[utoipa::path(
    patch,
    path = "/v3/video-translations/{video_translation_id}",
    tag = "Video translations",
    params(("video_translation_id" = String, Path)),
    request_body = Rename,
    responses(
        (status = 200, body = Data<VideoTranslation>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody)
    )
)]
pub async fn patch(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
    Body(request): Body<Rename>,
) -> Result<Data<VideoTranslation>, ApiError> {
    let title = request.title()?;
    jobs::rename(&app.db, &tenant, Kind::Translation, &id, &title).await?;
    let job = find(&app, &tenant, &id).await?;
    Ok(Data::new(show(&app, &base, job).await?))
}
