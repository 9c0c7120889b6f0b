//! One job through the pipeline.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use redub_core::Language;
use redub_media::mux::{AudioPart, MuxPlan, VideoPart, mux};
use redub_media::{Container, MediaInfo};
use redub_pipeline::{Cancel, Job, PipelineError, Prepared};

use super::explain::Failure;
use super::inputs::Inputs;
use super::tracker::Tracker;
use super::{FpsMode, JobRow, Kind, Mode, SrtRole};
use crate::state::App;

/// Base name of the files a run writes; people see the title instead.
const NAME: &str = "video";

/// What came out of a job.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A finished file.
    Video(Made),
    /// A session to review.
    Session(Box<Prepared>),
}

/// The files of a finished job, in its folder.
#[derive(Debug)]
pub(super) struct Made {
    /// Folder they lie in.
    pub folder: PathBuf,
    /// Seconds of the result.
    pub duration: f64,
    /// Language of the source.
    pub input_language: Option<Language>,
    /// The video (the sound where the source has no picture).
    pub video: String,
    /// The sound alone.
    pub audio: String,
    /// SRT captions.
    pub srt: String,
    /// WebVTT captions.
    pub vtt: String,
}

/// Why a job did not come to its end.
#[derive(Debug)]
pub(super) enum Stopped {
    /// It failed.
    Failed(Failure),
    /// It was told to stop.
    Interrupted,
}

impl From<PipelineError> for Stopped {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Interrupted => Self::Interrupted,
            error => Self::Failed(Failure::from(&error)),
        }
    }
}

/// The pipeline's words for a stored job. `output` is the folder for its results.
pub fn pipeline_job(job: &JobRow, video: PathBuf, output: PathBuf) -> Job {
    let spec = &job.spec;
    Job {
        targets: spec.to.iter().cloned().collect(),
        mode: match spec.mode {
            Mode::Speed => redub_pipeline::Mode::Speed,
            Mode::Precision => redub_pipeline::Mode::Precision,
        },
        from: spec.from.clone(),
        speaker_num: spec.speaker_num,
        audio_only: spec.audio_only,
        captions: spec.captions,
        caption_files: true,
        dynamic_duration: spec.dynamic_duration,
        disable_music: spec.disable_music,
        enhance_speech: spec.enhance_speech,
        keep_same_format: spec.keep_same_format,
        start: spec.start,
        end: spec.end,
        stock_voice: spec.stock_voices.as_ref().map(|_| None),
        fit_voices: spec.mode == Mode::Precision,
        preferred_voices: spec.stock_voices.clone().unwrap_or_default(),
        reviewed: spec.reviewed.clone(),
        watermark: spec.watermark,
        fps_mode: spec.fps_mode.map(|mode| match mode {
            FpsMode::Vfr => redub_pipeline::FpsMode::Vfr,
            FpsMode::Cfr => redub_pipeline::FpsMode::Cfr,
            FpsMode::Passthrough => redub_pipeline::FpsMode::Passthrough,
        }),
        ..Job::new(video, NAME.to_owned(), output)
    }
}

/// Runs a job on its files; blocks.
pub(super) fn run(
    app: &App,
    row: &JobRow,
    inputs: Inputs,
    output: PathBuf,
    tracker: &Tracker,
    cancel: &Arc<Cancel>,
) -> Result<Outcome, Stopped> {
    let mut job = pipeline_job(row, inputs.video, output);
    job.audio = inputs.audio;
    job.translation.glossary = inputs.glossary;
    job.srt = inputs.srt.map(|cues| {
        let output = row.spec.srt_role == Some(SrtRole::Output);
        (cues, if output { redub_pipeline::SrtRole::Output } else { redub_pipeline::SrtRole::Input })
    });
    let estimate = redub_pipeline::preflight(&job, &app.models, &app.catalog)?;
    if row.kind == Kind::Proofread {
        tracker.expect(&estimate, |stage| !AFTER_REVIEW.contains(&stage));
        let prepared = redub_pipeline::prepare(&job, &app.engines, &app.store, tracker, cancel)?;
        return Ok(Outcome::Session(Box::new(prepared)));
    }
    tracker.expect(&estimate, |_| true);
    let report = redub_pipeline::run(&job, &app.engines, &app.store, tracker, cancel)?;
    cancel.check()?;
    let made = report.outputs.last().ok_or_else(|| internal("the run left no result"))?;
    let base = format!("{NAME}.{}", made.language);
    let video = made.file.clone();
    let audio = sound(&job.output, &video, &made.language)?;
    let input_language =
        made.input_language.parse().ok().filter(|_| row.kind == Kind::Translation && job.audio.is_none());
    Ok(Outcome::Video(Made {
        duration: made.output_seconds,
        input_language,
        video,
        audio,
        srt: format!("{base}.srt"),
        vtt: format!("{base}.vtt"),
        folder: job.output,
    }))
}

/// Stages that a session does not run.
const AFTER_REVIEW: [&str; 6] = ["speech", "timing", "mix", "mouth", "render", "report"];

fn internal(what: impl std::fmt::Display) -> Stopped {
    Stopped::Failed(Failure::internal(what.to_string()))
}

/// The finished sound as a file of its own; the file itself where it is sound alone.
fn sound(folder: &Path, video: &str, language: &str) -> Result<String, Stopped> {
    let path = folder.join(video);
    let info: MediaInfo = redub_media::probe(&path).map_err(PipelineError::from)?;
    if info.video.is_none() {
        return Ok(video.to_owned());
    }
    let name = format!("{NAME}.{language}.m4a");
    let plan = MuxPlan {
        video: VideoPart::None,
        audio: vec![AudioPart { path, language: Some(language.to_owned()), title: None, default: true }],
        keep_original_audio: None,
        captions: Vec::new(),
        metadata_from: None,
        provenance: Vec::new(),
        container: Container::M4a,
        audio_codec: None,
    };
    mux(&plan, &folder.join(&name)).map_err(PipelineError::from)?;
    Ok(name)
}
