//! Stage 7, second half: what makes a voice each speaker's own, fitted to what they say in the source.
//!
//! It is learnt once for all languages: with a stock voice of the source's language, from the speaker's own sound.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use redub_core::{Language, Line, Span};
use redub_media::audio;
use redub_speech::SpeechError;
use redub_speech::speak::Speak;
use redub_speech::speak::kokoro::RATE;
use redub_speech::voices::VoiceChoice;
use redub_speech::voices::fitted::{self, Course, Fitted, Piece, chosen};
use serde::{Deserialize, Serialize};

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

/// What was learnt of one speaker, and its key.
pub(crate) type OwnVoice = (Arc<Fitted>, Key);

/// Speakers by name with what was learnt of them.
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
    let speaks = cx.engines.synthesiser()?.languages();
    let language = &heard.value.transcript.language;
    if !speaks.iter().any(|s| s.language.primary() == language.primary()) {
        return Ok(found);
    }
    for choice in choices {
        cx.cancel.check()?;
        let named = cx.job.voices.iter().any(|(speaker, _)| *speaker == choice.speaker);
        let said = said(heard, &choice.speaker);
        if said.is_empty() || named || found.contains_key(&choice.speaker) {
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
            found.insert(choice.speaker.clone(), (Arc::new(voice), made.key));
        }
    }
    Ok(found)
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
        found.insert(choice.speaker.clone(), (fitted, key));
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
