//! Edits: a whole new text, or one line.

use redub_core::Span;

use super::rows::{self, LineRow, REVIEWER, Register, Session};
use super::srt::EditedCue;
use crate::db;
use crate::state::App;
use crate::wire::ApiError;

/// Times that differ by less come from the rounding of caption files, seconds.
const SAME_TIME: f64 = 0.0015;
/// A caption that starts this near to a line is that line, seconds.
const NEAR: f64 = 0.05;

/// Puts the captions in the place of the lines. What did not change stays as it was, with its voice and its preview.
/// Gives the new revision; the old one when nothing changed.
///
/// # Errors
/// The database fails.
pub async fn replace(app: &App, id: &str, cues: &[EditedCue]) -> Result<i64, ApiError> {
    let mut tx = db::write(&app.db).await?;
    let sql = "SELECT revision FROM proofreads WHERE id = ?";
    let revision: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *tx).await?;
    let before = rows::lines(&mut *tx, id).await?;
    let after = merge(&before, cues, revision + 1);
    let changed: Vec<i64> = after.iter().filter(|l| l.revision == revision + 1).map(|l| l.id).collect();
    let gone = before.iter().filter(|l| after.iter().all(|a| a.id != l.id)).map(|l| l.id);
    let touched: Vec<i64> = changed.into_iter().chain(gone).collect();
    if touched.is_empty() {
        return Ok(revision);
    }
    sqlx::query("DELETE FROM lines WHERE proofread_id = ?").bind(id).execute(&mut *tx).await?;
    for line in &after {
        rows::put(&mut tx, id, line).await?;
    }
    rows::note(&mut tx, id, revision + 1, "srt", &touched).await?;
    tx.commit().await?;
    Ok(revision + 1)
}

/// The lines as captions have them: one that stands where a line stands is that line; another one takes the speaker of
/// the line it lies over, or of the nearest.
fn merge(before: &[LineRow], cues: &[EditedCue], revision: i64) -> Vec<LineRow> {
    let mut free: Vec<&LineRow> = before.iter().collect();
    let mut next = before.iter().map(|l| l.id).max().unwrap_or(0) + 1;
    let mut after = Vec::new();
    for cue in cues {
        let span = cue.cue.span;
        // Among those that start together (two people at once) the one with the same text.
        let near = |l: &&LineRow| (l.start_s - span.start).abs() < NEAR;
        let at = free.iter().position(|l| near(l) && l.text == cue.cue.text);
        let at = at.or_else(|| free.iter().position(near)).or_else(|| {
            free.iter().position(|l| l.span().overlap(&span) > 0.5 * l.span().seconds().max(span.seconds()))
        });
        let line = match at.map(|at| free.remove(at)) {
            Some(line) => changed(line, cue, revision),
            None => {
                next += 1;
                added(before, cue, next - 1, revision)
            }
        };
        after.push(line);
    }
    after
}

fn changed(line: &LineRow, cue: &EditedCue, revision: i64) -> LineRow {
    let span = cue.cue.span;
    let same_times =
        (line.start_s - span.start).abs() < SAME_TIME && (line.end_s - span.end).abs() < SAME_TIME;
    let same_speaker = cue.speaker.as_ref().is_none_or(|s| *s == line.speaker);
    let same_text = line.text == cue.cue.text;
    if same_times && same_speaker && same_text {
        return line.clone();
    }
    let (start_s, end_s) = if same_times { (line.start_s, line.end_s) } else { (span.start, span.end) };
    LineRow {
        start_s,
        end_s,
        speaker: cue.speaker.clone().unwrap_or_else(|| line.speaker.clone()),
        text: cue.cue.text.clone(),
        engine: if same_text { line.engine.clone() } else { REVIEWER.to_owned() },
        measured_s: line.measured_s.filter(|_| same_text && same_speaker),
        revision,
        ..line.clone()
    }
}

fn added(before: &[LineRow], cue: &EditedCue, id: i64, revision: i64) -> LineRow {
    let span = cue.cue.span;
    let near = |l: &&LineRow| (l.span().overlap(&span), -(l.start_s - span.start).abs());
    let under =
        before.iter().max_by(|a, b| near(a).0.total_cmp(&near(b).0).then(near(a).1.total_cmp(&near(b).1)));
    LineRow {
        id,
        start_s: span.start,
        end_s: span.end,
        speaker: cue
            .speaker
            .clone()
            .or_else(|| under.map(|l| l.speaker.clone()))
            .unwrap_or_else(|| "S1".into()),
        source_text: under
            .filter(|l| l.span().overlap(&span) > 0.0)
            .map(|l| l.source_text.clone())
            .unwrap_or_default(),
        text: cue.cue.text.clone(),
        engine: REVIEWER.to_owned(),
        voice: None,
        gender: None,
        register: Register::Auto,
        measured_s: None,
        revision,
        preview_revision: None,
    }
}

/// Changes to one line; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// What is to be said, and who wrote it: an engine, or [`REVIEWER`].
    pub text: Option<(String, String)>,
    /// Start, seconds.
    pub start: Option<f64>,
    /// End, seconds.
    pub end: Option<f64>,
    /// Who says it.
    pub speaker: Option<String>,
    /// Voice; `Some(None)` gives the choice back to the engines.
    pub voice: Option<Option<String>>,
    /// Gender of who speaks; `Some(None)` as heard.
    pub gender: Option<Option<String>>,
    /// How the one spoken to is addressed.
    pub register: Option<Register>,
    /// Revision of the line that was seen; a newer one refuses the change.
    pub seen: Option<i64>,
}

