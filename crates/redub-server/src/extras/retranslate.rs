//! A line translated anew, as its speaker, gender and register want it.

use std::sync::Arc;

use redub_pipeline::Cancel;

use super::preview::{Quiet, session_job};
use crate::glossaries;
use crate::jobs::JobRow;
use crate::proofreads::edit::{self, Change};
use crate::proofreads::rows::{self, LineRow, REVIEWER, Register};
use crate::state::App;
use crate::wire::ApiError;

/// Puts a new translation into a change that asks for one: always with `anew`, else when people or register change and
/// an engine wrote the text. From then on the change only holds for the line as it was translated.
///
/// # Errors
/// 400 for a register that cannot be followed between the session's languages, and for a line without a source; 404.
pub(super) async fn retranslate(
    app: &App,
    job: &JobRow,
    line_id: i64,
    change: &mut Change,
    anew: bool,
) -> Result<(), ApiError> {
    let mut lines = rows::lines(&app.db, &job.id).await?;
    let index = lines.iter().position(|l| l.id == line_id);
    let index = index.ok_or_else(|| ApiError::not_found("Line", &line_id.to_string()))?;
    let (old, new) = (&lines[index], change.applied(&lines[index]));
    let revision = old.revision;
    if !is_wanted(old, &new, change.text.is_some(), anew) {
        return Ok(());
    }
    if change.seen.is_some_and(|seen| seen != revision) {
        // Refused in a moment.
        return Ok(());
    }
    if new.source_text.trim().is_empty() {
        let message = "Nothing was said there that could be translated; give the text";
        return if anew { Err(ApiError::invalid("text", message)) } else { Ok(()) };
    }
    edit::check(&new, &lines, &rows::session(&app.db, &job.id).await?)?;
    let register = new.register;
    lines[index] = new;
    let mut pipeline = session_job(app, job, &lines).await?;
    pipeline.translation.register = register.wanted();
    if let Some(id) = &job.spec.glossary {
        // One that was deleted since has no terms to follow.
        pipeline.translation.glossary =
            glossaries::terms(&app.db, &job.tenant, id).await?.unwrap_or_default();
    }
    let (shared, cancel) = (app.clone(), Arc::new(Cancel::default()));
    let run = move || {
        redub_pipeline::retranslate(&pipeline, index, &shared.engines, &shared.store, &Quiet, &cancel)
    };
    let made =
        tokio::task::spawn_blocking(run).await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    if register != Register::Auto
        && let Some(note) = made.notes.first()
    {
        return Err(ApiError::invalid("register", note));
    }
    change.text = Some((made.text, made.engine));
    change.seen = Some(revision);
    Ok(())
}

/// Whether a change from `old` to `new` asks for a new translation; `given` tells that it brings its own text.
fn is_wanted(old: &LineRow, new: &LineRow, given: bool, anew: bool) -> bool {
    let others = new.speaker != old.speaker || new.gender != old.gender || new.register != old.register;
    anew || (others && !given && old.engine != REVIEWER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_not_translated_away() {
        let line = |engine: &str| LineRow {
            id: 1,
            start_s: 0.0,
            end_s: 1.0,
            speaker: "S1".into(),
            source_text: "I am tired.".into(),
            text: "Estoy cansado.".into(),
            engine: engine.into(),
            voice: None,
            gender: None,
            register: Register::Auto,
            measured_s: Some(1.0),
            revision: 3,
            preview_revision: None,
        };
        let woman = Change { gender: Some(Some("female".into())), ..Change::default() };
        let polite = Change { register: Some(Register::Formal), ..Change::default() };
        let later = Change { end: Some(2.0), voice: Some(Some("em_alex".into())), ..Change::default() };
        let wanted = |change: &Change, engine: &str, anew| {
            let old = line(engine);
            is_wanted(&old, &change.applied(&old), change.text.is_some(), anew)
        };
        assert!(wanted(&woman, "firefox", false) && wanted(&polite, "firefox", false));
        assert!(!wanted(&later, "firefox", false), "times and voices leave the words alone");
        assert!(!wanted(&woman, REVIEWER, false) && wanted(&polite, REVIEWER, true));
        let own = Change { text: Some(("Estoy rendida.".into(), REVIEWER.into())), ..woman };
        assert!(!wanted(&own, "firefox", false));
        let changed = own.applied(&line("firefox"));
        assert_eq!((changed.text.as_str(), changed.engine.as_str()), ("Estoy rendida.", REVIEWER));
        assert_eq!((changed.gender.as_deref(), changed.register), (Some("female"), Register::Auto));
    }
}
