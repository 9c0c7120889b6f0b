//! Items as they are stored.

use crate::jobs::Status;
use crate::wire::batch::{BatchItem, ItemError, ItemStatus};

/// An item with what its job says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ItemRow {
    pub item_index: i64,
    pub job_id: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub status: Option<Status>,
    pub failure_code: Option<String>,
    pub failure_message: Option<String>,
}

/// Columns of [`ItemRow`], of the items `i` and their jobs `j`.
pub(super) const COLUMNS: &str = "i.item_index, i.job_id, i.error_code, i.error_message, j.status, j.failure_code, \
                                  j.failure_message FROM batch_items i LEFT JOIN jobs j ON j.id = i.job_id";

/// How far a job is, in the words of batches.
pub(super) fn status(status: Status) -> ItemStatus {
    match status {
        Status::Pending => ItemStatus::Queued,
        Status::Running => ItemStatus::Processing,
        Status::Completed => ItemStatus::Completed,
        Status::Failed => ItemStatus::Failed,
    }
}

/// Why an item failed.
pub(super) fn error(code: Option<String>, message: Option<String>) -> ItemError {
    ItemError { code: code.unwrap_or_else(|| "internal_error".into()), message: message.unwrap_or_default() }
}

impl ItemRow {
    /// As a batch shows it.
    pub fn shown(self) -> BatchItem {
        let (item_index, video_id) = (self.item_index, self.job_id);
        let (status, error) = match (&video_id, self.status.map(status)) {
            (_, Some(ItemStatus::Failed)) => {
                (ItemStatus::Failed, Some(error(self.failure_code, self.failure_message)))
            }
            (_, Some(status)) => (status, None),
            (None, None) => (ItemStatus::Failed, Some(error(self.error_code, self.error_message))),
            (Some(_), None) => {
                let deleted = error(Some("resource_not_found".into()), Some("It was deleted".into()));
                (ItemStatus::Failed, Some(deleted))
            }
        };
        BatchItem { item_index, status, video_id, error }
    }
}
