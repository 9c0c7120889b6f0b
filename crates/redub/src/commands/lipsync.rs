//! `redub lipsync`: a finished dub and a video in, the video with moved lips out.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use redub_pipeline::{Job, Mode};

use super::input;
use super::translate::{check_part, perform};
use crate::args::{LipsyncArgs, ModeArg};
use crate::printer::Printer;
use crate::settings::Settings;

/// Moves the lips.
///
/// # Errors
/// Whatever stopped the job.
pub fn run(args: LipsyncArgs, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    check_part(args.start, args.end)?;
    if !args.audio.is_file() {
        bail!("there is no file {}: give the dub as a sound or video file", args.audio.display());
    }
    let input::Input { path, name } = input::local(&args.input, settings, printer)?;
    if redub_media::probe(&path)?.video.is_none() {
        bail!("{} has no picture: there are no lips to move", path.display());
    }
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-redub")));
    let job = Job {
        targets: args.language.into_iter().collect(),
        mode: if args.mode == ModeArg::Speed { Mode::Speed } else { Mode::Precision },
        captions: args.captions,
        dynamic_duration: false,
        keep_same_format: args.keep_the_same_format,
        start: args.start,
        end: args.end,
        audio: Some(args.audio),
        extra_audio_track: args.extra_audio_track,
        ..Job::new(path, name, output)
    };
    perform(&job, args.dry_run, args.json, settings, printer)
}
