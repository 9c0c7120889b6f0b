//! Sessions and their lines as they are stored.

use redub_core::captions::Cue;
use redub_core::{Gender, Span};
use redub_pipeline::{Prepared, PreparedSpeaker, ReviewedLine};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{Connection, Pool};
use crate::time::now;
use crate::wire::ApiError;

/// Engine of a line whose text a person wrote.
pub const REVIEWER: &str = "reviewer";

/// How the one spoken to is addressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[sqlx(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Register {
    /// As the engines have it.
    #[default]
    Auto,
    /// usted, vous, Lei, o senhor.
    Formal,
    /// tú, tu.
    Informal,
}

impl Register {
    /// As the translation takes it.
    pub fn wanted(self) -> Option<redub_translate::Register> {
        match self {
            Self::Auto => None,
            Self::Formal => Some(redub_translate::Register::Formal),
            Self::Informal => Some(redub_translate::Register::Informal),
        }
    }
}

/// A line; the columns are described in the migrations.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
#[allow(missing_docs)]
pub struct LineRow {
    pub id: i64,
    pub start_s: f64,
    pub end_s: f64,
    pub speaker: String,
    pub source_text: String,
    pub text: String,
    pub engine: String,
    pub voice: Option<String>,
    pub gender: Option<String>,
    pub register: Register,
    pub measured_s: Option<f64>,
    pub revision: i64,
    pub preview_revision: Option<i64>,
}

impl LineRow {
    /// Where it stands.
    pub fn span(&self) -> Span {
        Span::new(self.start_s, self.end_s)
    }

    /// As a caption.
    pub fn cue(&self) -> Cue {
        Cue { span: self.span(), text: self.text.clone() }
    }

    /// As the pipeline takes it.
    pub fn reviewed(&self) -> ReviewedLine {
        let gender = match self.gender.as_deref() {
            Some("female") => Some(Gender::Female),
            Some("male") => Some(Gender::Male),
            _ => None,
        };
        ReviewedLine {
            speaker: self.speaker.clone(),
            span: self.span(),
            source_text: self.source_text.clone(),
            text: self.text.clone(),
            engine: self.engine.clone(),
            voice: self.voice.clone(),
            gender,
        }
    }
}

/// What a session holds beyond its job.
#[derive(Debug, Clone)]
pub struct Session {
    /// Number of the edit that was made last.
    pub revision: i64,
    /// Seconds of the video.
    pub seconds: f64,
    /// Who speaks.
    pub speakers: Vec<PreparedSpeaker>,
}

/// Writes down what there is to review.
///
/// # Errors
/// The database fails.
pub async fn begin(tx: &mut Connection, id: &str, prepared: &Prepared) -> Result<(), sqlx::Error> {
    for sql in [
        "DELETE FROM proofreads WHERE id = ?",
        "DELETE FROM lines WHERE proofread_id = ?",
        "DELETE FROM revisions WHERE proofread_id = ?",
    ] {
        sqlx::query(sql).bind(id).execute(&mut *tx).await?;
    }
    let speakers = serde_json::to_string(&prepared.speakers).unwrap_or_default();
    sqlx::query("INSERT INTO proofreads (id, revision, seconds, speakers) VALUES (?, 0, ?, ?)")
        .bind(id)
        .bind(prepared.seconds)
        .bind(speakers)
        .execute(&mut *tx)
        .await?;
    for (index, line) in prepared.lines.iter().enumerate() {
        let row = LineRow {
            id: index as i64 + 1,
            start_s: line.span.start,
            end_s: line.span.end,
            speaker: line.speaker.clone(),
            source_text: line.source_text.clone(),
            text: line.text.clone(),
            engine: line.engine.clone(),
            voice: None,
            gender: None,
            register: Register::Auto,
            measured_s: Some(line.natural_seconds),
            revision: 0,
            preview_revision: None,
        };
        put(&mut *tx, id, &row).await?;
    }
    note(tx, id, 0, "engine", &[]).await
}

/// Writes a line.
///
/// # Errors
/// The database fails.
pub async fn put(tx: &mut Connection, session: &str, line: &LineRow) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM lines WHERE proofread_id = ? AND id = ?";
    sqlx::query(sql).bind(session).bind(line.id).execute(&mut *tx).await?;
    sqlx::query(
        "INSERT INTO lines (proofread_id, id, start_s, end_s, speaker, source_text, text, engine, voice, gender, \
         register, measured_s, revision, preview_revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(session)
    .bind(line.id)
    .bind(line.start_s)
    .bind(line.end_s)
    .bind(&line.speaker)
    .bind(&line.source_text)
    .bind(&line.text)
    .bind(&line.engine)
    .bind(&line.voice)
    .bind(&line.gender)
    .bind(line.register)
    .bind(line.measured_s)
    .bind(line.revision)
    .bind(line.preview_revision)
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes an edit.
///
/// # Errors
/// The database fails.
pub async fn note(
    tx: &mut Connection,
    session: &str,
    number: i64,
    origin: &str,
    lines: &[i64],
) -> Result<(), sqlx::Error> {
    let lines = serde_json::to_string(lines).unwrap_or_default();
    let sql =
        "INSERT INTO revisions (proofread_id, number, origin, lines, created_at) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(session)
        .bind(number)
        .bind(origin)
        .bind(lines)
        .bind(now())
        .execute(&mut *tx)
        .await?;
    let sql = "UPDATE proofreads SET revision = ? WHERE id = ?";
    sqlx::query(sql).bind(number).bind(session).execute(tx).await?;
    Ok(())
}

/// The lines of a session, in order of start.
///
/// # Errors
/// The database fails.
pub async fn lines<'e>(
    db: impl sqlx::Executor<'e, Database = crate::db::Database>,
    session: &str,
) -> Result<Vec<LineRow>, sqlx::Error> {
    let sql = "SELECT * FROM lines WHERE proofread_id = ? ORDER BY start_s, id";
    sqlx::query_as(sql).bind(session).fetch_all(db).await
}

/// What a session holds.
///
/// # Errors
/// The database fails, or holds no such session.
pub async fn session(db: &Pool, id: &str) -> Result<Session, ApiError> {
    let sql =
        "SELECT revision, coalesce(seconds, 0.0), coalesce(speakers, '[]') FROM proofreads WHERE id = ?";
    let found: Option<(i64, f64, String)> = sqlx::query_as(sql).bind(id).fetch_optional(db).await?;
    let (revision, seconds, speakers) = found.ok_or_else(|| ApiError::not_found("Proofread", id))?;
    let speakers = serde_json::from_str(&speakers).map_err(ApiError::internal)?;
    Ok(Session { revision, seconds, speakers })
}
