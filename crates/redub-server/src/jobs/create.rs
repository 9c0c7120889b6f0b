//! New jobs, and how many there may be.

use axum::http::StatusCode;
use serde::Serialize;

use super::spec::{Kind, Spec};
use crate::config::Config;
use crate::idempotency::Slot;
use crate::languages::Target;
use crate::state::App;
use crate::time::now;
use crate::wire::{ApiError, Data, hex};
use crate::{
    db::{self, Connection},
    idempotency,
};

/// A job to be put into the queue.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: String,
    /// The digits that the ids of one request share.
    pub group_id: String,
    /// What it stands for.
    pub kind: Kind,
    /// Whose it is.
    pub tenant: String,
    /// Title.
    pub title: Option<String>,
    /// Folder.
    pub folder_id: Option<String>,
    /// Where its end is told.
    pub callback_url: Option<String>,
    /// Given back with that.
    pub callback_id: Option<String>,
    /// Name of the target language.
    pub output_language: Option<String>,
    /// Batch and place in it.
    pub batch: Option<(String, i64)>,
    /// Session it is generated from, and that session's revision.
    pub proofread: Option<(String, i64)>,
    /// What it is to do.
    pub spec: Spec,
}

impl NewJob {
    /// A job with a new id and without words.
    pub fn new(kind: Kind, tenant: &str, spec: Spec) -> Self {
        let id = hex();
        Self {
            group_id: id.clone(),
            id,
            kind,
            tenant: tenant.to_owned(),
            title: None,
            folder_id: None,
            callback_url: None,
            callback_id: None,
            output_language: None,
            batch: None,
            proofread: None,
            spec,
        }
    }

    /// One such job for every language. Their ids share their digits and end with the language's code.
    pub fn in_languages(&self, targets: Vec<Target>) -> Vec<Self> {
        let mut jobs: Vec<Self> = Vec::new();
        for Target { language, name } in targets {
            let base = format!("{}-{}", self.group_id, language.to_string().to_lowercase());
            // Two names may stand for one language.
            let same = jobs.iter().filter(|j| j.spec.to.as_ref() == Some(&language)).count();
            jobs.push(Self {
                id: if same == 0 { base } else { format!("{base}-{}", same + 1) },
                output_language: Some(name),
                spec: Spec { to: Some(language), ..self.spec.clone() },
                ..self.clone()
            });
        }
        jobs
    }
}

/// Which limit new jobs fall under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// The limit of jobs at a time.
    Jobs,
    /// The limit of batch items.
    Batch,
}

/// Refuses more jobs than a key may have. Call it in the transaction that adds them ([`crate::db::write`]), or two
/// requests might both see the last free place. One request alone may pass the limit when nothing else waits:
/// otherwise a request for more languages than the limit could never be made.
///
/// # Errors
/// 429 with `Retry-After`.
pub async fn room(
    db: &mut Connection,
    config: &Config,
    tenant: &str,
    room: Room,
    new: usize,
) -> Result<(), ApiError> {
    let sql =
        "SELECT count(*), count(batch_id) FROM jobs WHERE tenant = ? AND status IN ('pending', 'running')";
    let (all, batched): (i64, i64) = sqlx::query_as(sql).bind(tenant).fetch_one(db).await?;
    let (active, limit) = match room {
        Room::Jobs => ((all - batched) as usize, config.max_jobs),
        Room::Batch => (batched as usize, config.max_batch_items),
    };
    if active == 0 || active + new <= limit {
        return Ok(());
    }
    let message = format!(
        "{active} jobs are waiting or running and the limit is {limit}; try again when one of them has ended, or \
         delete one"
    );
    Err(ApiError::rate_limited(message, RETRY_AFTER))
}

/// Seconds after which a refused client may try again: about what a stage takes.
const RETRY_AFTER: u64 = 15;

/// Puts the jobs of one request into the queue, all or none, together with the answer that its idempotency key gives
/// from now on, and wakes the workers.
///
/// # Errors
/// 429 when there is no room, or the database fails.
pub async fn submit<T: Serialize>(
    app: &App,
    tenant: &str,
    limit: Room,
    jobs: &[NewJob],
    slot: Option<Slot>,
    status: StatusCode,
    answer: &Data<T>,
) -> Result<(), ApiError> {
    let mut tx = db::write(&app.db).await?;
    room(&mut tx, &app.config, tenant, limit, jobs.len()).await?;
    for job in jobs {
        insert(&mut tx, job).await?;
    }
    if let Some(slot) = slot {
        idempotency::record(&mut tx, &slot, status, &answer.bytes()?).await?;
    }
    tx.commit().await?;
    app.queued.notify_waiters();
    Ok(())
}

/// Puts a job into the queue. Wake the workers ([`crate::state::Inner::queued`]) once the transaction is committed.
///
/// # Errors
/// A database that cannot be written.
pub async fn insert(db: &mut Connection, job: &NewJob) -> Result<(), ApiError> {
    let spec = serde_json::to_string(&job.spec).map_err(ApiError::internal)?;
    sqlx::query(
        "INSERT INTO jobs (id, kind, tenant, group_id, status, title, folder_id, callback_url, callback_id, spec, \
         input_language, output_language, translate_audio_only, batch_id, item_index, proofread_id, \
         proofread_revision, created_at) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&job.id)
    .bind(job.kind)
    .bind(&job.tenant)
    .bind(&job.group_id)
    .bind(&job.title)
    .bind(&job.folder_id)
    .bind(&job.callback_url)
    .bind(&job.callback_id)
    .bind(spec)
    .bind(job.spec.from.as_ref().map(redub_core::Language::name))
    .bind(&job.output_language)
    .bind(job.spec.audio_only)
    .bind(job.batch.as_ref().map(|b| &b.0))
    .bind(job.batch.as_ref().map(|b| b.1))
    .bind(job.proofread.as_ref().map(|p| &p.0))
    .bind(job.proofread.as_ref().map(|p| p.1))
    .bind(now())
    .execute(db)
    .await?;
    Ok(())
}
