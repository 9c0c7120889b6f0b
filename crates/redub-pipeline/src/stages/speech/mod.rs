//! Stage 8: every line spoken, with phoneme times, listened back to and re-made when wrong.
//!
//! Lines are artifacts of their own: a changed line re-makes its own speech only. What each line says and how long it takes is
//! settled first ([`requests`]); then it is spoken and listened to ([`attempts`]).

mod attempts;
mod requests;

use std::path::PathBuf;
use std::time::Instant;

use redub_core::{Language, PhoneSpan};
use redub_media::audio;
use redub_speech::speak::{SpeakRequest, Spoken};
use redub_speech::voices::VoiceChoice;
use serde::{Deserialize, Serialize};

use self::attempts::speak;
pub(crate) use self::requests::{Request, requests};
use super::own_voice::OwnVoices;
use super::transcript::Heard;
use super::translation::{TargetLine, Translation};
use crate::context::Context;
use crate::error::PipelineError;
use crate::observer::Event;
use crate::store::{Artifact, Key};

/// The speech of a line, mono, at the synthesiser's rate.
const SOUND: &str = "speech.wav";
/// A line is heard from where it passes this share of its peak (-34 dB).
pub(crate) const AUDIBLE: f32 = 0.02;
/// Lines spoken in one go: what a killed run loses at most.
const BATCH: usize = 8;

/// One spoken line, as filed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpokenLine {
    /// The sounds with their places in the line's audio.
    pub phones: Vec<PhoneSpan>,
    /// Seconds at the voice's own rate.
    pub natural_seconds: f64,
    /// Seconds of audio.
    pub seconds: f64,
    /// What the recogniser understood.
    pub heard: String,
    /// Errors over words (characters for Chinese and Japanese).
    pub error_rate: f64,
    /// Words (or characters) the rate is over.
    pub words: usize,
    /// Whether it is said in the voice fitted to the speaker.
    #[serde(default)]
    pub own_voice: bool,
}

/// A line with everything needed to place it.
#[derive(Debug, Clone)]
pub(crate) struct DubLine {
    /// The line, with the text that is really spoken.
    pub target: TargetLine,
    /// Its speech.
    pub spoken: SpokenLine,
    /// Where its audio is.
    pub sound: PathBuf,
    /// Key of its artifact.
    pub key: Key,
    /// Name of its voice.
    pub voice: String,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
) -> Result<Vec<DubLine>, PipelineError> {
    let clock = Instant::now();
    let speaker = cx.engines.synthesiser()?;
    let expected_seconds = crate::estimate::seconds("speech", cx.seconds);
    cx.observer.event(Event::Started { stage: "speech", language: Some(to), expected_seconds });
    let requests = requests(cx, translation, voices, own, heard, to)?;
    let keys: Vec<Key> = requests.iter().map(|r| r.key(cx)).collect();
    let missing: Vec<usize> =
        (0..keys.len()).filter(|i| cx.store.get::<SpokenLine>("line", &keys[*i]).is_none()).collect();
    for (done, batch) in missing.chunks(BATCH).enumerate() {
        cx.cancel.check()?;
        let fraction = (done * BATCH) as f32 / missing.len() as f32;
        cx.observer.event(Event::Progress { stage: "speech", language: Some(to), fraction });
        let lines: Vec<SpeakRequest> = batch.iter().map(|i| requests[*i].request.clone()).collect();
        for (i, made) in batch.iter().zip(speak(cx, speaker.as_ref(), &lines, to)?) {
            file(cx, keys[*i].clone(), made)?;
        }
    }
    let lines = requests
        .into_iter()
        .zip(keys)
        .map(|(request, key)| {
            let filed = cx.store.get::<SpokenLine>("line", &key);
            let filed = filed.ok_or_else(|| {
                PipelineError::Artifact(format!("the speech of line {} is gone", key.as_str()))
            })?;
            let sound = filed.dir.join(SOUND);
            Ok(DubLine { target: request.target, spoken: filed.value, sound, key, voice: request.voice })
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    let (seconds, cached) = (clock.elapsed().as_secs_f64(), missing.is_empty());
    cx.record("speech", if cached { 0.0 } else { seconds }, cached);
    let summary = format!("{} lines, {} made now", lines.len(), missing.len());
    cx.observer.event(Event::Finished { stage: "speech", language: Some(to), seconds, cached, summary });
    warn_of_unclear(cx, &lines);
    Ok(lines)
}

/// Speaks one line alone, as the whole run would.
pub(crate) fn one(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
    index: usize,
) -> Result<DubLine, PipelineError> {
    let speaker = cx.engines.synthesiser()?;
    let request = requests(cx, translation, voices, own, heard, to)?.into_iter().nth(index);
    let request = request.ok_or_else(|| PipelineError::Artifact(format!("there is no line {index}")))?;
    let key = request.key(cx);
    if cx.store.get::<SpokenLine>("line", &key).is_none() {
        for made in speak(cx, speaker.as_ref(), std::slice::from_ref(&request.request), to)? {
            file(cx, key.clone(), made)?;
        }
    }
    let filed = cx.store.get::<SpokenLine>("line", &key);
    let filed =
        filed.ok_or_else(|| PipelineError::Artifact(format!("the speech of line {index} is gone")))?;
    let sound = filed.dir.join(SOUND);
    Ok(DubLine { target: request.target, spoken: filed.value, sound, key, voice: request.voice })
}

fn file(cx: &Context<'_>, key: Key, (spoken, filed): (Spoken, SpokenLine)) -> Result<(), PipelineError> {
    cx.store.get_or_make("line", key, |dir| {
        audio::write_wav(&dir.join(SOUND), &spoken.audio)?;
        Ok(filed)
    })?;
    Ok(())
}

fn warn_of_unclear(cx: &Context<'_>, lines: &[DubLine]) {
    let unclear: Vec<String> = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.spoken.error_rate > 0.5)
        .map(|(i, _)| (i + 1).to_string())
        .collect();
    if !unclear.is_empty() {
        cx.warn(format!("listened back and not well understood: line {}", unclear.join(", ")));
    }
}
