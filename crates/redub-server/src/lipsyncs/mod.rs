//! `/v3/lipsyncs` (contract §11): the lips of a video moved to a given sound.

mod batch_create;
mod batch_get;
mod create;
mod delete;
mod get;
mod list;
mod statuses;
mod update;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::jobs::{self, JobRow, Progress, Status};
use crate::state::App;
use crate::wire::ApiError;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(batch_create::create))
        .routes(routes!(batch_get::get))
        .routes(routes!(statuses::statuses))
        .routes(routes!(get::get, update::update, delete::delete))
}

/// A lip-sync.
#[derive(Debug, Serialize, ToSchema)]
pub struct LipsyncResource {
    /// Its id.
    id: String,
    /// How far it is.
    status: Status,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// A link to the video that expires; only when it is completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    video_url: Option<String>,
    /// A link to its captions (SRT) that expires; only when it is completed and captions were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    caption_url: Option<String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// As it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_id: Option<String>,
    /// Unix seconds.
    created_at: i64,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_message: Option<String>,
    /// How far it is, stage by stage (beyond HeyGen).
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// A lip-sync as it is shown: links and status come from one row, so that what is completed has its links.
async fn show(app: &App, base: &str, job: JobRow) -> Result<LipsyncResource, ApiError> {
    let done = job.status == Status::Completed;
    let link = |file: &Option<String>| file.as_ref().filter(|_| done).map(|f| job.link(&app.links, base, f));
    Ok(LipsyncResource {
        video_url: link(&job.video_file),
        caption_url: link(&job.srt_file).filter(|_| job.spec.captions),
        progress: jobs::progress(app, &job).await?,
        failure_message: job.failure_message.filter(|_| job.status == Status::Failed),
        id: job.id,
        status: job.status,
        title: job.title,
        duration: job.duration,
        callback_id: job.callback_id,
        created_at: job.created_at,
    })
}
