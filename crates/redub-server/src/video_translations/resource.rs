//! The translation as it is shown (contract §4).

use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::{self, JobRow, Mode, Progress, Status};
use crate::state::App;
use crate::wire::ApiError;

/// A video translation. Fields without a value are left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VideoTranslation {
    /// 32 hexadecimal digits, a dash and the language's code; treat it as opaque.
    id: String,
    /// How far it is.
    status: Status,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Name of the target language.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_language: Option<String>,
    /// Name of the source's language, as given or heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    input_language: Option<String>,
    /// Length of the result, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// Whether the picture is left as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    translate_audio_only: Option<bool>,
    /// Link to the finished video; always there when completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    video_url: Option<String>,
    /// Link to the dubbed sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    audio_url: Option<String>,
    /// Link to the SRT captions, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    srt_caption_url: Option<String>,
    /// Link to the WebVTT captions, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    vtt_caption_url: Option<String>,
    /// The SRT captions under their earlier name.
    #[serde(skip_serializing_if = "Option::is_none")]
    caption_url: Option<String>,
    /// As given.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_id: Option<String>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_message: Option<String>,
    /// Folder it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_id: Option<String>,
    /// Draft or final delivery.
    mode: Mode,
    /// Link to the quality report.
    #[serde(skip_serializing_if = "Option::is_none")]
    report_url: Option<String>,
    /// Session it was generated from.
    #[serde(skip_serializing_if = "Option::is_none")]
    proofread_id: Option<String>,
    /// Whether that session was edited since.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<bool>,
    /// How far it is, in detail; until it is completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// Shows a job with fresh links.
///
/// # Errors
/// A database that cannot be read.
pub async fn show(app: &App, base: &str, job: JobRow) -> Result<VideoTranslation, ApiError> {
    let done = job.status == Status::Completed;
    let link = |file: &Option<String>| file.as_ref().filter(|_| done).map(|f| job.link(&app.links, base, f));
    let captions = job.spec.captions;
    let srt_caption_url = link(&job.srt_file).filter(|_| captions);
    Ok(VideoTranslation {
        status: job.status,
        video_url: link(&job.video_file),
        audio_url: link(&job.audio_file),
        vtt_caption_url: link(&job.vtt_file).filter(|_| captions),
        caption_url: srt_caption_url.clone(),
        srt_caption_url,
        report_url: link(&job.report_file),
        progress: jobs::progress(app, &job).await?,
        stale: stale(app, &job).await?,
        failure_message: job.failure_message.filter(|_| job.status == Status::Failed),
        translate_audio_only: Some(job.translate_audio_only),
        created_at: Some(job.created_at),
        mode: job.spec.mode,
        id: job.id,
        title: job.title,
        output_language: job.output_language,
        input_language: job.input_language,
        duration: job.duration,
        callback_id: job.callback_id,
        folder_id: job.folder_id,
        proofread_id: job.proofread_id,
    })
}

/// Whether the session that a translation came from was edited since.
async fn stale(app: &App, job: &JobRow) -> Result<Option<bool>, ApiError> {
    let Some(session) = &job.proofread_id else { return Ok(None) };
    let sql = "SELECT revision FROM proofreads WHERE id = ?";
    let now: Option<i64> = sqlx::query_scalar(sql).bind(session).fetch_optional(&app.db).await?;
    Ok(now.zip(job.proofread_revision).map(|(now, then)| now > then))
}
