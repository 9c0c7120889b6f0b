//! A line translated anew, as its speaker, gender and register want it.

use std::sync::Arc;

use redub_pipeline::Cancel;

use super::preview::{Quiet, session_job};
use crate::glossaries;
use crate::jobs::JobRow;
use crate::proofreads::edit::{self, Change};
use crate::proofreads::rows::{self, REVIEWER, Register};
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
    let others = new.speaker != old.speaker || new.gender != old.gender || new.register != old.register;
    if !anew && (change.text.is_some() || !others || old.engine == REVIEWER) {
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
