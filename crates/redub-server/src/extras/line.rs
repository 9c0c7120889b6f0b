//! A line as it is shown.

use redub_core::Span;
use redub_pipeline::timing;
use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::JobRow;
use crate::proofreads::rows::{LineRow, Register};
use crate::state::App;

/// A line of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Line {
    /// Its name within the session; edits do not change it.
    pub id: i64,
    /// Where it starts in the video, seconds.
    pub start: f64,
    /// Where it ends, seconds.
    pub end: f64,
    /// Who says it.
    pub speaker: String,
    /// What was said.
    pub source_text: String,
    /// What will be said.
    pub text: String,
    /// Engine that wrote the text, or `reviewer`.
    pub engine: String,
    /// Stock voice chosen for this line; none leaves the speaker their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// Gender chosen for who says this line, `female` or `male`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// How the one spoken to is addressed.
    pub register: Register,
    /// Seconds of speech there is room for at the fastest good rate.
    pub budget_seconds: f64,
    /// Seconds the text takes at the voice's own rate; left out when it was not measured since the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_seconds: Option<f64>,
    /// Whether the text fits; known once it is measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fits: Option<bool>,
    /// Revision of the session in which it was changed last.
    pub revision: i64,
    /// Link to its preview, when one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// Whether the line was changed since its preview was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_stale: Option<bool>,
}

/// Name of a line's preview among the session's files.
pub fn preview_file(line: i64) -> String {
    format!("line-{line}.wav")
}

/// Shows all lines of a session of `seconds`.
pub fn show_all(app: &App, base: &str, job: &JobRow, lines: Vec<LineRow>, seconds: f64) -> Vec<Line> {
    let spans: Vec<Span> = lines.iter().map(LineRow::span).collect();
    let shown = |(i, line): (usize, LineRow)| {
        let budget_seconds = round(timing::budget(&spans, i, seconds));
        Line {
            id: line.id,
            start: round(line.start_s),
            end: round(line.end_s),
            budget_seconds,
            measured_seconds: line.measured_s.map(round),
            fits: line.measured_s.map(|s| round(s) <= budget_seconds),
            preview_url: line
                .preview_revision
                .map(|_| app.links.job_file(base, &job.id, &preview_file(line.id))),
            preview_stale: line.preview_revision.map(|r| r < line.revision),
            speaker: line.speaker,
            source_text: line.source_text,
            text: line.text,
            engine: line.engine,
            voice: line.voice,
            gender: line.gender,
            register: line.register,
            revision: line.revision,
        }
    };
    lines.into_iter().enumerate().map(shown).collect()
}

/// To the millisecond.
fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
