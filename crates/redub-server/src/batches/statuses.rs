//! Many states at once.

use super::item::{error, status};
use super::show::{head, items};
use crate::jobs::{self, JobRow, Kind, Status};
use crate::state::App;
use crate::wire::batch::{StatusItem, ids};
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
    (param, given): (&'static str, Option<&str>),
    batch_ids: Option<&str>,
) -> Result<List<StatusItem>, ApiError> {
    let (ids, batch_ids) = ids(param, given, batch_ids)?;
    let found = jobs::by_ids(&app.db, tenant, kind, &ids).await?;
    let of_id = |id: &String| {
        found.iter().find(|job| job.id == *id).map_or_else(|| StatusItem::not_found(id), of_job)
    };
    let mut data: Vec<StatusItem> = ids.iter().map(of_id).collect();
    for id in batch_ids {
        if head(app, tenant, kind, &id).await?.is_none() {
            data.push(StatusItem::batch_not_found(&id));
            continue;
        }
        let items = items(&mut *app.db.acquire().await?, &id).await?;
        data.extend(items.into_iter().map(|item| StatusItem::of_batch(&id, item)));
    }
    Ok(List { data, has_more: false, next_token: None })
}

fn of_job(job: &JobRow) -> StatusItem {
    let failed = job.status == Status::Failed;
    StatusItem {
        status: status(job.status).as_str(),
        video_id: Some(job.id.clone()),
        batch_id: job.batch_id.clone(),
        item_index: job.item_index,
        error: failed.then(|| error(job.failure_code.clone(), job.failure_message.clone())),
    }
}
