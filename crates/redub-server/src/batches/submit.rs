//! New batches.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::idempotency::{self, Slot};
use crate::jobs::{self, Kind, NewJob, Room};
use crate::state::App;
use crate::time::now;
use crate::wire::batch::BatchStatus;
use crate::wire::{ApiError, Data, hex};
use crate::{check, db};

use super::settle;

/// Most items of a batch, after each output language became one.
pub const MOST: usize = 100;

/// A batch that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreatedBatch {
    /// Its id.
    batch_id: String,
    /// How far it is.
    status: BatchStatus,
    /// Items, one per output language.
    total_items: usize,
}

/// One item: a job, or why it was refused. Items are independent: one that is refused does not keep the others.
pub type Item = Result<NewJob, ApiError>;

/// Puts a batch into the queue; answers 202.
///
/// # Errors
/// 400 for no items or too many, 429 when there is no room, or the database fails.
pub async fn submit(
    app: &App,
    tenant: &str,
    kind: Kind,
    (title, callback_url): (Option<&str>, Option<&str>),
    items: Vec<Item>,
    slot: Option<Slot>,
) -> Result<Response, ApiError> {
    let param = if kind == Kind::Lipsync { "lipsyncs" } else { "video_translations" };
    if items.is_empty() || items.len() > MOST {
        let message =
            format!("{} items after each output language became one; give 1 to {MOST}", items.len());
        return Err(ApiError::invalid(param, message));
    }
    let title = check::text("title", title)?;
    let callback_url = check::callback(app, callback_url)?;
    let batch_id = hex();
    let total_items = items.len();
    let mut tx = db::write(&app.db).await?;
    let sound = items.iter().filter(|i| i.is_ok()).count();
    jobs::room(&mut tx, &app.config, tenant, Room::Batch, sound).await?;
    let sql = "INSERT INTO batches (id, tenant, kind, title, callback_url, total_items, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(&batch_id)
        .bind(tenant)
        .bind(kind)
        .bind(title)
        .bind(callback_url)
        .bind(total_items as i64)
        .bind(now())
        .execute(&mut *tx)
        .await?;
    for (index, item) in items.into_iter().enumerate() {
        let (job_id, error) = match item {
            Ok(mut job) => {
                job.batch = Some((batch_id.clone(), index as i64));
                jobs::insert(&mut tx, &job).await?;
                (Some(job.id), None)
            }
            Err(error) => (None, Some(error)),
        };
        let sql = "INSERT INTO batch_items (batch_id, item_index, job_id, error_code, error_message) VALUES (?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(&batch_id)
            .bind(index as i64)
            .bind(job_id)
            .bind(error.as_ref().map(|e| e.code))
            .bind(error.as_ref().map(|e| &e.message))
            .execute(&mut *tx)
            .await?;
    }
    settle(&mut tx, &batch_id).await?;
    let answer = Data::new(CreatedBatch { batch_id, status: BatchStatus::Processing, total_items });
    if let Some(slot) = slot {
        idempotency::record(&mut tx, &slot, StatusCode::ACCEPTED, &answer.bytes()?).await?;
    }
    tx.commit().await?;
    app.queued.notify_waiters();
    app.emitted.notify_waiters();
    Ok((StatusCode::ACCEPTED, answer).into_response())
}
