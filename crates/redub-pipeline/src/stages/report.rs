//! Stage 13: the figures, `report.json` and `report.html`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use redub_core::Language;
use redub_core::report::{AvCorrelation, LineDetail, Output, Report, Room, VoiceSimilarity};
use redub_speech::room::Reverb;

use super::intake::Intake;
use super::judge::Judged;
use super::mix::Mix;
use super::mouth::Mouth;
use super::own_dub::OwnDub;
use super::render::Rendered;
use super::speech::DubLine;
use super::stems::Stems;
use super::timing::Timing;
use super::transcript::Heard;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::Artifact;
use crate::{memory, report};

/// Version of report.json's layout.
const SCHEMA: u32 = 1;

/// What was drawn.
pub(crate) struct Picture<'a> {
    pub mouth: Option<&'a Artifact<Mouth>>,
    pub judged: Option<&'a Artifact<Judged>>,
    pub rendered: &'a Artifact<Rendered>,
}

/// What was heard and spoken.
pub(crate) struct Sound<'a> {
    pub stems: &'a Artifact<Stems>,
    pub heard: &'a Artifact<Heard>,
    pub lines: &'a [DubLine],
    pub timing: &'a Artifact<Timing>,
    pub mix: &'a Artifact<Mix>,
    pub likeness: VoiceSimilarity,
}

/// The figures of one language.
pub(crate) fn dubbed(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    sound: &Sound<'_>,
    picture: &Picture<'_>,
    to: &Language,
) -> Output {
    let mut output = common(cx, intake, picture, to);
    output.warnings.extend(sound.stems.value.note.clone());
    let (lines, transcript) = (sound.lines, &sound.heard.value.transcript);
    output.input_language = transcript.language.to_string();
    output.speakers = transcript.speakers.len();
    output.lines = lines.len();
    output.details = details(lines, sound.timing, sound.mix);
    for line in lines {
        *output.translation_engine.entry(line.target.engine.clone()).or_default() += 1;
    }
    let words: usize = lines.iter().map(|l| l.spoken.words).sum();
    let errors: f64 = lines.iter().map(|l| l.spoken.error_rate * l.spoken.words as f64).sum();
    output.listen_back_wer = (words > 0).then(|| errors / words as f64);
    output.start_drift_ms_max = output.details.iter().map(|l| l.drift_ms.abs()).reduce(f64::max);
    let within = output.details.iter().filter(|l| (0.85..=1.20).contains(&l.speed_factor)).count();
    output.speed_factor_within = (!lines.is_empty()).then(|| within as f64 / lines.len() as f64);
    let natural: f64 = lines.iter().map(|l| l.spoken.natural_seconds).sum();
    let spoken: f64 = lines.iter().map(|l| l.target.span.seconds()).sum();
    let ratios: Vec<f64> = output.details.iter().filter_map(|l| l.budget_ratio).collect();
    let fitting = ratios.iter().filter(|r| **r <= 1.10).count();
    output.within_budget = (!ratios.is_empty()).then(|| fitting as f64 / ratios.len() as f64);
    output.length_ratio = (spoken > 0.0).then(|| natural / spoken);
    output.loudness_difference_lu = sound.mix.value.loudness.zip(intake.value.loudness).map(|(a, b)| a - b);
    output.voice_similarity = sound.likeness.clone();
    output.rooms =
        sound.mix.value.rooms.iter().map(|(speaker, room)| (speaker.clone(), room_of(*room))).collect();
    explain_missing(&mut output);
    output
}

