//! `POST /v3/redub/proofreads/{proofread_id}/lines/{line_id}/preview`.

use std::sync::Arc;

use axum::extract::State;
use redub_pipeline::{Cancel, Event, Job, Observer};
use serde::Serialize;
use utoipa::ToSchema;

use super::line::preview_file;
use crate::auth::Tenant;
use crate::jobs::{self, JobRow};
use crate::proofreads::rows::LineRow;
use crate::proofreads::{ready, rows};
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathLine};

/// A line that was spoken on its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    /// Link to its sound (WAV).
    audio_url: String,
    /// Seconds of it, as it will be in the video.
    seconds: f64,
    /// Seconds at the voice's own rate.
    measured_seconds: f64,
    /// What the recogniser understood.
    heard: String,
    /// Errors over words, listened back.
    error_rate: f64,
    /// Voice that says it.
    voice: String,
    /// Revision of the line that was spoken.
    revision: i64,
}

/// Speaks one line as the whole dub will; what is spoken here need not be spoken again when it is generated.
#[utoipa::path(
    post,
    path = "/v3/redub/proofreads/{proofread_id}/lines/{line_id}/preview",
    tag = "Proofreads: lines",
    params(("proofread_id" = String, Path), ("line_id" = i64, Path)),
    responses(
        (status = 200, body = Data<Preview>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)
    )
)]
pub async fn preview(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathLine(id, line_id): PathLine,
) -> Result<Data<Preview>, ApiError> {
    let job = ready(&app, &tenant, &id).await?;
    let lines = rows::lines(&app.db, &id).await?;
    let index = lines.iter().position(|l| l.id == line_id);
    let index = index.ok_or_else(|| ApiError::not_found("Line", &line_id.to_string()))?;
    let pipeline = session_job(&app, &job, &lines).await?;
    let (shared, cancel) = (app.clone(), Arc::new(Cancel::default()));
    // A client that goes away leaves its line to be finished: it is stored, and asked for again most likely.
    let run =
        move || redub_pipeline::preview(&pipeline, index, &shared.engines, &shared.store, &Quiet, &cancel);
    let made =
        tokio::task::spawn_blocking(run).await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let file = preview_file(line_id);
    app.objects.put_file(&job.object(&file), &made.sound).await.map_err(ApiError::internal)?;
    let revision = lines[index].revision;
    let sql = "UPDATE lines SET preview_revision = ?, measured_s = CASE WHEN revision = ? THEN ? ELSE measured_s END \
               WHERE proofread_id = ? AND id = ?";
    sqlx::query(sql)
        .bind(revision)
        .bind(revision)
        .bind(made.natural_seconds)
        .bind(&id)
        .bind(line_id)
        .execute(&app.db)
        .await?;
    Ok(Data::new(Preview {
        audio_url: app.links.job_file(&base, &id, &file),
        seconds: made.seconds,
        measured_seconds: made.natural_seconds,
        heard: made.heard,
        error_rate: made.error_rate,
        voice: made.voice,
        revision,
    }))
}

/// The pipeline's job for a session with its lines as they are now. Its source is brought back where it was put away.
///
/// # Errors
/// A source that is gone.
pub(super) async fn session_job(app: &App, job: &JobRow, lines: &[LineRow]) -> Result<Job, ApiError> {
    let folder = app.config.work().join("sessions").join(&job.group_id);
    std::fs::create_dir_all(&folder).map_err(ApiError::internal)?;
    let source = folder.join("source");
    let bring = async |name: &str| {
        let (path, draft) = (folder.join(name), folder.join(format!("{name}.{}", crate::wire::hex())));
        if !path.is_file() {
            let kept = format!("{}/{name}", jobs::kept_prefix(&job.group_id));
            app.objects.fetch_to(&kept, &draft).await.map_err(ApiError::internal)?;
            tokio::fs::rename(&draft, &path).await.map_err(ApiError::internal)?;
        }
        Ok::<_, ApiError>(path)
    };
    bring("source").await?;
    let mut pipeline = jobs::pipeline_job(job, source, folder.join("out"));
    if job.spec.srt.is_some() {
        let bytes = tokio::fs::read(bring("captions").await?).await.map_err(ApiError::internal)?;
        let cues = crate::captions::read(&bytes).map_err(ApiError::internal)?;
        pipeline.srt = Some((cues, redub_pipeline::SrtRole::Input));
    }
    pipeline.reviewed = Some(lines.iter().map(LineRow::reviewed).collect());
    Ok(pipeline)
}

/// Hears nothing.
pub(super) struct Quiet;

impl Observer for Quiet {
    fn event(&self, _: Event<'_>) {}
}
