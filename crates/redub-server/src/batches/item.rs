//! One item of a batch.

use serde::Serialize;
use utoipa::ToSchema;

/// An item of a batch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BatchItem {
    /// Its place, from 0.
    pub item_index: i64,
    /// `queued`, `processing`, `completed` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// Id of its job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

/// Why an item failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemError {
    /// Code as in error answers.
    pub code: String,
    /// What failed, why, and what to try.
    pub message: String,
}

/// The state of one job or batch item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemStatus {
    /// `queued`, `processing`, `completed`, `failed` or `not_found`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// Id of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// Id of its batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// Its place in the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_index: Option<i64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ItemError>,
}

/// An item as it is stored, with what its job says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ItemRow {
    pub item_index: i64,
    pub job_id: Option<String>,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub status: Option<crate::jobs::Status>,
    pub failure_code: Option<String>,
    pub failure_message: Option<String>,
}

/// Columns of [`ItemRow`], of the items `i` and their jobs `j`.
pub(super) const COLUMNS: &str = "i.item_index, i.job_id, i.error_code, i.error_message, j.status, j.failure_code, \
                                  j.failure_message FROM batch_items i LEFT JOIN jobs j ON j.id = i.job_id";

impl ItemRow {
    /// The item's state, and why it failed.
    pub fn state(&self) -> (&'static str, Option<ItemError>) {
        let error = |code: &Option<String>, message: &Option<String>| ItemError {
            code: code.clone().unwrap_or_else(|| "internal_error".into()),
            message: message.clone().unwrap_or_default(),
        };
        match (&self.job_id, self.status) {
            (_, Some(crate::jobs::Status::Failed)) => {
                ("failed", Some(error(&self.failure_code, &self.failure_message)))
            }
            (_, Some(status)) => (status.as_item(), None),
            (None, None) => ("failed", Some(error(&self.error_code, &self.error_message))),
            (Some(_), None) => {
                let message = "It was deleted".to_owned();
                ("failed", Some(ItemError { code: "resource_not_found".into(), message }))
            }
        }
    }

    /// As a batch shows it.
    pub fn shown(self) -> BatchItem {
        let (status, error) = self.state();
        BatchItem { item_index: self.item_index, status, video_id: self.job_id, error }
    }
}
