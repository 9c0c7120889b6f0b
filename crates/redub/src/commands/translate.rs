//! `redub translate`: from what was typed to a job, and from its results to what is printed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use redub_core::captions::{Cue, parse_srt, parse_vtt};
use redub_models::{Catalog, ModelStore};
use redub_pipeline::{Cancel, Engines, Job, Mode, SrtRole, Store};

use redub_speech::phonemes::Lexicon;

use super::input::{self, Input};
use super::voices::learnt;
use crate::args::{ModeArg, SrtRoleArg, TranslateArgs, WhenArg};
use crate::printer::{INTERRUPTED, Printer, usage};
use crate::progress::StageProgress;
use crate::settings::Settings;

/// Dubs.
///
/// # Errors
/// Whatever stopped the job.
pub fn run(args: TranslateArgs, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    check(&args)?;
    let srt = args.srt.as_deref().map(read_captions).transpose()?;
    let input = input::local(&args.input, settings, printer)?;
    let translation = super::translation::options(&args.translation, settings, printer)?;
    let lexicon = args.lexicon.as_deref().map(read_lexicon).transpose()?;
    let (saved_voices, voices) = learnt::pinned(&args.voice, settings)?;
    let job = Job { lexicon, saved_voices, voices, ..job(&args, input, srt, translation) };
    perform(&job, args.dry_run, args.json, settings, printer)
}

/// Runs a job (or, `dry`, says what it would take) and prints where its results are.
///
/// # Errors
/// Whatever stopped the job.
pub fn perform(
    job: &Job,
    dry: bool,
    json: bool,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let models = Arc::new(ModelStore::new(&settings.models_dir.value));
    let catalog = Catalog::load(settings.catalog().as_deref())?;
    if dry {
        return dry_run(job, &models, &catalog, json, printer);
    }
    let estimate = redub_pipeline::preflight(job, &models, &catalog)?;
    warn_of_little_disk(job, settings, estimate.disk_mb, printer);
    let store = Store::open(&settings.cache_dir.value)?;
    let cancel = Arc::new(Cancel::default());
    stop_on_signals(cancel.clone(), *printer)?;
    let progress = StageProgress::new(*printer);
    let engines = Engines::new(models, catalog)
        .with_mouth_model(settings.mouth_model.value.clone())
        .with_clone_model(settings.clone_model.value.clone());
    let report = redub_pipeline::run(job, &engines, &store, &progress, &cancel)?;
    if json {
        printer.json(&report)?;
    } else {
        for output in &report.outputs {
            printer.data(&job.output.join(&output.file).display().to_string());
        }
    }
    printer.note(&format!("report: {}", job.output.join("report.html").display()));
    Ok(ExitCode::SUCCESS)
}

/// What the argument parser cannot check by itself.
fn check(args: &TranslateArgs) -> anyhow::Result<()> {
    check_part(args.start, args.end)?;
    let one_text = args.srt_role == Some(SrtRoleArg::Output) || args.audio.is_some();
    if one_text && args.targets().len() > 1 {
        return Err(usage("--srt-role output and --audio hold one language: give a single one with --to"));
    }
    if args.burn_captions && args.translate_audio_only {
        return Err(usage(
            "--burn-captions draws into the picture, which --translate-audio-only leaves as it is: choose one",
        ));
    }
    Ok(())
}

/// A part must end behind its start.
///
/// # Errors
/// One that does not.
pub fn check_part(start: Option<f64>, end: Option<f64>) -> anyhow::Result<()> {
    match (start, end) {
        (Some(start), Some(end)) if end <= start => {
            Err(usage(format!("--end {end} is not after --start {start}: give an end behind the start")))
        }
        _ => Ok(()),
    }
}

fn read_captions(path: &Path) -> anyhow::Result<Vec<Cue>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow::anyhow!("{} is not UTF-8 text: save it as UTF-8", path.display()))?;
    let vtt = text.trim_start_matches('\u{feff}').starts_with("WEBVTT");
    let cues = if vtt { parse_vtt(&text) } else { parse_srt(&text) };
    cues.with_context(|| format!("cannot understand {}", path.display()))
}

