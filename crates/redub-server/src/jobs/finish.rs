//! How a job ends: its files are stored first, then state, links and events change in one transaction.

use redub_core::captions::to_srt;
use redub_pipeline::Prepared;
use serde_json::{Value, json};

use super::explain::Failure;
use super::run::Made;
use super::{JobRow, Kind};
use crate::objects::ObjectError;
use crate::state::App;
use crate::time::now;
use crate::webhooks::{EventKind, kinds, outbox};
use crate::{
    batches,
    db::{self, Connection},
    proofreads,
};

/// Why an end could not be written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum FinishError {
    /// The database.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The object store.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

/// Name of the stored report.
const REPORT: &str = "report.html";

/// A finished video.
pub(super) async fn completed(app: &App, worker: &str, job: &JobRow, made: Made) -> Result<(), FinishError> {
    let names = [&made.video, &made.audio, &made.srt, &made.vtt];
    for name in names.into_iter().map(String::as_str).chain([REPORT, "report.json"]) {
        app.objects.put_file(&job.object(name), &made.folder.join(name)).await?;
    }
    let mut tx = db::write(&app.db).await?;
    let sql = "UPDATE jobs SET status = 'completed', video_file = ?, audio_file = ?, srt_file = ?, vtt_file = ?, \
               report_file = ?, duration = ?, input_language = coalesce(?, input_language), finished_at = ?, \
               worker = NULL, failure_code = NULL, failure_message = NULL \
               WHERE id = ? AND worker = ? AND status = 'running'";
    let done = sqlx::query(sql)
        .bind(&made.video)
        .bind(&made.audio)
        .bind(&made.srt)
        .bind(&made.vtt)
        .bind(REPORT)
        .bind(made.duration)
        .bind(made.input_language.map(|l| l.name()))
        .bind(now())
        .bind(&job.id)
        .bind(worker)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        tx.rollback().await?;
        return forget(app, job).await;
    }
    let link = format!("object:{}", job.object(&made.video));
    let mut data = subject(job);
    data["url"] = json!(link);
    data["video_url"] = json!(link);
    let kind = if job.kind == Kind::Lipsync { kinds::LIPSYNCED } else { kinds::TRANSLATED };
    tell(&mut tx, job, kind, &data, true).await?;
    settle(&mut tx, job).await?;
    tx.commit().await?;
    crate::metrics::job_finished(&format!("{:?}", job.kind).to_lowercase(), "completed");
    tracing::info!("job is completed");
    Ok(())
}

/// A session that can be reviewed.
pub(super) async fn prepared(
    app: &App,
    worker: &str,
    job: &JobRow,
    prepared: Prepared,
) -> Result<(), FinishError> {
    let original = to_srt(&prepared.original);
    app.objects.put(&job.object(proofreads::ORIGINAL), &mut original.as_bytes()).await?;
    let mut tx = db::write(&app.db).await?;
    let sql = "UPDATE jobs SET status = 'completed', input_language = coalesce(?, input_language), finished_at = ?, \
               duration = ?, worker = NULL WHERE id = ? AND worker = ? AND status = 'running'";
    let done = sqlx::query(sql)
        .bind(prepared.input_language.name())
        .bind(now())
        .bind(prepared.seconds)
        .bind(&job.id)
        .bind(worker)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        tx.rollback().await?;
        return forget(app, job).await;
    }
    proofreads::rows::begin(&mut tx, &job.id, &prepared).await?;
    tell(&mut tx, job, kinds::PROOFREAD_READY, &subject(job), true).await?;
    tx.commit().await?;
    crate::metrics::job_finished("proofread", "completed");
    tracing::info!("session is ready");
    Ok(())
}

/// A job that came to nothing.
pub(super) async fn failed(
    app: &App,
    worker: &str,
    job: &JobRow,
    failure: &Failure,
) -> Result<(), FinishError> {
    let mut tx = db::write(&app.db).await?;
    let sql = "UPDATE jobs SET status = 'failed', failure_code = ?, failure_message = ?, finished_at = ?, worker = NULL \
               WHERE id = ? AND worker = ? AND status = 'running'";
    let done = sqlx::query(sql)
        .bind(failure.code)
        .bind(&failure.message)
        .bind(now())
        .bind(&job.id)
        .bind(worker)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        tx.rollback().await?;
        return forget(app, job).await;
    }
    let mut data = subject(job);
    data["message"] = json!(failure.message);
    data["failure_message"] = json!(failure.message);
    data["error_code"] = json!(failure.code);
    let kind = match job.kind {
        Kind::Translation => kinds::NOT_TRANSLATED,
        Kind::Proofread => kinds::PROOFREAD_FAILED,
        Kind::Lipsync => kinds::NOT_LIPSYNCED,
    };
    if job.kind == Kind::Translation {
        // Told to those who listen for it; the callback hears of the failure itself.
        if failure.code == "download_failed" {
            tell(&mut tx, job, kinds::INPUT_MISSING, &data, false).await?;
        } else if failure.is_input() {
            tell(&mut tx, job, kinds::INPUT_REFUSED, &data, false).await?;
        }
    }
    tell(&mut tx, job, kind, &data, true).await?;
    settle(&mut tx, job).await?;
    tx.commit().await?;
    crate::metrics::job_finished(&format!("{:?}", job.kind).to_lowercase(), "failed");
    tracing::info!(code = failure.code, message = failure.message, "job failed");
    Ok(())
}

/// What every event of a job holds. `video_translate_id` is HeyGen's name, the others are what one would look for.
fn subject(job: &JobRow) -> Value {
    let mut data = json!({ "callback_id": job.callback_id, "title": job.title });
    match job.kind {
        Kind::Translation => {
            data["video_translate_id"] = json!(job.id);
            data["video_translation_id"] = json!(job.id);
            data["output_language"] = json!(job.output_language);
        }
        Kind::Proofread => {
            data["proofread_id"] = json!(job.id);
            data["output_language"] = json!(job.output_language);
        }
        Kind::Lipsync => data["lipsync_id"] = json!(job.id),
    }
    data
}

async fn tell(
    tx: &mut Connection,
    job: &JobRow,
    kind: EventKind,
    data: &Value,
    callback: bool,
) -> Result<(), sqlx::Error> {
    let url = job.callback_url.as_deref().filter(|_| callback);
    outbox::add(tx, &job.tenant, kind, Some(&job.id), data, url).await.map(drop)
}

async fn settle(tx: &mut Connection, job: &JobRow) -> Result<(), sqlx::Error> {
    match &job.batch_id {
        Some(batch) => batches::settle(tx, batch).await,
        None => Ok(()),
    }
}

/// The job is not ours any more: deleted, or given to another worker. Files of a deleted one go.
async fn forget(app: &App, job: &JobRow) -> Result<(), FinishError> {
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)")
        .bind(&job.id)
        .fetch_one(&app.db)
        .await?;
    if !there {
        app.objects.delete_prefix(&format!("jobs/{}", job.id)).await?;
    }
    tracing::info!("job was deleted or given to another worker");
    Ok(())
}