/// The figures of a video whose lips were moved to the user's own dub.
pub(crate) fn lip_sync(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    own: &Artifact<OwnDub>,
    picture: &Picture<'_>,
    to: &Language,
) -> Output {
    let mut output = common(cx, intake, picture, to);
    output.lines = own.value.lines.len();
    output.input_language = to.to_string();
    let source = |time: f64| time / own.value.stretch;
    let detail = |(index, line): (usize, &super::own_dub::OwnLine)| LineDetail {
        index,
        speaker: line.speaker.clone(),
        target_text: line.text.clone(),
        source: (source(line.span.start), source(line.span.end)),
        dub: (line.span.start, line.span.end),
        speed_factor: 1.0,
        engine: "given".into(),
        ..LineDetail::default()
    };
    output.details = own.value.lines.iter().enumerate().map(detail).collect();
    output.loudness_difference_lu = own.value.loudness.zip(intake.value.loudness).map(|(a, b)| a - b);
    output.warnings.push("the speech was given: nothing was translated, spoken or listened back to".into());
    explain_missing(&mut output);
    output
}

/// What every output has.
fn common(cx: &Context<'_>, intake: &Artifact<Intake>, picture: &Picture<'_>, to: &Language) -> Output {
    let ledger = cx.ledger();
    let rendered = &picture.rendered.value;
    let mut output = Output {
        language: to.to_string(),
        mode: cx.job.mode.as_str().into(),
        file: rendered.output_name.clone(),
        video_seconds: intake.value.seconds,
        output_seconds: rendered.seconds,
        elapsed_seconds: cx.lap(),
        work_seconds: ledger.seconds.values().sum(),
        stage_seconds: ledger.seconds,
        cached_stages: ledger.cached,
        peak_memory_mb: memory::peak_mb(),
        warnings: ledger.warnings,
        ..Output::default()
    };
    output.warnings.extend(rendered.notes.clone());
    match picture.mouth {
        Some(mouth) => {
            let figures = &mouth.value;
            output.mouth_renderer = (figures.frames_rerendered > 0).then(|| figures.renderer.clone());
            output.frames_rerendered = figures.frames_rerendered;
            output.frames_kept = figures.frames_kept.clone();
            output.warnings.extend(figures.notes.clone());
        }
        None => {
            let reason = if cx.job.audio_only { "audio_only" } else { "no_picture" };
            output.frames_kept = BTreeMap::from([(reason.to_owned(), intake.value.frame_times.len())]);
        }
    }
    if let Some(judged) = picture.judged {
        let figures = &judged.value.figures;
        output.av_correlation = av(&judged.value);
        // A bit-exact picture has an infinite ratio, which JSON cannot say: 100 dB stands for it.
        let decibel = |v: f32| f64::from(v.min(100.0));
        output.closure = figures.closure.map(f64::from);
        output.aperture_correlation = figures.aperture_correlation.map(f64::from);
        output.untouched_psnr_db = figures.untouched_psnr_db.map(decibel);
        output.jitter_ratio = figures.jitter_ratio.map(f64::from);
        output.sharpness_ratio = figures.sharpness_ratio.map(f64::from);
        output.seam_ratio = figures.seam_ratio.map(f64::from);
    }
    output
}

/// Characters of a line over those that fit.
fn budget_ratio(line: &DubLine) -> Option<f64> {
    let budget = line.target.budget.filter(|b| *b > 0)?;
    Some(line.target.text.chars().count() as f64 / budget as f64)
}

/// How sound and lips go together.
fn av(judged: &Judged) -> AvCorrelation {
    AvCorrelation {
        own: judged.own.map(|fit| fit.at_zero.into()),
        result: judged.result.map(|fit| fit.at_zero.into()),
        lag_ms: judged.result.map(|fit| fit.lag_ms.into()),
    }
}

fn room_of(room: Reverb) -> Room {
    // Whole hundredths: a figure for readers, not the float it is kept in.
    let round = |value: f32| (f64::from(value) * 100.0).round() / 100.0;
    Room { seconds: round(room.seconds), level_db: round(room.level_db) }
}

