//! A dub given by the user: what is said in it and when, so that the lips can follow.

use std::path::PathBuf;

use redub_core::{Language, PhoneSpan, Span, Viseme, Word};
use redub_media::{audio, loudness};
use redub_speech::phonemes;
use redub_speech::transcribe::{self, Transcribe};
use redub_speech::turns::Diarize;
use serde::{Deserialize, Serialize};

use super::intake::{Intake, file_hash};
use super::{Dub, SpokenSpan};
use crate::context::{Context, stoppable};
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};
use crate::timing::Retime;

const SOUND: &str = "sound.wav";

/// A dub that was heard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OwnDub {
    /// Its lines, on the video's time line.
    pub lines: Vec<OwnLine>,
    /// Its language, as stated or heard.
    pub language: Language,
    /// Integrated loudness, LUFS.
    pub loudness: Option<f64>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// One line of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OwnLine {
    /// Where it is heard.
    pub span: Span,
    /// What was understood.
    pub text: String,
    /// Its sounds: the words' phonemes shared out over the words' times.
    pub phones: Vec<PhoneSpan>,
}

/// Listens to the user's dub; its language is heard where it is not stated.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    language: Option<&Language>,
) -> Result<Artifact<OwnDub>, PipelineError> {
    let path = cx.job.audio.clone().unwrap_or_default();
    let key = KeyBuilder::new("own_dub", 2)
        .input(&intake.key)
        .param("audio", &file_hash(&path)?)
        .param("language", &language)
        .model("whisper-base", &cx.engines.digest("whisper-base"))
        .finish();
    let summary = |own: &OwnDub| format!("{} lines in the given dub", own.lines.len());
    let made = cx.stage("own_dub", language, key, summary, |dir, progress| {
        let info = redub_media::probe(&path)?;
        let stream = info.main_audio().ok_or(PipelineError::NoAudio)?;
        let mut sound = audio::decode(&path, stream, 48_000, audio::Channels::Stereo, None)?;
        let mut notes = Vec::new();
        let difference = sound.seconds() - cx.seconds;
        if difference.abs() > 0.1 {
            let what = if difference > 0.0 {
                "longer than the video and cut"
            } else {
                "shorter than the video: the rest is silent"
            };
            notes.push(format!("the given dub is {:.2} s {what}", difference.abs()));
        }
        sound.samples.resize((cx.seconds * 48_000.0).round() as usize * sound.channels, 0.0);
        let hearing = audio::resample(&sound.mono(), 16_000)?.samples;
        let turns = cx.engines.diarizer()?.turns(&hearing, None)?;
        progress(0.2)?;
        let recogniser = cx.engines.recogniser()?;
        let heard = stoppable(&mut |share| progress(0.2 + 0.7 * share), |p| {
            recogniser.transcribe(&hearing, &turns.speech, language, p)
        })?;
        let (lines, _) = transcribe::lines(&heard.words, &turns);
        if lines.is_empty() {
            return Err(PipelineError::NoSpeech);
        }
        let language = language.cloned().unwrap_or(heard.language);
        let readable = readable(&language);
        if readable != language {
            notes.push(format!(
                "the dub is in {}, whose letters are read as in {}: its lips are approximate",
                language.name(),
                readable.name()
            ));
        }
        let lines = lines.into_iter().map(|line| {
            let phones = phones(&line.words, &readable)?;
            Ok(OwnLine { span: line.span, text: line.text, phones })
        });
        let lines = lines.collect::<Result<Vec<_>, PipelineError>>()?;
        let loudness = loudness::integrated_lufs(&sound)?;
        audio::write_wav(&dir.join(SOUND), &sound)?;
        Ok(OwnDub { lines, language, loudness, notes })
    })?;
    made.value.notes.iter().for_each(|note| cx.warn(note.clone()));
    Ok(made)
}

/// The language itself where its letters can be read; else one that is written as it is spoken.
fn readable(language: &Language) -> Language {
    if phonemes::language::reader(language).is_some() {
        return language.clone();
    }
    "es".parse().unwrap_or_else(|_| language.clone())
}

/// The dub as the later stages want it.
pub(crate) fn dub(cx: &Context<'_>, own: &Artifact<OwnDub>) -> Dub {
    let sound: PathBuf = own.dir.join(SOUND);
    let line = |l: &OwnLine| SpokenSpan {
        span: l.span,
        source: l.span,
        text: l.text.clone(),
        phones: l.phones.clone(),
    };
    Dub {
        lines: own.value.lines.iter().map(line).collect(),
        retime: Retime::identity(cx.seconds),
        voice: sound.clone(),
        sound,
        key: own.key.clone(),
    }
}

/// Phonemes of recognised words; inside a word vowels get half as much again as consonants.
fn phones(words: &[Word], language: &Language) -> Result<Vec<PhoneSpan>, PipelineError> {
    let texts: Vec<String> = words.iter().map(|w| w.text.clone()).collect();
    let spoken = phonemes::phonemize_many(&texts, language)?;
    let mut phones = Vec::new();
    for (word, sounds) in words.iter().zip(spoken) {
        let symbols: Vec<String> = sounds.symbols.iter().map(|s| s.symbol.to_string()).collect();
        let symbols: Vec<String> = symbols.into_iter().filter(|s| Viseme::of(s) != Viseme::Rest).collect();
        let weight = |s: &String| match Viseme::of(s) {
            Viseme::Open | Viseme::Mid | Viseme::Spread | Viseme::RoundOpen | Viseme::RoundNarrow => 1.5,
            _ => 1.0,
        };
        let total: f64 = symbols.iter().map(weight).sum();
        let mut at = word.span.start;
        for symbol in symbols {
            let end = at + word.span.seconds() * weight(&symbol) / total;
            phones.push(PhoneSpan { symbol, span: Span::new(at, end) });
            at = end;
        }
    }
    Ok(phones)
}
