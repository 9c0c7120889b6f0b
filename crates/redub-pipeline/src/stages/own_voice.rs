//! Stage 7, second half: what makes a voice each speaker's own, fitted to what they say in the source.
//!
//! It is learnt once for all languages: with a stock voice of the source's language, from the speaker's own sound. Where the user has a voice
//! conversion network, that is given the speaker's sound instead.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use redub_core::{Language, Line, Span};
use redub_media::audio;
use redub_speech::SpeechError;
use redub_speech::speak::Speak;
use redub_speech::speak::kokoro::RATE;
use redub_speech::voices::cloner::CLONER_FILE;
use redub_speech::voices::fitted::{self, Course, Fitted, Piece, chosen};
use redub_speech::voices::{Cloner, Reference, VoiceChoice};
use serde::{Deserialize, Serialize};

use super::intake::file_hash;
use super::stems::{SPEECH, Stems};
use super::transcript::Heard;
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::store::{Artifact, Key, KeyBuilder};

/// The fitted voice of one speaker.
const VOICE: &str = "fitted.voice";
/// What was learnt of a speaker, as filed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Learnt {
    /// Seconds of speech learnt from; 0 when there was too little, and then there is no file.
    seconds: f64,
}

/// What a speaker's lines are said with.
#[derive(Debug, Clone)]
pub(crate) enum Sound {
    /// A decoder fitted to them.
    Fitted(Arc<Fitted>),
    /// Their speech, for a voice conversion network.
    Heard(Arc<Reference>),
}

/// What makes a speaker's lines theirs, and its key.
pub(crate) type OwnVoice = (Sound, Key);

/// Speakers by name with what makes their lines theirs.
pub(crate) type OwnVoices = HashMap<String, OwnVoice>;

/// Fits a voice to every speaker whose voice the program chose. Voices named by the user are left as they are, those of people learnt before
/// are taken over, and who says too little, or in a language that the voice cannot speak, keeps the stock voice.
pub(crate) fn run(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    choices: &[VoiceChoice],
) -> Result<OwnVoices, PipelineError> {
    let mut found = pinned(cx, choices)?;
    if !cx.job.fit_voices || cx.job.stock_voice.is_some() {
        return Ok(found);
    }
    if let Some(cloner) = cloner(cx)? {
        add_references(cx, stems, heard, choices, &cloner, &mut found)?;
        return Ok(found);
    }
    let speaks = cx.engines.synthesiser()?.languages();
    let language = &heard.value.transcript.language;
    if !speaks.iter().any(|s| s.language.primary() == language.primary()) {
        return Ok(found);
    }
    for choice in choices {
        cx.cancel.check()?;
        let said = said(heard, &choice.speaker);
        if said.is_empty() || named(cx, &choice.speaker) || found.contains_key(&choice.speaker) {
            continue;
        }
        let key = KeyBuilder::new("own_voice", 2)
            .input(&stems.key)
            .input(&heard.key)
            .param("speaker", &choice.speaker)
            .param("gender", &choice.gender)
            .param("course", &format!("{:?}", Course::default()))
            .model("kokoro", &cx.engines.digest("kokoro"))
            .model("kokoro-voices", &cx.engines.digest("kokoro-voices"))
            .model("speaker-embedding-ge2e", &cx.engines.digest("speaker-embedding-ge2e"))
            .finish();
        let summary = |made: &Learnt| format!("{}: {:.0} s learnt from", choice.speaker, made.seconds);
        let made = cx.stage("own_voice", None, key, summary, |dir, progress| {
            learn(cx, stems, language, &said, choice, dir, progress)
        })?;
        if made.value.seconds > 0.0 {
            let voice = Fitted::read(&made.dir.join(VOICE))?;
            found.insert(choice.speaker.clone(), (Sound::Fitted(Arc::new(voice)), made.key));
        }
    }
    Ok(found)
}

/// The voice conversion network that the job's voices are made with; none where they are fitted. What it is given and its identity are asked
/// for before hours of work, not after.
///
/// # Errors
/// A model that is named in the settings but not installed, or a network of another interface.
pub(crate) fn cloner(cx: &Context<'_>) -> Result<Option<(Arc<Cloner>, String)>, PipelineError> {
    let Some(model) = cx.engines.clone_model().filter(|_| cx.job.fit_voices) else { return Ok(None) };
    let file = cx.engines.models().file(model, CLONER_FILE)?;
    let digest = cx.cloner_digest(|| file_hash(&file))?;
    Ok(cx.engines.cloner()?.map(|cloner| (cloner, digest)))
}

