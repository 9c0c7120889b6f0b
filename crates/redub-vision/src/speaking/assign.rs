//! From evidence to who speaks.

use std::collections::HashMap;
use std::ops::Range;

use redub_core::Span;

use super::envelope::loudness;
use super::motion::Motion;
use super::score::fit;
use super::{FaceSpan, LineFace};
use crate::tracks::Faces;

/// Least score of a face that is believed to speak.
const BELIEVED: f32 = 0.3;
/// Weight of the same speaker's other lines in the same shot.
const HABIT: f32 = 0.35;

/// A part of a line inside one shot, with each track's evidence.
struct Part {
    line: usize,
    shot: usize,
    frames: Range<usize>,
    evidence: Vec<(usize, f32)>,
}

/// Finds the face that says each line. `frame_times` are the frames' times in seconds, `lines` the spans with their speakers'
/// names, `audio16k` the source's sound (best: its speech alone) at 16 kHz on the same clock.
pub fn who_speaks<S: AsRef<str>>(
    faces: &Faces,
    frame_times: &[f64],
    lines: &[(Span, S)],
    audio16k: &[f32],
) -> Vec<LineFace> {
    let loudness = loudness(frame_times, audio16k);
    let motions: Vec<Motion> = faces.tracks.iter().map(Motion::of).collect();
    let rate = rate(frame_times);
    let parts: Vec<Part> = lines
        .iter()
        .enumerate()
        .flat_map(|(line, (span, _))| parts(faces, line, &frames(frame_times, *span)))
        .map(|mut part| {
            let in_shot = faces.tracks.iter().zip(&motions).filter(|(t, _)| t.shot == part.shot);
            let overlapping =
                in_shot.filter(|(t, _)| t.first() < part.frames.end && t.end() > part.frames.start);
            part.evidence =
                overlapping.map(|(t, m)| (t.id, fit(m, &loudness, part.frames.clone(), rate))).collect();
            part
        })
        .collect();
    let habits = habits(&parts, lines);
    let mut result: Vec<LineFace> =
        (0..lines.len()).map(|line| LineFace { line, spans: Vec::new() }).collect();
    for part in &parts {
        let habit = |track: usize, own: f32| {
            // A single line must not confirm itself.
            let key = (lines[part.line].1.as_ref(), track);
            let (sum, weight) = habits.get(&key).copied().unwrap_or_default();
            let length = part.frames.len() as f32;
            if weight > length + 1.0 { (sum - own * length) / (weight - length) } else { own }
        };
        let mut scored: Vec<(usize, f32)> =
            part.evidence.iter().map(|&(t, own)| (t, (1.0 - HABIT) * own + HABIT * habit(t, own))).collect();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1));
        result[part.line].spans.extend(spread(faces, part, &scored));
    }
    result
}

/// Frames whose times lie in `span`; at least the nearest one.
fn frames(times: &[f64], span: Span) -> Range<usize> {
    let first = times.partition_point(|t| *t < span.start).min(times.len().saturating_sub(1));
    first..times.partition_point(|t| *t < span.end).max(first + 1).min(times.len().max(1))
}

/// Median frames per second.
fn rate(times: &[f64]) -> f32 {
    let mut steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).map_or(25.0, |s| 1.0 / s.max(1e-3)) as f32
}

/// A line's frames cut at shots.
fn parts(faces: &Faces, line: usize, frames: &Range<usize>) -> Vec<Part> {
    let shots = faces.shots.iter().enumerate();
    shots
        .map(|(shot, s)| (shot, frames.start.max(s.first)..frames.end.min(s.end)))
        .filter(|(_, frames)| !frames.is_empty())
        .map(|(shot, frames)| Part { line, shot, frames, evidence: Vec::new() })
        .collect()
}

/// Per speaker and track: evidence summed over frames, and the frames.
fn habits<'a, S: AsRef<str>>(
    parts: &[Part],
    lines: &'a [(Span, S)],
) -> HashMap<(&'a str, usize), (f32, f32)> {
    let mut habits: HashMap<(&str, usize), (f32, f32)> = HashMap::new();
    for part in parts {
        for &(track, score) in &part.evidence {
            let entry = habits.entry((lines[part.line].1.as_ref(), track)).or_default();
            entry.0 += score * part.frames.len() as f32;
            entry.1 += part.frames.len() as f32;
        }
    }
    habits
}

/// Gives the part's frames to the best believed track, what it does not cover to the next best that is never seen together with a
/// chosen one, and the rest to nobody.
fn spread(faces: &Faces, part: &Part, scored: &[(usize, f32)]) -> Vec<FaceSpan> {
    let best = scored.first().map_or(0.0, |s| s.1);
    let mut spans: Vec<FaceSpan> = Vec::new();
    for &(track, score) in scored.iter().filter(|s| s.1 >= BELIEVED) {
        let seen = &faces.tracks[track];
        let (first, end) = (part.frames.start.max(seen.first()), part.frames.end.min(seen.end()));
        if spans.iter().all(|s| s.end <= first || s.first >= end) {
            spans.push(FaceSpan { first, end, track: Some(track), score });
        }
    }
    spans.sort_by_key(|s| s.first);
    let mut at = part.frames.start;
    let mut gaps = Vec::new();
    for span in &spans {
        gaps.push((at, span.first));
        at = span.end;
    }
    gaps.push((at, part.frames.end));
    let nobody = gaps.into_iter().filter(|(first, end)| first < end);
    spans.extend(nobody.map(|(first, end)| FaceSpan { first, end, track: None, score: best }));
    spans.sort_by_key(|s| s.first);
    spans
}