fn read_lexicon(path: &Path) -> anyhow::Result<Arc<Lexicon>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lexicon = Lexicon::parse(&text).with_context(|| format!("cannot understand {}", path.display()))?;
    Ok(Arc::new(lexicon))
}

fn job(
    args: &TranslateArgs,
    input: Input,
    srt: Option<Vec<Cue>>,
    translation: redub_translate::Options,
) -> Job {
    let Input { path: input, name } = input;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}-redub")));
    let role = args.srt_role.map(|r| if r == SrtRoleArg::Input { SrtRole::Input } else { SrtRole::Output });
    Job {
        targets: args.targets(),
        mode: if args.mode == ModeArg::Speed { Mode::Speed } else { Mode::Precision },
        from: args.from.clone(),
        speaker_num: args.speaker_num.map(usize::from),
        audio_only: args.translate_audio_only,
        captions: args.captions,
        burn_captions: args.burn_captions,
        dynamic_duration: !args.no_dynamic_duration,
        disable_music: args.disable_music_track,
        enhance_speech: args.enhance_speech,
        keep_same_format: args.keep_the_same_format,
        start: args.start,
        end: args.end,
        srt: srt.zip(role),
        audio: args.audio.clone(),
        stock_voice: args.stock_voice.clone(),
        fit_voices: match args.fit_voices {
            WhenArg::Auto => args.mode == ModeArg::Precision,
            WhenArg::Always => true,
            WhenArg::Never => false,
        },
        watermark: args.watermark,
        extra_audio_track: args.extra_audio_track,
        translation,
        ..Job::new(input, name, output)
    }
}

/// Says so when the disk will hardly hold what the run needs.
fn warn_of_little_disk(job: &Job, settings: &Settings, needed_mb: f64, printer: &Printer) {
    for folder in [settings.cache_dir.value.as_path(), job.output.as_path()] {
        let existing = folder.ancestors().find(|f| f.is_dir()).unwrap_or(Path::new("."));
        let Ok(free) = fs4::available_space(existing) else { continue };
        let free_mb = free as f64 / 1e6;
        if free_mb < needed_mb {
            printer.warn(&format!(
                "about {needed_mb:.0} MB are needed, but {free_mb:.0} MB are free at {}",
                existing.display()
            ));
        }
    }
}

fn dry_run(
    job: &Job,
    models: &ModelStore,
    catalog: &Catalog,
    json: bool,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let estimate = redub_pipeline::estimate(job, models, catalog)?;
    if json {
        printer.json(&estimate)?;
        return Ok(ExitCode::SUCCESS);
    }
    for stage in &estimate.stages {
        let language = stage.language.as_ref().map_or(String::new(), |l| format!(" [{l}]"));
        printer.data(&format!("{:<22} about {:>6.1} s", format!("{}{language}", stage.stage), stage.seconds));
    }
    for model in &estimate.models {
        let state = if model.installed { "installed" } else { "missing" };
        printer.data(&format!("model {:<24} {state}", model.name));
    }
    printer
        .data(&format!("about {:.1} minutes of work, {:.0} MB of disk", estimate.minutes, estimate.disk_mb));
    if estimate.models.iter().any(|m| !m.installed) {
        printer.note("get the missing models with: redub models pull");
    }
    Ok(ExitCode::SUCCESS)
}

/// The first Ctrl-C stops at the next safe point, the second at once.
///
/// # Errors
/// A handler that the system refuses.
pub fn stop_on_signals(cancel: Arc<Cancel>, printer: Printer) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            redub_media::end_children();
            std::process::exit(INTERRUPTED.into());
        }
        cancel.cancel();
        printer.note("stopping at the next safe point; press Ctrl-C again to stop at once");
    })
    .context("cannot watch for Ctrl-C")
}
