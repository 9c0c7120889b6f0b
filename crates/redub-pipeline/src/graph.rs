//! The order of the stages: the source's once, then each language's.

use std::thread;

use redub_core::Language;
use redub_core::report::{Output, Report};

use crate::context::Context;
use crate::engines::Engines;
use crate::error::PipelineError;
use crate::job::{Job, Mode};
use crate::observer::{Cancel, Observer};
use crate::record;
use crate::stages::faces::Seen;
use crate::stages::intake::Intake;
use crate::stages::stems::Stems;
use crate::stages::transcript::Heard;
use crate::stages::{
    self, bank, faces, intake, judge, likeness, mix, mouth, neural, own_dub, own_voice, render, report,
    speech, stems, timing, transcript, translation, turns, voices,
};
use crate::store::{Artifact, Store};

/// Dubs `job` into all its languages and writes the results into its folder; gives the report that lies beside
/// them. Stages whose results are in `store` are not run again.
///
/// # Errors
/// Whatever stopped the job; finished stages stay in the store, so that the next run goes on from there.
pub fn run(
    job: &Job,
    engines: &Engines,
    store: &Store,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Report, PipelineError> {
    let (cx, intake) = open(job, engines, store, observer, cancel)?;
    if job.audio.is_some() {
        let seen = look(&cx, &intake)?;
        return report::write(&cx, &[lip_sync(&cx, &intake, seen.as_ref())?]);
    }
    let source = source(&cx, &intake)?;
    let mut ledger = cx.ledger();
    let mut outputs = Vec::new();
    let mut report = Report::default();
    for to in &job.targets {
        outputs.push(language(&cx, &source, to)?);
        // At once: should a later language fail, this one is whole.
        report = report::write(&cx, &outputs)?;
        ledger.seconds.values_mut().for_each(|s| *s = 0.0);
        ledger.cached = ledger.seconds.keys().cloned().collect();
        cx.restore(ledger.clone());
    }
    Ok(report)
}

/// The context of a job whose source was taken in.
pub(crate) fn open<'a>(
    job: &'a Job,
    engines: &'a Engines,
    store: &'a Store,
    observer: &'a dyn Observer,
    cancel: &'a Cancel,
) -> Result<(Context<'a>, Artifact<Intake>), PipelineError> {
    let mut cx = Context::new(job, engines, store, observer, cancel);
    // Asked before hours of work, not after.
    neural::chosen(&cx)?;
    own_voice::cloner(&cx)?;
    let intake = intake::run(&cx)?;
    cx.seconds = intake.value.seconds;
    Ok((cx, intake))
}

/// What is done once per video.
pub(crate) struct Source {
    pub intake: Artifact<Intake>,
    pub stems: Artifact<Stems>,
    pub heard: Artifact<Heard>,
    pub seen: Option<Artifact<Seen>>,
}

/// Listening and looking need nothing of each other and go side by side.
pub(crate) fn source(cx: &Context<'_>, intake: &Artifact<Intake>) -> Result<Source, PipelineError> {
    let (seen, listened) = thread::scope(|scope| {
        let looking = scope.spawn(|| look(cx, intake));
        let listened = listen(cx, intake);
        if listened.is_err() {
            cx.cancel_looking();
        }
        (looking.join(), listened)
    });
    let (stems, heard) = listened?;
    let seen = seen.map_err(|_| PipelineError::Artifact("the face tracker ended unexpectedly".into()))??;
    Ok(Source { intake: intake.clone(), stems, heard, seen })
}

pub(crate) fn listen(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
) -> Result<(Artifact<Stems>, Artifact<Heard>), PipelineError> {
    let stems = stems::run(cx, intake)?;
    let turns = turns::run(cx, &stems)?;
    let heard = transcript::run(cx, intake, &stems, &turns)?;
    Ok((stems, heard))
}

/// Faces, where there is a picture and its mouths are to be moved.
fn look(cx: &Context<'_>, intake: &Artifact<Intake>) -> Result<Option<Artifact<Seen>>, PipelineError> {
    if intake.value.info.video.is_none() || cx.job.audio_only {
        return Ok(None);
    }
    let seen = faces::run(cx, intake)?;
    if cx.job.mode == Mode::Precision && seen.value.tracks > 0 && neural::chosen(cx)?.is_none() {
        // Here rather than where it is read first: beside the listening it costs no time.
        bank::run(cx, intake, &seen)?;
    }
    Ok(Some(seen))
}

