//! Jobs as they are stored.

use sqlx::QueryBuilder;

use super::spec::{Kind, Spec, Status};
use crate::assets::kind;
use crate::db::{Database, Pool};
use crate::objects::Links;
use crate::wire::Page;

/// A job; the columns are described in the migration.
#[derive(Debug, Clone, sqlx::FromRow)]
#[allow(missing_docs)]
pub struct JobRow {
    pub seq: i64,
    pub id: String,
    pub kind: Kind,
    pub tenant: String,
    pub group_id: String,
    pub status: Status,
    pub title: Option<String>,
    pub folder_id: Option<String>,
    pub callback_url: Option<String>,
    pub callback_id: Option<String>,
    #[sqlx(json)]
    pub spec: Spec,
    pub input_language: Option<String>,
    pub output_language: Option<String>,
    pub translate_audio_only: bool,
    pub duration: Option<f64>,
    pub video_file: Option<String>,
    pub audio_file: Option<String>,
    pub srt_file: Option<String>,
    pub vtt_file: Option<String>,
    pub report_file: Option<String>,
    pub failure_code: Option<String>,
    pub failure_message: Option<String>,
    pub batch_id: Option<String>,
    pub item_index: Option<i64>,
    pub proofread_id: Option<String>,
    pub proofread_revision: Option<i64>,
    pub progress: Option<String>,
    pub worker: Option<String>,
    pub attempts: i64,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
}

impl JobRow {
    /// Key of one of its files in the object store.
    pub fn object(&self, file: &str) -> String {
        format!("jobs/{}/{file}", self.id)
    }

    /// A fresh link to one of its files, which is saved under the job's title.
    pub fn link(&self, links: &Links, base: &str, file: &str) -> String {
        let ending = file.split_once('.').map_or("", |(_, ending)| ending);
        let name = format!("{}.{ending}", self.file_title());
        links.read(base, &self.object(file), &name, kind::by_name(file))
    }

    /// The title as a file's name, without an ending.
    pub fn file_title(&self) -> String {
        let sound = |c: char| if c.is_alphanumeric() || " -_()".contains(c) { c } else { '_' };
        let title = self.title.as_deref().map(str::trim).filter(|t| !t.is_empty()).unwrap_or("video");
        title.chars().take(80).map(sound).collect()
    }
}

/// A tenant's job of a kind.
///
/// # Errors
/// A database that cannot be read.
pub async fn find(db: &Pool, tenant: &str, kind: Kind, id: &str) -> Result<Option<JobRow>, sqlx::Error> {
    let sql = "SELECT * FROM jobs WHERE id = ? AND tenant = ? AND kind = ?";
    sqlx::query_as(sql).bind(id).bind(tenant).bind(kind).fetch_optional(db).await
}

/// A tenant's jobs of a kind, the newest first, up to [`Page::rows`].
///
/// # Errors
/// A database that cannot be read.
pub async fn list(db: &Pool, tenant: &str, kind: Kind, page: &Page) -> Result<Vec<JobRow>, sqlx::Error> {
    let sql = "SELECT * FROM jobs WHERE tenant = ? AND kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
    sqlx::query_as(sql).bind(tenant).bind(kind).bind(page.before_seq()).bind(page.rows()).fetch_all(db).await
}

/// The tenant's jobs of a kind among these ids.
///
/// # Errors
/// A database that cannot be read.
pub async fn by_ids(db: &Pool, tenant: &str, kind: Kind, ids: &[String]) -> Result<Vec<JobRow>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Database>::new("SELECT * FROM jobs WHERE tenant = ");
    query.push_bind(tenant).push(" AND kind = ").push_bind(kind).push(" AND id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    query.push(")").build_query_as().fetch_all(db).await
}

/// A tenant's job of any kind.
///
/// # Errors
/// A database that cannot be read.
pub async fn find_any(db: &Pool, tenant: &str, id: &str) -> Result<Option<JobRow>, sqlx::Error> {
    let sql = "SELECT * FROM jobs WHERE id = ? AND tenant = ?";
    sqlx::query_as(sql).bind(id).bind(tenant).fetch_optional(db).await
}
