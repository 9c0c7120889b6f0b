//! Coarticulation by dominance functions.
//!
//! Cohen & Massaro (1993): every sound pulls each control towards its goal with a dominance that is α around its
//! middle and falls as exp(−θ·|τ|); the control is the mean of the goals weighted by their dominances. So a strong
//! neighbour bleeds into a weak one before and after its own time, as real lips do.

use redub_core::Viseme;

use super::Envelope;
use super::sounds::Sound;
use crate::mouth::visemes::{Goal, prior};

/// Controls of the mouth at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Controls {
    /// Opening, 0 shut to 1 the person's widest.
    pub aperture: f32,
    /// Width, -1 narrowest to 1 widest.
    pub width: f32,
    /// Lips pushed out, 0..1.
    pub protrusion: f32,
    /// Lower lip at the teeth, 0..1.
    pub tuck: f32,
    /// Share of rest in the mixture, 0..1.
    pub rest: f32,
}

/// Sounds farther away than this have no say, seconds.
const REACH: f64 = 0.45;
/// Dominance of rest where nothing is near, so that a lone mouth falls to rest.
const BACKGROUND: f32 = 0.004;
/// A loudness step of this many decibels changes the opening by [`LOUDNESS_GAIN`].
const LOUDNESS_STEP: f32 = 10.0;
const LOUDNESS_GAIN: f32 = 0.25;

/// Controls at the given times (seconds).
pub fn controls(sounds: &[Sound], loudness: Option<&Envelope>, times: &[f64]) -> Vec<Controls> {
    let level = loudness.and_then(|e| speech_level(e, sounds));
    let mut first = 0;
    let mut result = Vec::with_capacity(times.len());
    for time in times {
        while sounds.get(first).is_some_and(|s| s.span.end < time - REACH) {
            first += 1;
        }
        let near = sounds[first.min(sounds.len())..].iter().take_while(|s| s.span.start < time + REACH);
        let mut now = blend(near, *time);
        if let (Some(envelope), Some(level)) = (loudness, level) {
            let louder = (decibel(envelope, *time) - level) / LOUDNESS_STEP;
            now.aperture *= 1.0 + LOUDNESS_GAIN * louder.clamp(-1.2, 1.0);
        }
        result.push(now);
    }
    result
}

fn blend<'a>(sounds: impl Iterator<Item = &'a Sound>, time: f64) -> Controls {
    let mut sum = Controls::default();
    let (mut aperture_weight, mut width_weight, mut tuck_weight) = (BACKGROUND, BACKGROUND, BACKGROUND);
    let mut rest_weight = BACKGROUND;
    for sound in sounds {
        let goal = prior(sound.viseme);
        let fall = dominance(sound, &goal, time);
        let (strong, wide) = (goal.aperture_strength * fall, goal.width_strength * fall);
        sum.aperture += strong * goal.aperture;
        sum.width += wide * goal.width;
        sum.protrusion += wide * goal.protrusion;
        sum.tuck += strong * goal.tuck;
        aperture_weight += strong;
        width_weight += wide;
        tuck_weight += strong;
        if sound.viseme == Viseme::Rest {
            rest_weight += strong;
        }
    }
    Controls {
        aperture: sum.aperture / aperture_weight,
        width: sum.width / width_weight,
        protrusion: sum.protrusion / width_weight,
        tuck: smooth_step((sum.tuck / tuck_weight - 0.25) / 0.45),
        rest: rest_weight / aperture_weight,
    }
}

/// exp(−θ·τ) with τ counted from the sound's steady middle half.
fn dominance(sound: &Sound, goal: &Goal, time: f64) -> f32 {
    let steady = 0.25 * sound.span.seconds();
    let away = ((time - sound.span.middle()).abs() - steady).max(0.0) as f32;
    (-goal.decay * away).exp()
}

fn decibel(envelope: &Envelope, time: f64) -> f32 {
    // A mean over 60 ms: single pulses of the voice are not loudness.
    let at = |t: f64| ((t * envelope.rate).round().max(0.0) as usize).min(envelope.values.len());
    let (from, to) = (at(time - 0.03), at(time + 0.03));
    let part = envelope.values.get(from..to.max(from)).unwrap_or(&[]);
    let mean = part.iter().sum::<f32>() / part.len().max(1) as f32;
    20.0 * mean.max(1e-4).log10()
}

/// Median loudness in the sounds' middles.
fn speech_level(envelope: &Envelope, sounds: &[Sound]) -> Option<f32> {
    let mut levels: Vec<f32> = sounds
        .iter()
        .filter(|s| s.viseme != Viseme::Rest)
        .map(|s| decibel(envelope, s.span.middle()))
        .collect();
    levels.sort_by(f32::total_cmp);
    levels.get(levels.len() / 2).copied()
}

/// 0 below 0, 1 above 1, smooth between.
pub fn smooth_step(x: f32) -> f32 {
    let x = x.clamp(0.0, 1.0);
    x * x * (3.0 - 2.0 * x)
}
