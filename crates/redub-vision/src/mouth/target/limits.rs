//! Where the mouth must be shut, how fast it may move, and where it is driven at all.

use redub_core::{Span, Viseme};

use super::sounds::Sound;
use super::tracks::smooth_step;

/// Pauses up to this long inside speech stay driven, seconds.
const BRIDGE: f64 = 0.5;
/// Full drive begins this long before speech and lasts this long after it, seconds.
const MARGIN: f64 = 0.12;
/// Length of the ramps outside the margins, seconds.
const RAMP: f64 = 0.2;
/// Slowest and fastest limits of opening and closing, inter-ocular distances per second.
const SPEED: (f32, f32) = (1.4, 3.2);

/// Frames of lip closures.
pub struct Closures {
    /// A p, b or m has its middle here.
    pub middle: Vec<bool>,
    /// The frames around a middle as well: the lips are shut.
    pub shut: Vec<bool>,
}

/// The frame nearest to the middle of each p, b and m, and its two neighbours.
pub fn closure_frames(sounds: &[Sound], times: &[f64]) -> Closures {
    let mut closures = Closures { middle: vec![false; times.len()], shut: vec![false; times.len()] };
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return closures };
    let step = frame_step(times);
    for sound in sounds.iter().filter(|s| s.viseme == Viseme::Closed) {
        let time = sound.span.middle();
        if time < first - step || time > last + step {
            continue;
        }
        let frame = nearest(times, time);
        closures.middle[frame] = true;
        for near in frame.saturating_sub(1)..(frame + 2).min(times.len()) {
            closures.shut[near] = true;
        }
    }
    closures
}

/// Smooths the openings, shuts the closures, and bounds the speed: every opening stays below a cone that rises from
/// its neighbours at the fastest speed, so closures always win and are always reached in time.
pub fn hold(openings: Vec<f32>, closures: &Closures, fastest_step: f32, times: &[f64]) -> Vec<f32> {
    let n = openings.len();
    let at = |i: isize| openings[i.clamp(0, n as isize - 1) as usize];
    let mut held: Vec<f32> =
        (0..n as isize).map(|i| 0.2 * at(i - 1) + 0.6 * at(i) + 0.2 * at(i + 1)).collect();
    for (value, shut) in held.iter_mut().zip(&closures.shut) {
        if *shut {
            *value = 0.0;
        }
    }
    let step = frame_step(times);
    let speed = (fastest_step * 1.15 / step as f32).clamp(SPEED.0, SPEED.1);
    let rise = |a: usize, b: usize| speed * (times[b] - times[a]).abs().max(1e-3) as f32;
    for i in 1..n {
        held[i] = held[i].min(held[i - 1] + rise(i - 1, i));
    }
    for i in (1..n).rev() {
        held[i - 1] = held[i - 1].min(held[i] + rise(i - 1, i));
    }
    held
}

/// How far each frame is driven: 1 in speech (of the dub or of the source) and short pauses, ramps outside.
pub fn drive(sounds: &[Sound], spoken: &[Span], times: &[f64]) -> Vec<f32> {
    let speech = sounds.iter().filter(|s| s.viseme != Viseme::Rest).map(|s| s.span);
    let spans = merge(speech.chain(spoken.iter().copied()));
    times
        .iter()
        .map(|t| {
            let away =
                spans.iter().map(|s| (s.start - t).max(t - s.end).max(0.0)).fold(f64::INFINITY, f64::min);
            smooth_step((1.0 - (away - MARGIN) / RAMP) as f32)
        })
        .collect()
}

fn merge(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.collect();
    sorted.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut merged: Vec<Span> = Vec::new();
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.start <= last.end + BRIDGE => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Median time between frames, seconds.
pub fn frame_step(times: &[f64]) -> f64 {
    let mut steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(0.04).max(1e-3)
}

fn nearest(times: &[f64], time: f64) -> usize {
    let after = times.partition_point(|t| *t < time).min(times.len().saturating_sub(1));
    let before = after.saturating_sub(1);
    if (times[before] - time).abs() <= (times[after] - time).abs() { before } else { after }
}
