//! `POST /v3/assets/direct-uploads/batches`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::assets::direct::{self, Announcement, UploadSlot, announce};
use crate::auth::Tenant;
use crate::check;
use crate::state::App;
use crate::time::now;
use crate::wire::{self, ApiError, Base, Body, Data, ErrorBody};

/// Most files of a batch.
const MOST: usize = 100;

/// Files to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UploadAnnouncements {
    /// The files, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    files: Vec<Announcement>,
    /// Title.
    title: Option<String>,
    /// Told once when all files are complete or failed.
    callback_url: Option<String>,
}

/// Where to put them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadSlots {
    /// Id of the batch.
    batch_id: String,
    /// One for each file, in order.
    items: Vec<UploadSlot>,
}

/// Announces up to 100 files: all of them, or none when one is refused.
#[utoipa::path(
    post,
    path = "/v3/assets/direct-uploads/batches",
    tag = "Assets",
    params(wire::IdempotencyKey),
    request_body = UploadAnnouncements,
    responses(
        (status = 200, body = Data<UploadSlots>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Body(batch): Body<UploadAnnouncements>,
) -> Result<Data<UploadSlots>, ApiError> {
    if batch.files.is_empty() || batch.files.len() > MOST {
        let message = format!("files holds {}; give 1 to {MOST}", batch.files.len());
        return Err(ApiError::invalid("files", message));
    }
    let callback_url = check::callback(&app, batch.callback_url.as_deref())?;
    let title = check::text("title", batch.title.as_deref())?;
    let mut kinds = Vec::new();
    for (index, file) in batch.files.iter().enumerate() {
        kinds.push(direct::check(&app, file, &format!("files[{index}]."))?);
    }
    let id = wire::hex();
    let mut tx = crate::db::write(&app.db).await?;
    sqlx::query(
        "INSERT INTO asset_batches (id, tenant, title, callback_url, created_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(&id)
    .bind(&tenant)
    .bind(&title)
    .bind(&callback_url)
    .bind(now())
    .execute(&mut *tx)
    .await?;
    let mut items = Vec::new();
    for ((index, file), kind) in (0..).zip(&batch.files).zip(kinds) {
        items.push(announce(&app, &mut tx, &tenant, &base, file, kind, Some((&id, index))).await?);
    }
    tx.commit().await?;
    Ok(Data::new(UploadSlots { batch_id: id, items }))
}
