//! Stage 4: language, words, sentence-like lines, and the speakers' genders.

use redub_core::captions::Cue;
use redub_core::{Audio, Line, Speaker, Transcript};
use redub_media::audio;
use redub_speech::transcribe::{self, Transcribe, Whisper};
use redub_speech::turns::Turns;
use redub_speech::voices::{gender, pitch, tract};
use serde::{Deserialize, Serialize};

use super::captions;
use super::intake::Intake;
use super::stems::{HEARING, Stems};
use crate::context::{Context, Progress, stoppable};
use crate::error::PipelineError;
use crate::job::SrtRole;
use crate::store::{Artifact, KeyBuilder};

/// Seconds of a speaker's own speech that are enough to know the voice by.
const SAMPLE_SECONDS: f64 = 30.0;

/// Below this probability the language is decided by the words.
const UNCERTAIN: f32 = 0.5;
/// Languages that come into question then.
const CANDIDATES: usize = 4;

/// What was heard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// The transcript.
    pub transcript: Transcript,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    stems: &Artifact<Stems>,
    turns: &Artifact<Turns>,
) -> Result<Artifact<Heard>, PipelineError> {
    let given = cx.job.srt.as_ref().filter(|(_, role)| *role == SrtRole::Input).map(|(cues, _)| cues);
    let key = KeyBuilder::new("transcript", 3)
        .input(&turns.key)
        .param("from", &cx.job.from)
        .param("given", &given)
        .model("whisper-base", &cx.engines.digest("whisper-base"))
        .finish();
    let summary = |heard: &Heard| {
        let words: usize = heard.transcript.lines.iter().map(|l| l.words.len()).sum();
        let language = heard.transcript.language.name();
        format!("{language}, {} lines, {words} words", heard.transcript.lines.len())
    };
    let made = cx.stage("transcript", None, key, summary, |_, progress| {
        let hearing = audio::read_wav(&stems.dir.join(HEARING))?;
        let mut heard = match given {
            Some(cues) => {
                let cues = captions::on_clock(cues, intake.value.clock())?;
                from_captions(cx, &hearing.samples, &turns.value, &cues)?
            }
            None => listen(cx, &hearing.samples, &turns.value, progress)?,
        };
        if heard.transcript.lines.is_empty() {
            return Err(PipelineError::NoSpeech);
        }
        let lines = &heard.transcript.lines;
        let speakers = &mut heard.transcript.speakers;
        describe(&hearing, lines, speakers)?;
        Ok(heard)
    })?;
    made.value.notes.iter().for_each(|note| cx.warn(note.clone()));
    Ok(made)
}

fn listen(
    cx: &Context<'_>,
    hearing: &[f32],
    turns: &Turns,
    progress: &mut Progress<'_>,
) -> Result<Heard, PipelineError> {
    let recogniser = cx.engines.recogniser()?;
    let from = cx.job.from.as_ref();
    let mut heard = stoppable(progress, |p| recogniser.transcribe(hearing, &turns.speech, from, p))?;
    if heard.language_probability < UNCERTAIN {
        heard = likeliest(recogniser.as_ref(), hearing, turns, heard, progress)?;
    }
    let (lines, speakers) = transcribe::lines(&heard.words, turns);
    let mut notes: Vec<String> = Vec::new();
    if !heard.dropped.is_empty() {
        let texts: Vec<String> =
            heard.dropped.iter().take(3).map(|d| format!("\"{}\" ({})", d.text, d.reason)).collect();
        notes.push(format!("left out as not really said: {}", texts.join(", ")));
    }
    if heard.language_probability < 0.5 {
        let (name, percent) = (heard.language.name(), heard.language_probability * 100.0);
        notes.push(format!(
            "the spoken language is uncertain ({name}, {percent:.0} %): name it with --from if this is wrong"
        ));
    }
    let (language, language_probability) = (heard.language, heard.language_probability);
    Ok(Heard { transcript: Transcript { language, language_probability, speakers, lines }, notes })
}

