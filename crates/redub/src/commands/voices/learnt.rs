//! Voices of people: learnt from a video, kept by name, and given to speakers.

use std::process::ExitCode;
use std::sync::Arc;

use redub_core::Language;
use redub_models::{Catalog, ModelStore};
use redub_pipeline::{Cancel, Engines, Job, PinnedVoice, Store};
use redub_speech::speak::SpeakRequest;
use redub_speech::voices::fitted::{OwnVoice, SHARE, SavedVoice, SavedVoices};
use redub_speech::voices::{Bank, Voice, catalog};

use super::super::translate::{check_part, stop_on_signals};
use super::{Row, called, line};
use crate::printer::{Printer, usage};
use crate::progress::StageProgress;
use crate::settings::Settings;

/// Learns the voice of a speaker of the job's input and keeps it.
///
/// # Errors
/// A name that no voice can have, or whatever stopped the learning.
pub fn learn(
    job: &Job,
    name: &str,
    speaker: Option<&str>,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    check_part(job.start, job.end)?;
    if let Some(reason) = SavedVoices::refusal(name) {
        return Err(usage(reason));
    }
    let models = Arc::new(ModelStore::new(&settings.models_dir.value));
    let store = Store::open(&settings.cache_dir.value)?;
    let cancel = Arc::new(Cancel::default());
    stop_on_signals(cancel.clone(), *printer)?;
    let progress = StageProgress::new(*printer);
    let engines = Engines::new(models, Catalog::load(settings.catalog().as_deref())?);
    let voice = redub_pipeline::learn_voice(job, speaker, &engines, &store, &progress, &cancel)?;
    let path = saved(settings).write(name, &voice)?;
    printer.data(&path.display().to_string());
    printer.note(&format!(
        "learnt from {:.0} s of {}; hear it with: redub voices try {name} \"…\", dub with it: --voice S1={name}",
        voice.seconds,
        voice.language.name()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Forgets a voice.
///
/// # Errors
/// One that is not there.
pub fn forget(name: &str, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    if !saved(settings).remove(name)? {
        return Err(usage(format!("no voice '{name}' was learnt: redub voices list shows those there are")));
    }
    printer.note(&format!("the voice {name} is forgotten; dubs made with it stay as they are"));
    Ok(ExitCode::SUCCESS)
}

/// What is known of a voice.
///
/// # Errors
/// What cannot be printed as JSON.
pub fn show(
    name: &str,
    voice: &SavedVoice,
    json: bool,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let file = saved(settings).path(name);
    if json {
        printer.json(&serde_json::json!({
            "voice": name, "learnt": true, "pitch_hz": voice.pitch_hz, "language": voice.language,
            "seconds": voice.seconds, "file": file,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    printer.data(&line(&row(name, voice)));
    printer.data(&format!("learnt from {:.0} s of speech: {}", voice.seconds, file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Rows of all voices, for the list; of one that cannot be read it is said why.
///
/// # Errors
/// A folder that cannot be read.
pub(super) fn rows(settings: &Settings, printer: &Printer) -> anyhow::Result<Vec<Row>> {
    let voices = saved(settings);
    let mut rows = Vec::new();
    for name in voices.names()? {
        match voices.read(&name) {
            Ok(voice) => rows.extend(voice.map(|voice| row(&name, &voice))),
            Err(error) => printer.warn(&error.to_string()),
        }
    }
    Ok(rows)
}

/// The voice of a person that is meant, with its name; `None` for stock voices and mixtures.
///
/// # Errors
/// A file that cannot be read.
pub fn of(voice: &Voice, settings: &Settings) -> anyhow::Result<Option<(String, SavedVoice)>> {
    let [(name, _)] = voice.parts() else { return Ok(None) };
    Ok(saved(settings).read(name)?.map(|saved| (name.clone(), saved)))
}

/// Stock voices or mixtures for speakers.
pub type Named = Vec<(String, Voice)>;

/// Parts what the user named for speakers into voices of people and stock voices.
///
/// # Errors
/// A file that cannot be read.
pub fn pinned(named: &Named, settings: &Settings) -> anyhow::Result<(Vec<PinnedVoice>, Named)> {
    let (mut people, mut stock) = (Vec::new(), Vec::new());
    for (speaker, voice) in named {
        match of(voice, settings)? {
            Some((name, voice)) => {
                people.push(PinnedVoice { speaker: speaker.clone(), name, voice: Arc::new(voice) });
            }
            None => stock.push((speaker.clone(), voice.clone())),
        }
    }
    Ok((people, stock))
}

/// A text in the voice of a person: a stock voice of the language says how, theirs is what it sounds like.
///
/// # Errors
/// A voice bank that cannot be read.
pub fn request(voice: &SavedVoice, text: &str, language: Option<Language>) -> anyhow::Result<SpeakRequest> {
    let language = language.unwrap_or_else(|| voice.language.clone());
    let stock = Voice::named(catalog::teacher(&language, voice.gender).name);
    Ok(SpeakRequest {
        f0_scale: voice.f0_scale(Bank::load()?.pitch_hz(&stock)),
        own: Some(OwnVoice { voice: Arc::new(voice.fitted.clone()), share: SHARE }),
        ..SpeakRequest::new(text, language, stock)
    })
}

fn saved(settings: &Settings) -> SavedVoices {
    SavedVoices::new(&settings.voices_dir.value)
}

fn row(name: &str, voice: &SavedVoice) -> Row {
    Row {
        name: name.to_owned(),
        gender: called(voice.gender),
        language: voice.language.to_string(),
        language_name: voice.language.name(),
        pitch_hz: voice.pitch_hz,
        learnt: true,
    }
}
