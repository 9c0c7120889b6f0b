//! A dub given by the user: what is said in it and when, so that the lips can follow.
//!
//! Words are recognised for the lines' texts; the lips follow the mouth shapes heard in the sound. Where the text is
//! certain its sounds are placed by what is heard; where it is not (an unknown language, a misheard line, singing) the
//! mouth shapes are taken as they are heard.

use std::path::PathBuf;

use redub_core::{Language, Line, PhoneSpan, Span, Viseme, Word};
use redub_media::{audio, loudness};
use redub_speech::phonemes;
use redub_speech::transcribe::{self, Transcribe};
use redub_speech::turns::{Diarize, Turns};
use redub_speech::visemes::Reading;
use serde::{Deserialize, Serialize};

use super::intake::{Intake, file_hash};
use super::{Dub, SpokenSpan};
use crate::context::{Context, stoppable};
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};
use crate::timing::{Retime, TimingRules};

const SOUND: &str = "sound.wav";
/// A dub may be this much longer or shorter than the video before it matters, seconds.
const TOLERANCE: f64 = 0.1;
/// Sounds may lie this far outside the times of their line's words, seconds.
const MARGIN: f64 = 0.15;

/// A dub that was heard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OwnDub {
    /// Language it is in: as stated, or as heard.
    pub language: Language,
    /// Its lines, on its own time line.
    pub lines: Vec<OwnLine>,
    /// How much the picture is slowed for it, as a factor.
    pub stretch: f64,
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
    /// Who says it.
    pub speaker: String,
    /// What was understood; empty where no word was.
    pub text: String,
    /// Its sounds, on the dub's time line.
    pub phones: Vec<PhoneSpan>,
}

/// Listens to the user's dub, in its language where that is stated.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    stated: Option<&Language>,
) -> Result<Artifact<OwnDub>, PipelineError> {
    let path = cx.job.audio.clone().unwrap_or_default();
    let key = KeyBuilder::new("own_dub", 2)
        .input(&intake.key)
        .param("audio", &file_hash(&path)?)
        .param("language", &stated)
        .param("dynamic", &cx.job.dynamic_duration)
        .param("clean", &(cx.job.disable_music, cx.job.enhance_speech))
        .model("deepfilternet3", &cx.engines.digest("deepfilternet3"))
        .model("whisper-base", &cx.engines.digest("whisper-base"))
        .model("visemes", &cx.engines.digest("visemes"))
        .finish();
    let summary =
        |own: &OwnDub| format!("{}, {} lines in the given dub", own.language.name(), own.lines.len());
    let made = cx.stage("own_dub", stated, key, summary, |dir, progress| {
        let info = redub_media::probe(&path)?;
        let stream = info.main_audio().ok_or(PipelineError::NoAudio)?;
        let mut sound = audio::decode(&path, stream, 48_000, audio::Channels::Stereo, None)?;
        let mut notes = Vec::new();
        let most = TimingRules::new(cx.job.dynamic_duration).picture;
        let longer = sound.seconds() > cx.seconds + TOLERANCE;
        let stretch = if longer { (sound.seconds() / cx.seconds).clamp(1.0, most) } else { 1.0 };
        let seconds = cx.seconds * stretch;
        let difference = sound.seconds() - seconds;
        if difference.abs() > TOLERANCE {
            let what = if difference > 0.0 {
                "longer than the video and cut"
            } else {
                "shorter than the video: the rest is silent"
            };
            notes.push(format!("the given dub is {:.2} s {what}", difference.abs()));
        }
        sound.samples.resize((seconds * 48_000.0).round() as usize * sound.channels, 0.0);
        let mut hearing = sound.mono();
        if cx.job.disable_music || cx.job.enhance_speech {
            let splitter = cx.engines.splitter()?;
            let stems = stoppable(&mut |share| progress(0.1 * share), |p| splitter.split(&sound, p))?;
            hearing = stems.speech.mono();
            // As in a dub that is made here: music stays unless it is unwanted, mere noise goes with either.
            if cx.job.disable_music || !stems.background_present {
                sound = stems.speech;
            }
        }
        let hearing = audio::resample(&hearing, 16_000)?.samples;
        let turns = cx.engines.diarizer()?.turns(&hearing, None)?;
        if turns.speech.is_empty() {
            return Err(PipelineError::NoSpeech);
        }
        progress(0.2)?;
        let reading = cx.engines.visemes()?.read(&hearing)?;
        let recogniser = cx.engines.recogniser()?;
        let heard = stoppable(&mut |share| progress(0.2 + 0.7 * share), |p| {
            recogniser.transcribe(&hearing, &turns.speech, stated, p)
        })?;
        let language = stated.unwrap_or(&heard.language).clone();
        let (lines, _) = transcribe::lines(&heard.words, &turns);
        let lines = match lines.is_empty() {
            true => {
                notes.push(
                    "no words were understood in the given dub: the lips follow its sounds alone".into(),
                );
                wordless(&turns)
            }
            false => lines,
        };
        let lines = placed(&lines, &language, &reading, &mut notes)?;
        let loudness = loudness::integrated_lufs(&sound)?;
        audio::write_wav(&dir.join(SOUND), &sound)?;
        Ok(OwnDub { language, lines, stretch, loudness, notes })
    })?;
    made.value.notes.iter().for_each(|note| cx.warn(note.clone()));
    Ok(made)
}

