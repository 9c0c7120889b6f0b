//! Proofreading: the stages up to the translation, a stop, and single lines to listen to.

use std::path::PathBuf;

use redub_core::captions::Cue;
use redub_core::{Gender, Language, Span};
use serde::{Deserialize, Serialize};

use crate::engines::Engines;
use crate::error::PipelineError;
use crate::graph;
use crate::job::Job;
use crate::observer::{Cancel, Observer};
use crate::stages::own_voice::{self, OwnVoices};
use crate::stages::{speech, translation, voices};
use crate::store::Store;

/// What there is to review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// Length of the part to dub, seconds.
    pub seconds: f64,
    /// Language that was heard (or stated).
    pub input_language: Language,
    /// Who speaks.
    pub speakers: Vec<PreparedSpeaker>,
    /// The lines of the translation, in order of start.
    pub lines: Vec<PreparedLine>,
    /// What was said, in the source's language.
    pub original: Vec<Cue>,
}

/// Someone who speaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreparedSpeaker {
    /// Name inside the file: `S1`, `S2`, …
    pub id: String,
    /// Gender heard in the voice.
    pub gender: Option<Gender>,
    /// Voice that will speak for them.
    pub voice: String,
}

/// A line to review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreparedLine {
    /// Who says it.
    pub speaker: String,
    /// Where it stands, seconds of the part to dub.
    pub span: Span,
    /// What was said.
    pub source_text: String,
    /// What will be said.
    pub text: String,
    /// Engine that made it.
    pub engine: String,
    /// Voice that will say it.
    pub voice: String,
    /// Seconds it may take at the fastest good rate.
    pub budget_seconds: f64,
    /// Seconds it takes at the voice's own rate, by the synthesiser's own measure.
    pub natural_seconds: f64,
}

/// A line that was spoken on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Its sound, a WAV file in the store.
    pub sound: PathBuf,
    /// Seconds of it.
    pub seconds: f64,
    /// Seconds at the voice's own rate.
    pub natural_seconds: f64,
    /// What the recogniser understood.
    pub heard: String,
    /// Errors over words, listened back.
    pub error_rate: f64,
    /// Voice that says it.
    pub voice: String,
}

/// A line that was translated anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retranslated {
    /// What will be said.
    pub text: String,
    /// Engine that made it.
    pub engine: String,
    /// Wishes that cannot be followed between these languages.
    pub notes: Vec<String>,
}

/// Runs the stages of `job` up to the translation of its (only) language, and measures every line. With
/// [`Job::reviewed`] nothing is translated: the reviewed lines are measured.
///
/// # Errors
/// Whatever stopped it; finished stages stay in the store.
pub fn prepare(
    job: &Job,
    engines: &Engines,
    store: &Store,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Prepared, PipelineError> {
    let (cx, intake) = graph::open(job, engines, store, observer, cancel)?;
    let source = graph::source(&cx, &intake)?;
    let to = &job.targets[0];
    let voices = voices::run(&cx, &source.stems, &source.heard, to)?;
    let translation = translation::run(&cx, &source.intake, &source.heard, &voices, to)?;
    let lines = speech::requests(&cx, &translation, &voices, &OwnVoices::new(), &source.heard, to)?;
    let transcript = &source.heard.value.transcript;
    let speaker = |s: &redub_core::Speaker| PreparedSpeaker {
        id: s.id.clone(),
        gender: s.gender,
        voice: voices
            .value
            .iter()
            .find(|c| c.speaker == s.id)
            .map(|c| c.voice.to_string())
            .unwrap_or_default(),
    };
    let line = |r: speech::Request| PreparedLine {
        speaker: r.target.speaker,
        span: r.target.span,
        source_text: r.target.source_text,
        text: r.target.text,
        engine: r.target.engine,
        voice: r.voice,
        budget_seconds: r.budget_seconds,
        natural_seconds: r.natural_seconds,
    };
    Ok(Prepared {
        seconds: cx.seconds,
        input_language: transcript.language.clone(),
        speakers: transcript.speakers.iter().map(speaker).collect(),
        lines: lines.into_iter().map(line).collect(),
        original: transcript.lines.iter().map(|l| Cue { span: l.span, text: l.text.clone() }).collect(),
    })
}

/// Translates line `index` of [`Job::reviewed`] anew from what was said, with the register and the glossary of
/// [`Job::translation`] and the line's own speaker and gender. The other lines stay.
///
/// # Errors
/// Whatever stopped it.
pub fn retranslate(
    job: &Job,
    index: usize,
    engines: &Engines,
    store: &Store,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Retranslated, PipelineError> {
    let (cx, intake) = graph::open(job, engines, store, observer, cancel)?;
    let (stems, heard) = graph::listen(&cx, &intake)?;
    let to = &job.targets[0];
    let voices = voices::run(&cx, &stems, &heard, to)?;
    let (made, notes) = translation::again(&cx, &heard.value.transcript, &voices.value, to, index)?;
    Ok(Retranslated { text: made.text, engine: made.engine, notes })
}

/// Speaks line `index` of [`Job::reviewed`] as the whole run would; a run that follows finds it spoken already.
///
/// # Errors
/// Whatever stopped it.
pub fn preview(
    job: &Job,
    index: usize,
    engines: &Engines,
    store: &Store,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Preview, PipelineError> {
    let (cx, intake) = graph::open(job, engines, store, observer, cancel)?;
    let (stems, heard) = graph::listen(&cx, &intake)?;
    let to = &job.targets[0];
    let voices = voices::run(&cx, &stems, &heard, to)?;
    let translation = translation::run(&cx, &intake, &heard, &voices, to)?;
    let own = own_voice::run(&cx, &stems, &heard, &voices.value)?;
    let line = speech::one(&cx, &translation, &voices, &own, &heard, to, index)?;
    Ok(Preview {
        sound: line.sound,
        seconds: line.spoken.seconds,
        natural_seconds: line.spoken.natural_seconds,
        heard: line.spoken.heard,
        error_rate: line.spoken.error_rate,
        voice: line.voice,
    })
}
