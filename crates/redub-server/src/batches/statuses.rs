//! Many states at once.

use super::item::{COLUMNS, ItemError, ItemRow, ItemStatus};
use super::submit::MOST;
use crate::jobs::{self, JobRow, Kind, Status};
use crate::state::App;
use crate::wire::{ApiError, List};

/// The states of jobs of a kind by their ids (a parameter's name and value) and those of batches. What is unknown, or
/// another's, is `not_found`.
///
/// # Errors
/// 400 for no ids or too many, or the database fails.
pub async fn statuses_of(
    app: &App,
    tenant: &str,
    kind: Kind,
    (param, ids): (&'static str, Option<&str>),
    batch_ids: Option<&str>,
) -> Result<List<ItemStatus>, ApiError> {
    let (ids, batch_ids) = (split(ids), split(batch_ids));
    if ids.is_empty() && batch_ids.is_empty() {
        return Err(ApiError::invalid(param, format!("Give {param} or batch_ids, with commas between the ids")));
    }
    if ids.len() + batch_ids.len() > MOST {
        let message = format!("{} ids were given; at most {MOST} are answered at once", ids.len() + batch_ids.len());
        return Err(ApiError::invalid(param, message));
    }
    let found = jobs::by_ids(&app.db, tenant, kind, &ids).await?;
    let mut data: Vec<ItemStatus> = ids.into_iter().map(|id| of_job(id, &found)).collect();
    for id in batch_ids {
        data.extend(of_batch(app, tenant, kind, id).await?);
    }
    Ok(List { data, has_more: false, next_token: None })
}

fn split(ids: Option<&str>) -> Vec<String> {
    ids.unwrap_or_default().split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

fn of_job(id: String, found: &[JobRow]) -> ItemStatus {
    let job = found.iter().find(|job| job.id == id);
    let error = job.filter(|job| job.status == Status::Failed).map(|job| ItemError {
        code: job.failure_code.clone().unwrap_or_else(|| "internal_error".into()),
        message: job.failure_message.clone().unwrap_or_default(),
    });
    ItemStatus {
        status: job.map_or("not_found", |job| job.status.as_item()),
        batch_id: job.and_then(|job| job.batch_id.clone()),
        item_index: job.and_then(|job| job.item_index),
        error,
        video_id: Some(id),
    }
}

async fn of_batch(app: &App, tenant: &str, kind: Kind, id: String) -> Result<Vec<ItemStatus>, ApiError> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE i.batch_id = (SELECT id FROM batches WHERE id = ? AND tenant = ? AND kind = ?) \
         ORDER BY i.item_index"
    );
    let items: Vec<ItemRow> = sqlx::query_as(&sql).bind(&id).bind(tenant).bind(kind).fetch_all(&app.db).await?;
    if items.is_empty() {
        return Ok(vec![ItemStatus {
            status: "not_found",
            video_id: None,
            batch_id: Some(id),
            item_index: None,
            error: None,
        }]);
    }
    let shown = |item: ItemRow| {
        let (status, error) = item.state();
        let (video_id, item_index) = (item.job_id, Some(item.item_index));
        ItemStatus { status, video_id, batch_id: Some(id.clone()), item_index, error }
    };
    Ok(items.into_iter().map(shown).collect())
}
