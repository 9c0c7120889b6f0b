//! `POST /v3/lipsyncs/batches`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Tenant;
use crate::jobs::{self, Kind, Room};
use crate::lipsyncs::create::{NewLipsync, check, job};
use crate::state::App;
use crate::webhooks::target;
use crate::wire::batch::BatchStatus;
use crate::wire::{self, ApiError, Body, Data, ErrorBody};

/// Most lip-syncs of a batch.
const MOST: usize = 100;

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewBatch {
    /// The lip-syncs, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    lipsyncs: Vec<NewLipsync>,
    /// Title.
    title: Option<String>,
    /// Told once when all items are completed or failed.
    callback_url: Option<String>,
}

/// A batch that was taken on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Created {
    /// Its id.
    batch_id: String,
    /// How far it is.
    status: BatchStatus,
    /// Items in it.
    total_items: usize,
}

/// Asks for up to 100 lip-syncs, each independent of the others: what is wrong with one stands in its item.
#[utoipa::path(
    post,
    path = "/v3/lipsyncs/batches",
    tag = "Lipsyncs",
    params(wire::IdempotencyKey),
    request_body = NewBatch,
    responses(
        (status = 202, body = Data<Created>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Body(new): Body<NewBatch>,
) -> Result<(StatusCode, Data<Created>), ApiError> {
    let total_items = new.lipsyncs.len();
    if total_items == 0 || total_items > MOST {
        return Err(ApiError::invalid("lipsyncs", format!("lipsyncs holds {total_items}; give 1 to {MOST}")));
    }
    if let Some(url) = &new.callback_url {
        target::check("callback_url", url, &app.config.allow_private_hosts)?;
    }
    let mut refused = Vec::new();
    let mut taken = Vec::new();
    for (index, item) in (0i64..).zip(new.lipsyncs) {
        match check(&app, &tenant, &item, "").await {
            Ok(()) => taken.push((index, item)),
            Err(error) if error.status.is_server_error() => return Err(error),
            Err(error) => refused.push((index, error)),
        }
    }
    if taken.is_empty() {
        let (index, error) = refused.swap_remove(0);
        let param = error.param.as_deref().map(|param| format!("lipsyncs[{index}].{param}"));
        return Err(ApiError { param, ..error });
    }
    let batch_id = wire::hex();
    let mut tx = crate::db::write(&app.db).await?;
    jobs::room(&mut tx, &app.config, &tenant, Room::Batch, taken.len()).await?;
    sqlx::query(
        "INSERT INTO batches (id, tenant, kind, title, callback_url, total_items, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, unixepoch())",
    )
    .bind(&batch_id)
    .bind(&tenant)
    .bind(Kind::Lipsync)
    .bind(&new.title)
    .bind(&new.callback_url)
    .bind(i64::try_from(total_items).unwrap_or(i64::MAX))
    .execute(&mut *tx)
    .await?;
    for (index, item) in taken {
        let job = job(&tenant, item, Some((batch_id.clone(), index)));
        jobs::insert(&mut tx, &job).await?;
        note(&mut tx, &batch_id, index, Some(&job.id), None).await?;
    }
    for (index, error) in &refused {
        note(&mut tx, &batch_id, *index, None, Some(error)).await?;
    }
    tx.commit().await?;
    app.queued.notify_waiters();
    let created = Created { batch_id, status: BatchStatus::Processing, total_items };
    Ok((StatusCode::ACCEPTED, Data::new(created)))
}

/// Notes what became of an item, for the time when there is no job for it.
async fn note(
    tx: &mut sqlx::SqliteConnection,
    batch_id: &str,
    index: i64,
    job_id: Option<&str>,
    error: Option<&ApiError>,
) -> sqlx::Result<()> {
    let sql =
        "INSERT INTO batch_items (batch_id, item_index, job_id, error_code, error_message) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(batch_id)
        .bind(index)
        .bind(job_id)
        .bind(error.map(|e| e.code))
        .bind(error.map(|e| &e.message))
        .execute(tx)
        .await?;
    Ok(())
}
