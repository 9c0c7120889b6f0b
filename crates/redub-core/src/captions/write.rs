//! Writing SRT and WebVTT.

use std::fmt::Write as _;

use super::Cue;

/// SubRip text: numbered from 1, CRLF-free, times as `HH:MM:SS,mmm`.
pub fn to_srt(cues: &[Cue]) -> String {
    let mut out = String::new();
    for (i, cue) in cues.iter().enumerate() {
        let (start, end) = (stamp(cue.span.start, ','), stamp(cue.span.end, ','));
        let _ = write!(out, "{}\n{start} --> {end}\n{}\n\n", i + 1, body(&cue.text));
    }
    out
}

/// WebVTT text (W3C WebVTT), times as `HH:MM:SS.mmm`; `&` and `<` are escaped.
pub fn to_vtt(cues: &[Cue]) -> String {
    let mut out = String::from("WEBVTT\n\n");
    for cue in cues {
        let (start, end) = (stamp(cue.span.start, '.'), stamp(cue.span.end, '.'));
        let text = body(&cue.text).replace('&', "&amp;").replace('<', "&lt;");
        let _ = write!(out, "{start} --> {end}\n{text}\n\n");
    }
    out
}

/// A cue's text without blank lines, which would end the cue, and without an arrow, which would start one.
fn body(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    lines.join("\n").replace("-->", "→")
}

fn stamp(seconds: f64, separator: char) -> String {
    let ms = (seconds.max(0.0) * 1000.0).round() as u64;
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{h:02}:{m:02}:{s:02}{separator}{:03}", ms % 1000)
}