/// What the speakers sound like, for a voice conversion network. It need not know their language.
fn add_references(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    choices: &[VoiceChoice],
    (cloner, digest): &(Arc<Cloner>, String),
    found: &mut OwnVoices,
) -> Result<(), PipelineError> {
    let speech = audio::read_wav(&stems.dir.join(SPEECH))?.mono();
    for choice in choices {
        let said = said(heard, &choice.speaker);
        if said.is_empty() || named(cx, &choice.speaker) || found.contains_key(&choice.speaker) {
            continue;
        }
        let mut samples = Vec::new();
        for (_, span) in &said {
            samples.extend(audio::resample(&speech.slice(*span), cloner.rate())?.samples);
        }
        let key = KeyBuilder::new("clone", 1)
            .input(&stems.key)
            .input(&heard.key)
            .param("speaker", &choice.speaker)
            .model("cloner", digest)
            .finish();
        found.insert(choice.speaker.clone(), (Sound::Heard(Arc::new(Reference { samples })), key));
    }
    Ok(())
}

/// Whether the user named a stock voice for the speaker.
fn named(cx: &Context<'_>, speaker: &str) -> bool {
    cx.job.voices.iter().any(|(of, _)| of == speaker)
}

/// What a speaker says that a voice can be learnt from; nothing when it is too little.
pub(crate) fn said(heard: &Artifact<Heard>, speaker: &str) -> Vec<(String, Span)> {
    chosen(alone(&heard.value.transcript.lines, speaker).map(|line| line.words.as_slice()))
}

/// Voices learnt before that the user gave to speakers.
fn pinned(cx: &Context<'_>, choices: &[VoiceChoice]) -> Result<OwnVoices, PipelineError> {
    let mut found = OwnVoices::new();
    let synthesiser = cx.engines.digest("kokoro");
    for choice in choices {
        let Some(pinned) = cx.job.pinned(&choice.speaker) else { continue };
        if pinned.voice.synthesiser != synthesiser {
            return Err(PipelineError::ForeignVoice(pinned.name.clone()));
        }
        let fitted = Arc::new(pinned.voice.fitted.clone());
        let key = KeyBuilder::new("saved_voice", 1).param("voice", fitted.as_ref()).finish();
        found.insert(choice.speaker.clone(), (Sound::Fitted(fitted), key));
    }
    Ok(found)
}

/// Fits a voice to what the speaker says, and files it.
fn learn(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    language: &Language,
    said: &[(String, Span)],
    choice: &VoiceChoice,
    dir: &Path,
    progress: &mut Progress<'_>,
) -> Result<Learnt, PipelineError> {
    let speech = audio::read_wav(&stems.dir.join(SPEECH))?.mono();
    let piece = |(text, span): &(String, Span)| -> Result<Piece, PipelineError> {
        let part = speech.slice(*span);
        let sound_16k = audio::resample(&part, 16_000)?.samples;
        Ok(Piece { text: text.clone(), sound: audio::resample(&part, RATE)?.samples, sound_16k })
    };
    let pieces = said.iter().map(piece).collect::<Result<Vec<_>, _>>()?;
    let (kokoro, models) = (cx.engines.synthesiser()?, cx.engines.models());
    let told = |fraction, _| progress(fraction).map_err(|_| SpeechError::Stopped);
    let fitted = fitted::learn(&kokoro, models, &pieces, language, choice.gender, Course::default(), told)?;
    let Some(fitted) = fitted else { return Ok(Learnt { seconds: 0.0 }) };
    fitted.write(&dir.join(VOICE))?;
    Ok(Learnt { seconds: said.iter().map(|(_, span)| span.seconds()).sum() })
}

/// Lines of a speaker that nobody talks into.
fn alone<'a>(lines: &'a [Line], speaker: &'a str) -> impl Iterator<Item = &'a Line> {
    let alone = |line: &Line| {
        !lines.iter().any(|other| other.speaker != line.speaker && other.span.overlap(&line.span) > 0.1)
    };
    lines.iter().filter(move |l| l.speaker == speaker && alone(l))
}
