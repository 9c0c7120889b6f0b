//! `redub report DIR`: the figures of a finished run.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use redub_core::report::{Output, Report};

use crate::printer::Printer;

/// Prints the report in `dir`.
///
/// # Errors
/// A folder without a report, or one of another version.
pub fn run(dir: &Path, json: bool, printer: &Printer) -> anyhow::Result<ExitCode> {
    let path = if dir.is_dir() { dir.join("report.json") } else { dir.to_owned() };
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!("no report at {}: name the folder a `redub translate` run wrote to", path.display())
    })?;
    let report: Report =
        serde_json::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))?;
    if json {
        printer.json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    printer.data(&format!("{} ({})", report.source, report.generator));
    for output in &report.outputs {
        show(output, printer);
    }
    let page = path.with_file_name("report.html");
    if page.is_file() {
        printer.note(&format!("the same with drawings: {}", page.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints one output's figures.
pub fn show(output: &Output, printer: &Printer) {
    let number =
        |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |v| format!("{v:.digits$}"));
    let rows = [
        ("file", output.file.clone()),
        ("lines, speakers", format!("{}, {}", output.lines, output.speakers)),
        ("length", format!("{:.2} s (source {:.2} s)", output.output_seconds, output.video_seconds)),
        ("listen-back error", number(output.listen_back_wer, 3)),
        ("start drift, ms", number(output.start_drift_ms_max, 0)),
        ("good speed, share", number(output.speed_factor_within, 2)),
        ("length ratio", number(output.length_ratio, 2)),
        ("within budget", number(output.within_budget, 2)),
        ("loudness, LU", number(output.loudness_difference_lu, 2)),
        ("frames re-rendered", output.frames_rerendered.to_string()),
        (
            "frames kept",
            output.frames_kept.iter().map(|(r, n)| format!("{r} {n}")).collect::<Vec<_>>().join(", "),
        ),
        ("lips shut on p b m", number(output.closure, 2)),
        ("opening follows", number(output.aperture_correlation, 2)),
        ("untouched, dB", number(output.untouched_psnr_db, 1)),
        (
            "jitter, sharp, seam",
            [output.jitter_ratio, output.sharpness_ratio, output.seam_ratio].map(|v| number(v, 2)).join(", "),
        ),
        (
            "voice CAM++, GE2E",
            [output.voice_similarity.campplus, output.voice_similarity.ge2e].map(|v| number(v, 2)).join(", "),
        ),
        (
            "sound and lips",
            format!(
                "{} (source {}, lag {} ms)",
                number(output.av_correlation.result, 2),
                number(output.av_correlation.own, 2),
                number(output.av_correlation.lag_ms, 0)
            ),
        ),
        ("time, s", format!("{:.1} (work {:.1})", output.elapsed_seconds, output.work_seconds)),
    ];
    printer.data(&format!("\n{} -> {} ({})", output.input_language, output.language, output.mode));
    for (name, value) in rows {
        printer.data(&format!("  {name:<20} {value}"));
    }
    for warning in &output.warnings {
        printer.data(&format!("  note: {warning}"));
    }
}