/// Of the languages that come into question, the one whose transcript the recogniser finds likeliest: on short or
/// accented speech the language network alone is easily wrong, the words hardly ever.
fn likeliest(
    recogniser: &Whisper,
    hearing: &[f32],
    turns: &Turns,
    first: transcribe::Heard,
    progress: &mut Progress<'_>,
) -> Result<transcribe::Heard, PipelineError> {
    let mut best = first;
    for (language, probability) in
        recogniser.detect_language(hearing, &turns.speech)?.into_iter().take(CANDIDATES)
    {
        if language == best.language {
            continue;
        }
        let heard = |p: &mut redub_speech::Progress<'_>| {
            recogniser.transcribe(hearing, &turns.speech, Some(&language), p)
        };
        let mut other = stoppable(progress, heard)?;
        other.language_probability = probability;
        if likelihood(&other) > likelihood(&best) {
            best = other;
        }
    }
    Ok(best)
}

/// Mean log probability of a transcript's tokens, by the length of its stretches.
fn likelihood(heard: &transcribe::Heard) -> f64 {
    let seconds: f64 = heard.segments.iter().map(|s| s.span.seconds()).sum();
    let sum: f64 = heard.segments.iter().map(|s| f64::from(s.average_logprob) * s.span.seconds()).sum();
    if seconds > 0.0 { sum / seconds } else { f64::NEG_INFINITY }
}

/// Lines as the user's captions have them; who speaks is still heard.
fn from_captions(
    cx: &Context<'_>,
    hearing: &[f32],
    turns: &Turns,
    cues: &[Cue],
) -> Result<Heard, PipelineError> {
    let recogniser = cx.engines.recogniser()?;
    let (language, language_probability) = match &cx.job.from {
        Some(language) => (language.clone(), 1.0),
        None => recogniser
            .detect_language(hearing, &turns.speech)?
            .into_iter()
            .next()
            .ok_or(PipelineError::NoSpeech)?,
    };
    let named = |cue: &Cue| speaker_at(turns, cue).map_or_else(|| "S1".to_owned(), |s| format!("S{}", s + 1));
    let lines: Vec<Line> = cues
        .iter()
        .enumerate()
        .map(|(index, cue)| Line {
            index,
            speaker: named(cue),
            span: cue.span,
            text: cue.text.clone(),
            words: Vec::new(),
        })
        .collect();
    let speakers = speakers_of(&lines);
    Ok(Heard {
        transcript: Transcript { language, language_probability, speakers, lines },
        notes: Vec::new(),
    })
}

/// The speakers of lines, in order of first appearance.
fn speakers_of(lines: &[Line]) -> Vec<Speaker> {
    let mut speakers: Vec<Speaker> = Vec::new();
    for line in lines {
        match speakers.iter_mut().find(|s| s.id == line.speaker) {
            Some(speaker) => speaker.seconds += line.span.seconds(),
            None => {
                let (id, seconds) = (line.speaker.clone(), line.span.seconds());
                speakers.push(Speaker { id, gender: None, pitch_hz: None, seconds });
            }
        }
    }
    speakers
}

/// Hears every speaker's pitch and gender in their own lines.
fn describe(hearing: &Audio, lines: &[Line], speakers: &mut [Speaker]) -> Result<(), PipelineError> {
    for speaker in speakers {
        let audio = own_speech(hearing, lines, &speaker.id);
        let pitch = pitch::pitch(&audio);
        let spacing = tract::formant_spacing(&audio)?;
        speaker.pitch_hz = pitch.map(|p| p.median_hz);
        speaker.gender = gender::estimate(pitch, spacing);
    }
    Ok(())
}

/// A speaker's own speech, up to [`SAMPLE_SECONDS`], 16 kHz mono.
pub(crate) fn own_speech(hearing: &Audio, lines: &[Line], speaker: &str) -> Vec<f32> {
    let most = (SAMPLE_SECONDS * f64::from(hearing.rate)) as usize;
    let mut audio = Vec::new();
    for line in lines.iter().filter(|l| l.speaker == speaker) {
        audio.extend_from_slice(&hearing.slice(line.span).samples);
        if audio.len() > most {
            break;
        }
    }
    audio
}

/// The speaker heard longest during a cue.
fn speaker_at(turns: &Turns, cue: &Cue) -> Option<usize> {
    let heard = |speaker: usize| -> f64 {
        turns.turns.iter().filter(|t| t.speaker == speaker).map(|t| t.span.overlap(&cue.span)).sum()
    };
    (0..turns.speakers).max_by(|a, b| heard(*a).total_cmp(&heard(*b))).filter(|s| heard(*s) > 0.0)
}