fn details(lines: &[DubLine], timing: &Artifact<Timing>, mix: &Artifact<Mix>) -> Vec<LineDetail> {
    let detail = |(index, line): (usize, &DubLine)| {
        let timed = &timing.value.lines[index];
        let place = timing.value.retime.forward(line.target.span.start);
        let onset = mix.value.onsets.get(index).copied().unwrap_or(timed.span.start);
        LineDetail {
            index,
            speaker: line.target.speaker.clone(),
            voice: line.voice.clone(),
            source_text: line.target.source_text.clone(),
            target_text: line.target.text.clone(),
            heard: Some(line.spoken.heard.clone()),
            source: (line.target.span.start, line.target.span.end),
            dub: (timed.span.start, timed.span.end),
            speed_factor: timed.speed_factor,
            drift_ms: (onset - place) * 1000.0,
            error_rate: Some(line.spoken.error_rate),
            own_voice: line.spoken.own_voice,
            budget: line.target.budget,
            budget_ratio: budget_ratio(line),
            engine: line.target.engine.clone(),
        }
    };
    lines.iter().enumerate().map(detail).collect()
}

/// Says why a figure is missing.
fn explain_missing(output: &mut Output) {
    let drawn = output.frames_rerendered > 0;
    if !drawn {
        output.warnings.push("no frame was re-rendered, so there are no figures of the mouth".into());
    }
    let mut missing = Vec::new();
    let figures = [
        ("closure", output.closure),
        ("aperture_correlation", output.aperture_correlation),
        ("jitter_ratio", output.jitter_ratio),
        ("sharpness_ratio", output.sharpness_ratio),
        ("seam_ratio", output.seam_ratio),
        ("untouched_psnr_db", output.untouched_psnr_db),
    ];
    missing.extend(figures.iter().filter(|(_, value)| drawn && value.is_none()).map(|(name, _)| *name));
    if !missing.is_empty() {
        let names = missing.join(", ");
        output.warnings.push(format!("{names}: too few re-rendered frames or p b m sounds to measure"));
    }
    if output.voice_similarity.ge2e.is_none() {
        output.warnings.push("voice_similarity: less than a second of speech to compare".into());
    }
    if drawn && output.av_correlation.result.is_none() {
        let why = "sound and lips are compared from 10 s of video and 5 s of re-rendered speech on";
        output.warnings.push(format!("av_correlation: {why}"));
    }
}

/// Writes the report into the job's folder. Other languages of the same source that lie there stay in it.
pub(crate) fn write(cx: &Context<'_>, outputs: &[Output]) -> Result<Report, PipelineError> {
    let folder = &cx.job.output;
    let source = cx.job.input.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut all: Vec<Output> = earlier(folder, &source)
        .into_iter()
        .filter(|o| outputs.iter().all(|new| new.language != o.language) && folder.join(&o.file).is_file())
        .collect();
    all.extend(outputs.iter().cloned());
    let generator = format!("redub {}", env!("CARGO_PKG_VERSION"));
    let report =
        Report { schema: SCHEMA, generator: generator.clone(), source: source.clone(), outputs: all };
    let json = serde_json::to_string_pretty(&report).map_err(|e| PipelineError::Artifact(e.to_string()))?;
    replace(&folder.join("report.json"), json.as_bytes())?;
    replace(&folder.join("report.html"), report::page(&report).as_bytes())?;
    Ok(Report { schema: SCHEMA, generator, source, outputs: outputs.to_vec() })
}

fn earlier(folder: &Path, source: &str) -> Vec<Output> {
    let read =
        fs::read(folder.join("report.json")).ok().and_then(|t| serde_json::from_slice::<Report>(&t).ok());
    read.filter(|r| r.source == source && r.schema == SCHEMA).map(|r| r.outputs).unwrap_or_default()
}

/// Writes a file under a temporary name and renames it: a reader never sees half of it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), PipelineError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let fail = |e: std::io::Error| PipelineError::store(path, e);
    let mut file = tempfile::Builder::new().prefix(".redub-").tempfile_in(folder).map_err(fail)?;
    std::io::Write::write_all(&mut file, bytes).map_err(fail)?;
    let file = file.persist(path).map_err(|e| PipelineError::store(path, e.error))?;
    readable(&file);
    Ok(())
}

/// Results are for everybody who may read the folder, not for their writer alone as temporary files are.
pub(crate) fn readable(file: &fs::File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = file.set_permissions(fs::Permissions::from_mode(0o644));
    }
}
