//! The report's drawings.

use std::collections::BTreeMap;

use redub_core::report::{LineDetail, Output};

use super::svg::Drawing;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 12.0;

/// Swim-lanes: per speaker the source's lines above and the dub's below, coloured by speed factor.
pub fn lanes(output: &Output) -> String {
    let mut speakers: Vec<&str> = output.details.iter().map(|l| l.speaker.as_str()).collect();
    speakers.sort_unstable();
    speakers.dedup();
    let seconds = output.output_seconds.max(output.video_seconds).max(0.1);
    let lane = 58.0;
    let mut drawing = Drawing::new(WIDTH, lane * speakers.len() as f64 + 24.0);
    for (row, speaker) in speakers.iter().enumerate() {
        let top = row as f64 * lane + 6.0;
        drawing.text(LEFT - 10.0, top + 14.0, "end", &format!("{speaker} source"));
        drawing.text(LEFT - 10.0, top + 38.0, "end", "dub");
        for line in output.details.iter().filter(|l| l.speaker == *speaker) {
            let source = format!("{} · {:.2}-{:.2} s", line.source_text, line.source.0, line.source.1);
            let dub = format!(
                "{} · {:.2}-{:.2} s · speed {:.2}",
                line.target_text, line.dub.0, line.dub.1, line.speed_factor
            );
            let (x, w) = place(line.source, seconds);
            drawing.bar(x, top, w, 20.0, "#9aa7b5", &source);
            let (x, w) = place(line.dub, seconds);
            drawing.bar(x, top + 24.0, w, 20.0, speed_colour(line.speed_factor), &dub);
        }
    }
    time_axis(&mut drawing, seconds, lane * speakers.len() as f64 + 8.0);
    drawing.finish("source and dub lines over time")
}

/// Distance of every line's start from its place, milliseconds, with the 80 ms band.
pub fn drift(output: &Output) -> String {
    let seconds = output.output_seconds.max(0.1);
    let (height, middle) = (130.0, 56.0);
    let most = output.details.iter().map(|l| l.drift_ms.abs()).fold(100.0, f64::max);
    let y = |ms: f64| middle - ms / most * 46.0;
    let mut drawing = Drawing::new(WIDTH, height);
    for ms in [-80.0, 0.0, 80.0] {
        drawing.line((LEFT, y(ms)), (WIDTH - RIGHT, y(ms)), if ms == 0.0 { "axis" } else { "band" });
        drawing.text(LEFT - 10.0, y(ms) + 4.0, "end", &format!("{ms:+.0} ms"));
    }
    for line in &output.details {
        let (x, _) = place(line.dub, seconds);
        drawing.dot(
            x,
            y(line.drift_ms),
            "#2f6fb0",
            &format!("line {}: {:+.1} ms", line.index + 1, line.drift_ms),
        );
    }
    time_axis(&mut drawing, seconds, height - 14.0);
    drawing.finish("drift of line starts")
}

/// Speed factor of every line against the 0.85-1.20 band.
pub fn speed(output: &Output) -> String {
    per_line(output, "speed factor of every line", &[0.85, 1.0, 1.20], 2.0, |l| {
        (Some(l.speed_factor), speed_colour(l.speed_factor), format!("{:.2}", l.speed_factor))
    })
}

/// Listen-back error of every line.
pub fn errors(output: &Output) -> String {
    per_line(output, "listen-back error of every line", &[0.0, 0.2, 0.5], 1.0, |l| {
        let heard = l.heard.clone().unwrap_or_default();
        (l.error_rate, if l.error_rate.unwrap_or(0.0) <= 0.2 { "#3c9a5f" } else { "#c8503c" }, heard)
    })
}

/// Horizontal bars: seconds per stage, frames per reason.
pub fn bars(figures: &[(String, f64)], unit: &str, label: &str) -> String {
    let most = figures.iter().map(|f| f.1).fold(1e-9, f64::max);
    let mut drawing = Drawing::new(WIDTH, 22.0 * figures.len() as f64 + 6.0);
    for (row, (name, value)) in figures.iter().enumerate() {
        let y = row as f64 * 22.0 + 4.0;
        let width = (WIDTH - 290.0) * value / most;
        drawing.text(160.0, y + 13.0, "end", name);
        drawing.bar(170.0, y, width, 16.0, "#6a87a8", name);
        drawing.text(
            178.0 + width,
            y + 13.0,
            "start",
            &format!("{value:.1} {unit}").replace(".0 frames", " frames"),
        );
    }
    drawing.finish(label)
}

/// Frames re-rendered and kept as figures for [`bars`].
pub fn frame_figures(rerendered: usize, kept: &BTreeMap<String, usize>) -> Vec<(String, f64)> {
    let mut figures = vec![("re-rendered".to_owned(), rerendered as f64)];
    figures.extend(kept.iter().map(|(reason, n)| (format!("kept: {}", reason.replace('_', " ")), *n as f64)));
    figures
}

fn per_line(
    output: &Output,
    label: &str,
    marks: &[f64],
    most: f64,
    figure: impl Fn(&LineDetail) -> (Option<f64>, &'static str, String),
) -> String {
    let height = 120.0;
    let y = |v: f64| 100.0 - v.min(most) / most * 90.0;
    let mut drawing = Drawing::new(WIDTH, height);
    for mark in marks {
        drawing.line((LEFT, y(*mark)), (WIDTH - RIGHT, y(*mark)), "band");
        drawing.text(LEFT - 10.0, y(*mark) + 4.0, "end", &format!("{mark:.2}"));
    }
    let step = (WIDTH - LEFT - RIGHT) / output.details.len().max(1) as f64;
    for (i, line) in output.details.iter().enumerate() {
        let (value, fill, title) = figure(line);
        let Some(value) = value else { continue };
        let top = y(value);
        let x = LEFT + i as f64 * step + step * 0.15;
        drawing.bar(
            x,
            top,
            (step * 0.7).min(40.0),
            (100.0 - top).max(1.0),
            fill,
            &format!("line {}: {title}", i + 1),
        );
    }
    drawing.text(LEFT, height - 4.0, "start", "lines in order");
    drawing.finish(label)
}

fn place(span: (f64, f64), seconds: f64) -> (f64, f64) {
    let scale = (WIDTH - LEFT - RIGHT) / seconds;
    (LEFT + span.0 * scale, (span.1 - span.0) * scale)
}

fn time_axis(drawing: &mut Drawing, seconds: f64, y: f64) {
    let step = [1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0]
        .into_iter()
        .find(|s| seconds / s <= 12.0)
        .unwrap_or(1800.0);
    let mut t = 0.0;
    while t <= seconds {
        let (x, _) = place((t, t), seconds);
        drawing.line((x, y - 4.0), (x, y), "axis");
        drawing.text(x, y + 12.0, "middle", &format!("{t:.0} s"));
        t += step;
    }
}

fn speed_colour(factor: f64) -> &'static str {
    match factor {
        f if f < 0.85 => "#7a6fb0",
        f if f <= 1.08 => "#3c9a5f",
        f if f <= 1.20 => "#c9a227",
        _ => "#c8503c",
    }
}
