//! The session as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::{self, JobRow, Progress, Status};
use crate::state::App;
use crate::wire::ApiError;

/// A proofreading session. Fields without a value are left out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Proofread {
    /// 32 hexadecimal digits, a dash and the language's code.
    id: String,
    /// `processing`, `completed` (there is something to review) or `failed`.
    #[schema(value_type = String)]
    status: &'static str,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Name of the target language.
    #[serde(skip_serializing_if = "Option::is_none")]
    output_language: Option<String>,
    /// Name of the source's language, once heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    input_language: Option<String>,
    /// Whether the text was edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_for_review: Option<bool>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_message: Option<String>,
    /// Folder it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_id: Option<String>,
    /// Number of the edit that was made last; 0 for the text as the engines left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
    /// How far it is, in detail; until it is completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// Shows a session.
///
/// # Errors
/// A database that cannot be read.
pub async fn show(app: &App, job: JobRow) -> Result<Proofread, ApiError> {
    let sql = "SELECT revision FROM proofreads WHERE id = ?";
    let revision: Option<i64> = sqlx::query_scalar(sql).bind(&job.id).fetch_optional(&app.db).await?;
    Ok(Proofread {
        status: job.status.as_session(),
        progress: jobs::progress(app, &job).await?,
        submitted_for_review: revision.map(|r| r > 0),
        failure_message: job.failure_message.filter(|_| job.status == Status::Failed),
        created_at: Some(job.created_at),
        revision,
        id: job.id,
        title: job.title,
        output_language: job.output_language,
        input_language: job.input_language,
        folder_id: job.folder_id,
    })
}