impl Change {
    /// The line as it is with the change; revision and measure are not looked at.
    pub fn applied(&self, line: &LineRow) -> LineRow {
        let (text, engine) = self.text.clone().unwrap_or_else(|| (line.text.clone(), line.engine.clone()));
        LineRow {
            text,
            engine,
            start_s: self.start.unwrap_or(line.start_s),
            end_s: self.end.unwrap_or(line.end_s),
            speaker: self.speaker.clone().unwrap_or_else(|| line.speaker.clone()),
            voice: self.voice.clone().unwrap_or_else(|| line.voice.clone()),
            gender: self.gender.clone().unwrap_or_else(|| line.gender.clone()),
            register: self.register.unwrap_or(line.register),
            ..line.clone()
        }
    }
}

/// Changes one line; gives it as it is then.
///
/// # Errors
/// 400 for times outside the video or over the speaker's other lines and for unknown speakers, 404, 409 when somebody
/// else changed it meanwhile.
pub async fn line(app: &App, id: &str, line_id: i64, change: &Change) -> Result<LineRow, ApiError> {
    let session = rows::session(&app.db, id).await?;
    let mut tx = db::write(&app.db).await?;
    let lines = rows::lines(&mut *tx, id).await?;
    let line = lines.iter().find(|l| l.id == line_id);
    let line = line.ok_or_else(|| ApiError::not_found("Line", &line_id.to_string()))?;
    if let Some(seen) = change.seen.filter(|seen| *seen != line.revision) {
        let message = format!(
            "Line {line_id} was changed meanwhile (revision {}, not {seen}); read it again",
            line.revision
        );
        return Err(ApiError::new(axum::http::StatusCode::CONFLICT, "conflict", message));
    }
    let mut new = change.applied(line);
    check(&new, &lines, &session)?;
    if new == *line {
        return Ok(new);
    }
    let spoken = |l: &LineRow| (l.text.clone(), l.speaker.clone(), l.voice.clone(), l.gender.clone());
    if spoken(&new) != spoken(line) {
        new.measured_s = None;
    }
    let sql = "SELECT revision FROM proofreads WHERE id = ?";
    let revision: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut *tx).await?;
    new.revision = revision + 1;
    rows::put(&mut tx, id, &new).await?;
    rows::note(&mut tx, id, revision + 1, "line", &[line_id]).await?;
    tx.commit().await?;
    Ok(new)
}

/// Checks a changed line against the others of its session.
///
/// # Errors
/// 400 for times outside the video or over the speaker's other lines, and for unknown speakers.
pub fn check(line: &LineRow, lines: &[LineRow], session: &Session) -> Result<(), ApiError> {
    if session.speakers.iter().all(|s| s.id != line.speaker) {
        let known: Vec<&str> = session.speakers.iter().map(|s| s.id.as_str()).collect();
        let message = format!("There is no speaker {}; this video has {}", line.speaker, known.join(", "));
        return Err(ApiError::invalid("speaker", message));
    }
    let span = Span::new(line.start_s, line.end_s);
    if !(span.start >= 0.0 && span.end > span.start && span.end <= session.seconds + SAME_TIME) {
        let message = format!(
            "{:.3} s to {:.3} s does not lie in the video of {:.3} s",
            line.start_s, line.end_s, session.seconds
        );
        return Err(ApiError::invalid(if span.end > span.start { "end" } else { "start" }, message));
    }
    let over = lines.iter().find(|other| {
        other.id != line.id && other.speaker == line.speaker && other.span().overlap(&span) > NEAR
    });
    match over {
        Some(other) => {
            let message = format!(
                "It would lie over line {} of the same speaker ({:.3} s to {:.3} s)",
                other.id, other.start_s, other.end_s
            );
            Err(ApiError::invalid("start", message))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use redub_core::captions::Cue;

    use super::*;

    fn line(id: i64, start: f64, end: f64, text: &str) -> LineRow {
        LineRow {
            id,
            start_s: start,
            end_s: end,
            speaker: "S2".into(),
            source_text: "x".into(),
            text: text.into(),
            engine: "e".into(),
            voice: Some("em_alex".into()),
            gender: None,
            register: Register::Auto,
            measured_s: Some(1.0),
            revision: 0,
            preview_revision: None,
        }
    }

    fn cue(start: f64, end: f64, text: &str) -> EditedCue {
        EditedCue { cue: Cue { span: Span::new(start, end), text: text.into() }, speaker: None }
    }

    #[test]
    fn what_did_not_change_keeps_its_exact_times_and_revision() {
        let before = [line(1, 1.0004, 2.0, "a"), line(2, 3.0, 4.0, "b"), line(3, 5.0, 6.0, "c")];
        let after = merge(&before, &[cue(1.0, 2.0, "a"), cue(3.0, 4.5, "b"), cue(7.0, 8.0, "new")], 1);
        assert_eq!(after[0], before[0]);
        assert_eq!((after[1].id, after[1].end_s, after[1].revision), (2, 4.5, 1));
        assert_eq!((after[1].engine.as_str(), after[1].measured_s), ("e", Some(1.0)));
        assert_eq!((after[2].id, after[2].speaker.as_str(), after[2].engine.as_str()), (4, "S2", REVIEWER));
    }

    #[test]
    fn a_new_text_keeps_the_speaker_and_the_voice() {
        let after = merge(&[line(1, 1.0, 2.0, "a")], &[cue(1.0, 2.0, "other")], 4);
        assert_eq!((after[0].text.as_str(), after[0].revision, after[0].measured_s), ("other", 4, None));
        assert_eq!(after[0].voice.as_deref(), Some("em_alex"));
    }
}
