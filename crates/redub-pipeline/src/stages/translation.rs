//! Stage 6: the target text of every line.

use std::collections::BTreeMap;

use redub_core::captions::Cue;
use redub_core::{Gender, Language, Line, Span, Transcript};
use redub_speech::voices::VoiceChoice;
use redub_translate::{Options, SourceLine, Translated, Translator, joins, length};
use serde::{Deserialize, Serialize};

use super::budget;
use super::captions;
use super::intake::Intake;
use super::transcript::Heard;
use crate::context::Context;
use crate::error::PipelineError;
use crate::job::{ReviewedLine, SrtRole};
use crate::observer::{Cancel, Event, Observer};
use crate::store::{Artifact, KeyBuilder};

/// The lines in the target language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Translation {
    /// One per line to speak, with its place in the source.
    pub lines: Vec<TargetLine>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// A line to speak.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TargetLine {
    /// Name of who says it.
    pub speaker: String,
    /// Where it stands in the source.
    pub span: Span,
    /// What was said.
    pub source_text: String,
    /// What is to be said.
    pub text: String,
    /// Engine that made it, or `captions` when the user gave it.
    pub engine: String,
    /// Voice a reviewer chose for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// Gender a reviewer chose for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Characters that can be spoken in its time by its voice; none for captions.
    pub budget: Option<usize>,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    heard: &Artifact<Heard>,
    voices: &Artifact<Vec<VoiceChoice>>,
    to: &Language,
) -> Result<Artifact<Translation>, PipelineError> {
    let transcript = &heard.value.transcript;
    let given = cx.job.srt.as_ref().filter(|(_, role)| *role == SrtRole::Output).map(|(cues, _)| cues);
    if let Some(lines) = &cx.job.reviewed {
        return reviewed(cx, heard, lines, to);
    }
    let same = transcript.language.primary() == to.primary();
    if same && given.is_none() {
        return Err(PipelineError::SameLanguage(transcript.language.name()));
    }
    let key = KeyBuilder::new("translation", 4)
        .input(&heard.key)
        .input(&voices.key)
        .param("told", &cx.job.translation)
        .param("to", to)
        .param("mode", &cx.job.mode)
        .param("given", &given)
        .model("engines", &cx.engines.translation_digest())
        .finish();
    let summary = |translation: &Translation| {
        let engines: BTreeMap<&str, usize> =
            translation.lines.iter().fold(BTreeMap::new(), |mut all, line| {
                *all.entry(line.engine.as_str()).or_default() += 1;
                all
            });
        engines.iter().map(|(name, n)| format!("{n} by {name}")).collect::<Vec<_>>().join(", ")
    };
    let made = cx.stage("translation", Some(to), key, summary, |_, _| match given {
        Some(cues) => {
            let cues = captions::on_clock(cues, intake.value.clock())?;
            Ok(from_captions(&transcript.lines, &cues))
        }
        None => translate(cx, transcript, &voices.value, to),
    })?;
    made.value.notes.iter().for_each(|note| cx.warn(note.clone()));
    Ok(made)
}

/// The lines as a reviewer left them.
fn reviewed(
    cx: &Context<'_>,
    heard: &Artifact<Heard>,
    lines: &[ReviewedLine],
    to: &Language,
) -> Result<Artifact<Translation>, PipelineError> {
    let key = KeyBuilder::new("reviewed", 1).input(&heard.key).param("to", to).param("lines", lines).finish();
    let summary = |translation: &Translation| format!("{} reviewed lines", translation.lines.len());
    let target = |line: &ReviewedLine| TargetLine {
        speaker: line.speaker.clone(),
        span: line.span,
        source_text: line.source_text.clone(),
        text: line.text.clone(),
        engine: line.engine.clone(),
        voice: line.voice.clone(),
        gender: line.gender,
        budget: None,
    };
    cx.stage("translation", Some(to), key, summary, |_, _| {
        Ok(Translation { lines: lines.iter().map(target).collect(), notes: Vec::new() })
    })
}

fn translate(
    cx: &Context<'_>,
    transcript: &Transcript,
    voices: &[VoiceChoice],
    to: &Language,
) -> Result<Translation, PipelineError> {
    let lines = &transcript.lines;
    let options = cx.job.told();
    let budgets = budget::budgets(cx, lines, voices, to)?;
    let translator = Translator::open(cx.engines.models(), &transcript.language, to, &options)?;
    let sources = sources(transcript, &options, &budgets);
    let watch = Onlooker { cancel: cx.cancel, observer: cx.observer, language: to };
    let mut translated = translator.translate(&sources, &watch)?;
    translated.iter_mut().zip(&budgets).for_each(|(line, budget)| fit(line, *budget, to));
    let mut notes: Vec<String> = translated
        .iter()
        .enumerate()
        .filter(|(_, t)| !t.issues.is_empty())
        .map(|(i, t)| format!("line {}: look at the translation ({})", i + 1, issues(t)))
        .collect();
    if notes.len() > 5 {
        let more = notes.len() - 5;
        notes.truncate(5);
        notes.push(format!("{more} more lines whose translation should be looked at"));
    }
    notes.splice(0..0, translator.notes());
    notes.extend(strangers(transcript, &options));
    let target = |((line, translated), budget): ((&Line, Translated), &Option<usize>)| TargetLine {
        speaker: line.speaker.clone(),
        span: line.span,
        source_text: line.text.clone(),
        text: translated.text,
        engine: translated.engine,
        voice: None,
        gender: None,
        budget: *budget,
    };
    Ok(Translation { lines: lines.iter().zip(translated).zip(&budgets).map(target).collect(), notes })
}