/// Lines without words, where somebody speaks.
fn wordless(turns: &Turns) -> Vec<Line> {
    let speaker = |span: &Span| {
        let most = turns.turns.iter().max_by(|a, b| a.span.overlap(span).total_cmp(&b.span.overlap(span)));
        format!("S{}", most.map_or(0, |t| t.speaker) + 1)
    };
    let line = |(index, span): (usize, &Span)| Line {
        index,
        speaker: speaker(span),
        span: *span,
        text: String::new(),
        words: Vec::new(),
    };
    turns.speech.iter().enumerate().map(line).collect()
}

/// The lines with their sounds in time.
fn placed(
    lines: &[Line],
    language: &Language,
    reading: &Reading,
    notes: &mut Vec<String>,
) -> Result<Vec<OwnLine>, PipelineError> {
    let readable = phonemes::language::reader(language).is_some();
    let mut unsure = 0;
    let mut own = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let before = index.checked_sub(1).map_or(0.0, |i| lines[i].span.end);
        let after = lines.get(index + 1).map_or(f64::INFINITY, |l| l.span.start);
        let middle = |a: f64, b: f64| 0.5 * (a + b);
        let span = Span::new(
            (line.span.start - MARGIN).max(middle(before, line.span.start)),
            (line.span.end + MARGIN).min(middle(line.span.end, after)),
        );
        let known = match readable {
            true => reading.align(span, &sounds(&line.words, language)?),
            false => None,
        };
        unsure += usize::from(known.is_none() && !line.words.is_empty());
        let phones = known.unwrap_or_else(|| reading.phones(span));
        own.push(OwnLine { span: line.span, speaker: line.speaker.clone(), text: line.text.clone(), phones });
    }
    if unsure > 0 {
        notes.push(format!(
            "{unsure} of {} lines of the given dub were not understood well: the lips follow their sounds alone",
            lines.len()
        ));
    }
    Ok(own)
}

/// The dub as the later stages want it.
pub(crate) fn dub(cx: &Context<'_>, own: &Artifact<OwnDub>, hearing: PathBuf) -> Dub {
    let sound: PathBuf = own.dir.join(SOUND);
    let retime = Retime::from_stretches(cx.seconds, &[(Span::new(0.0, cx.seconds), own.value.stretch)]);
    let line = |l: &OwnLine| SpokenSpan {
        span: l.span,
        source: Span::new(retime.backward(l.span.start), retime.backward(l.span.end)),
        text: l.text.clone(),
        phones: l.phones.clone(),
        own_voice: false,
    };
    Dub {
        lines: own.value.lines.iter().map(line).collect(),
        retime: retime.clone(),
        voice: sound.clone(),
        hearing,
        sound,
        key: own.key.clone(),
    }
}

/// The sounds of each word, without marks; of each run between two marks in a language without spaces, where a word
/// of the recogniser is a single character and says little alone.
fn sounds(words: &[Word], language: &Language) -> Result<Vec<Vec<String>>, PipelineError> {
    let texts: Vec<String> = match language.is_unspaced() {
        true => phonemes::words_of(&words.iter().map(|w| w.text.as_str()).collect::<String>(), language),
        false => words.iter().map(|w| w.text.clone()).collect(),
    };
    let spoken = phonemes::phonemize_many(&texts, language)?;
    let word = |sounds: phonemes::Phonemes| {
        let symbols = sounds.symbols.iter().map(|s| s.symbol.to_string());
        symbols.filter(|s| Viseme::of(s) != Viseme::Rest).collect()
    };
    Ok(spoken.into_iter().map(word).collect())
}
