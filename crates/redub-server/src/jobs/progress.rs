//! How far a job is, beyond HeyGen's four words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{JobRow, Status};
use crate::state::App;

/// The `progress` object of a resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Share of the whole work that is done, 0..1.
    pub fraction: f64,
    /// Stage that is running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Jobs that wait before this one; only while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_position: Option<i64>,
    /// Seconds until it is done, as far as can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<f64>,
    /// The stages that began, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<String, StageProgress>,
    /// What the user should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StageProgress {
    /// Share done, 0..1.
    pub fraction: f64,
    /// Seconds it took, once done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Whether its result was there already.
    #[serde(default)]
    pub cached: bool,
    /// A few words about its result.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
}

/// How far a job is; none for one that is completed.
///
/// # Errors
/// A database that cannot be read.
pub async fn progress(app: &App, job: &JobRow) -> Result<Option<Progress>, sqlx::Error> {
    let stored = job.progress.as_deref().and_then(|text| serde_json::from_str::<Progress>(text).ok());
    match job.status {
        Status::Completed => Ok(None),
        Status::Failed | Status::Running => Ok(Some(stored.unwrap_or_default())),
        Status::Pending => {
            let sql = "SELECT count(*) FROM jobs WHERE status = 'pending' AND seq < ?";
            let before = sqlx::query_scalar(sql).bind(job.seq).fetch_one(&app.db).await?;
            Ok(Some(Progress { queue_position: Some(before), stage: None, ..stored.unwrap_or_default() }))
        }
    }
}
