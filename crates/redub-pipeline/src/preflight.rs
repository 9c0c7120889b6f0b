//! What can be known to fail before hours of work: asked before the first stage.

use redub_core::Language;
use redub_models::{Catalog, ModelStore};
use redub_speech::phonemes::language;

use crate::error::PipelineError;
use crate::estimate::{Estimate, estimate};
use crate::job::{Job, SrtRole};

/// Looks at the input, the languages, the models and the disk of `job`.
///
/// # Errors
/// An input that cannot be dubbed, a model that is missing, a language that cannot be spoken, or a pair of languages
/// that cannot be translated (where the source's language is stated).
pub fn preflight(job: &Job, models: &ModelStore, catalog: &Catalog) -> Result<Estimate, PipelineError> {
    let estimate = estimate(job, models, catalog)?;
    if let Some(missing) = estimate.models.iter().find(|m| !m.installed) {
        return Err(PipelineError::ModelMissing(missing.name.clone()));
    }
    if job.audio.is_none() {
        job.targets.iter().try_for_each(speakable)?;
        if let Some(from) = &job.from {
            job.targets.iter().try_for_each(|to| translatable(job, models, from, to))?;
        }
    }
    Ok(estimate)
}

fn speakable(to: &Language) -> Result<(), PipelineError> {
    if language::reader(to).is_some() {
        return Ok(());
    }
    let known: Vec<String> = language::supported().iter().map(|s| s.language.to_string()).collect();
    Err(PipelineError::Unspeakable { language: to.name(), known: known.join(", ") })
}

fn translatable(job: &Job, models: &ModelStore, from: &Language, to: &Language) -> Result<(), PipelineError> {
    let given = job.srt.as_ref().is_some_and(|(_, role)| *role == SrtRole::Output);
    if given {
        return Ok(());
    }
    if from.primary() == to.primary() {
        return Err(PipelineError::SameLanguage(from.name()));
    }
    redub_translate::Translator::open(models, from, to, &job.told())?;
    Ok(())
}