/// One language, from its text to its report.
fn language(cx: &Context<'_>, source: &Source, to: &Language) -> Result<Output, PipelineError> {
    let Source { intake, stems, heard, .. } = source;
    // First: how many characters fit into a line depends on who speaks it.
    let voices = voices::run(cx, stems, heard, to)?;
    let translation = translation::run(cx, intake, heard, &voices, to)?;
    let own = own_voice::run(cx, stems, heard, &voices.value)?;
    let lines = speech::run(cx, &translation, &voices, &own, heard, to)?;
    let timing = timing::run(cx, &lines, to)?;
    let mix = mix::run(cx, intake, stems, heard, &lines, &timing, to)?;
    let dub = stages::Dub {
        lines: stages::lines_of(&lines, &timing.value),
        retime: timing.value.retime.clone(),
        sound: mix::path(&mix),
        voice: mix.dir.join(mix::DUB),
        hearing: stems.dir.join(stems::HEARING),
        key: mix.key.clone(),
    };
    let mouth = match &source.seen {
        Some(seen) => {
            // Asked for the lines that are spoken: captions given by the user need not stand where lines were heard.
            let spans: Vec<_> = lines.iter().map(|l| (l.target.span, l.target.speaker.clone())).collect();
            let talking = faces::talking(cx, intake, seen, &spans, Some((&heard.key, stems)))?;
            Some(mouth::run(cx, intake, seen, &talking, &dub, to)?)
        }
        None => None,
    };
    let rendered = render::run(cx, intake, source.seen.as_ref(), mouth.as_ref(), &dub, to)?;
    let judged = judge::run(cx, intake, source.seen.as_ref(), mouth.as_ref(), &dub, &rendered, to);
    let judged = advisory(cx, "the finished picture could not be judged", judged)?;
    let likeness = likeness::run(cx, stems, heard, &lines, &timing, &mix);
    let likeness = advisory(cx, "the voices could not be compared", likeness)?;
    record::write(cx, to, intake, source.seen.as_ref(), mouth.as_ref(), judged.as_ref(), &rendered);
    let picture = report::Picture { mouth: mouth.as_ref(), judged: judged.as_ref(), rendered: &rendered };
    let sound = report::Sound { stems, heard, lines: &lines, timing: &timing, mix: &mix, likeness };
    Ok(report::dubbed(cx, intake, &sound, &picture, to))
}

/// A dub given by the user: only the lips are moved to it.
fn lip_sync(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: Option<&Artifact<Seen>>,
) -> Result<Output, PipelineError> {
    let own = own_dub::run(cx, intake, cx.job.targets.first())?;
    let to = &own.value.language;
    let dub = own_dub::dub(cx, &own, intake.dir.join(intake::HEARING));
    let speakers = own.value.lines.iter().map(|l| l.speaker.clone());
    let lines: Vec<_> = dub.lines.iter().map(|l| l.source).zip(speakers).collect();
    let mouth = match seen {
        Some(seen) => {
            let talking = faces::talking(cx, intake, seen, &lines, None)?;
            Some(mouth::run(cx, intake, seen, &talking, &dub, to)?)
        }
        None => None,
    };
    let rendered = render::run(cx, intake, seen, mouth.as_ref(), &dub, to)?;
    let judged = judge::run(cx, intake, seen, mouth.as_ref(), &dub, &rendered, to);
    let judged = advisory(cx, "the finished picture could not be judged", judged)?;
    record::write(cx, to, intake, seen, mouth.as_ref(), judged.as_ref(), &rendered);
    let picture = report::Picture { mouth: mouth.as_ref(), judged: judged.as_ref(), rendered: &rendered };
    Ok(report::lip_sync(cx, intake, &own, &picture, to))
}

/// Figures are not worth failing a finished dub for: what went wrong becomes a warning.
fn advisory<T: Default>(
    cx: &Context<'_>,
    what: &str,
    result: Result<T, PipelineError>,
) -> Result<T, PipelineError> {
    match result {
        Err(PipelineError::Interrupted) => Err(PipelineError::Interrupted),
        Err(error) => {
            cx.warn(format!("{what}: {error}"));
            Ok(T::default())
        }
        fine => fine,
    }
}