/// A shorter text for a line that is over its budget, where there is one.
fn fit(line: &mut Translated, budget: Option<usize>, to: &Language) {
    if let Some(shorter) = budget.and_then(|b| length::within(&line.text, to, b)) {
        line.text = shorter;
    }
}

/// Translates one of the reviewed lines anew from what was said, as the job's register and the line's own gender want it.
/// Also gives what cannot be followed.
pub(crate) fn again(
    cx: &Context<'_>,
    heard: &Transcript,
    voices: &[VoiceChoice],
    to: &Language,
    index: usize,
) -> Result<(Translated, Vec<String>), PipelineError> {
    let reviewed = cx.job.reviewed.as_deref().unwrap_or_default();
    let line = |(index, line): (usize, &ReviewedLine)| Line {
        index,
        speaker: line.speaker.clone(),
        span: line.span,
        text: line.source_text.clone(),
        words: Vec::new(),
    };
    let transcript = Transcript { lines: reviewed.iter().enumerate().map(line).collect(), ..heard.clone() };
    let options = cx.job.told();
    let budgets = budget::budgets(cx, &transcript.lines, voices, to)?;
    let mut sources = sources(&transcript, &options, &budgets);
    for (source, line) in sources.iter_mut().zip(reviewed) {
        source.gender = line.gender.or(source.gender);
    }
    let translator = Translator::open(cx.engines.models(), &transcript.language, to, &options)?;
    let range = joins::together(&sources, index);
    let watch = Onlooker { cancel: cx.cancel, observer: cx.observer, language: to };
    let made = translator.translate(&sources[range.clone()], &watch)?.into_iter().nth(index - range.start);
    let mut made = made.ok_or_else(|| PipelineError::Artifact(format!("there is no line {index}")))?;
    fit(&mut made, budgets[index], to);
    Ok((made, translator.notes()))
}

/// Lets the translation hear of a stop, and the observer of its progress.
struct Onlooker<'a> {
    cancel: &'a Cancel,
    observer: &'a dyn Observer,
    language: &'a Language,
}

impl redub_translate::Watch for Onlooker<'_> {
    fn stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn progress(&self, fraction: f32) {
        self.observer.event(Event::Progress {
            stage: "translation",
            language: Some(self.language),
            fraction,
        });
    }
}

/// The lines with what is known about the people in them.
fn sources(transcript: &Transcript, options: &Options, budgets: &[Option<usize>]) -> Vec<SourceLine> {
    let gender = |id: &str| {
        let told = options.genders.iter().find(|(speaker, _)| speaker == id).map(|(_, gender)| *gender);
        told.or_else(|| transcript.speaker(id).and_then(|s| s.gender))
    };
    // Of two people each speaks to the other; among more, or alone, nobody can tell.
    let listener = |id: &str| match &transcript.speakers[..] {
        [one, other] if one.id == id => gender(&other.id),
        [one, other] if other.id == id => gender(&one.id),
        _ => None,
    };
    let source = |(line, budget): (&Line, &Option<usize>)| SourceLine {
        gender: gender(&line.speaker),
        addressee: listener(&line.speaker),
        budget: *budget,
        ..SourceLine::new(line.text.clone(), line.speaker.clone(), line.index)
    };
    transcript.lines.iter().zip(budgets).map(source).collect()
}

/// Says which of the named speakers nobody was heard to be.
fn strangers(transcript: &Transcript, options: &Options) -> Option<String> {
    let unknown = options.genders.iter().filter(|(id, _)| transcript.speaker(id).is_none());
    let unknown: Vec<&str> = unknown.map(|(id, _)| id.as_str()).collect();
    let heard: Vec<&str> = transcript.speakers.iter().map(|s| s.id.as_str()).collect();
    (!unknown.is_empty())
        .then(|| format!("no speaker is named {}; there is {}", unknown.join(", "), heard.join(", ")))
}

fn issues(translated: &Translated) -> String {
    translated.issues.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The user's target text: a cue that stands where a line stands takes the line's place and speaker.
fn from_captions(lines: &[Line], cues: &[Cue]) -> Translation {
    let target = |cue: &Cue| {
        let near = |l: &&Line| (l.span.overlap(&cue.span), -(l.span.start - cue.span.start).abs());
        let line =
            lines.iter().max_by(|a, b| near(a).0.total_cmp(&near(b).0).then(near(a).1.total_cmp(&near(b).1)));
        // A caption written by us repeats its line's times to the millisecond: the exact place is the line's.
        let same = line.filter(|l| (l.span.start - cue.span.start).abs() < 0.05);
        let alone = same.filter(|l| cues.iter().filter(|c| c.span.overlap(&l.span) > 0.05).count() == 1);
        TargetLine {
            speaker: line.map_or_else(|| "S1".to_owned(), |l| l.speaker.clone()),
            span: alone.map_or(cue.span, |l| l.span),
            source_text: line.map(|l| l.text.clone()).unwrap_or_default(),
            text: cue.text.clone(),
            engine: "captions".to_owned(),
            voice: None,
            gender: None,
            budget: None,
        }
    };
    Translation { lines: cues.iter().map(target).collect(), notes: Vec::new() }
}
