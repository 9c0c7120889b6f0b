//! What the decoder's waves grow from: the spectrum of nine harmonics of the pitch (Wang et al. 2019), as Kokoro's own graph
//! makes it.

use std::f32::consts::{PI, TAU};

use serde::{Deserialize, Serialize};

use super::weights::Weights;

/// Samples per value of the pitch (12.5 ms at 24 kHz).
const STEP: usize = 300;
const RATE: f32 = 24_000.0;
const HARMONICS: usize = 9;
/// Pitch above which a voice sounds, Hz.
const VOICED: f32 = 10.0;
const FFT: usize = 20;
const HOP: usize = 5;
const BINS: usize = FFT / 2 + 1;

/// How the harmonics are mixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Weight of every harmonic.
    pub mix: Vec<f32>,
    /// What is added to their sum.
    pub bias: f32,
}

impl Source {
    /// The mixture that is part of a decoder.
    ///
    /// # Errors
    /// Weights without it.
    pub fn of(weights: &Weights) -> Result<Self, String> {
        let array = |name: &str| weights.get(name).ok_or(format!("the decoder has no weight {name}"));
        let bias = array("source.b")?.values.first().copied().unwrap_or(0.0);
        Ok(Self { mix: array("source.w")?.values.clone(), bias })
    }

    /// Magnitudes and phases `[22, 60 × values + 1]` of the harmonics of `pitch` (Hz, one value every 12.5 ms, 0 where nothing
    /// sounds).
    pub fn harmonics(&self, pitch: &[f32]) -> Vec<f32> {
        spectrum(&waves(pitch, &self.mix, self.bias))
    }
}

fn waves(pitch: &[f32], mix: &[f32], bias: f32) -> Vec<f32> {
    let last = pitch.len().saturating_sub(1);
    let mut sum = vec![bias; pitch.len() * STEP];
    for (k, weight) in (1..=HARMONICS).zip(mix) {
        // Turns at the middle of every value, in the double precision that long sounds need.
        let mut turns = Vec::with_capacity(pitch.len());
        let mut total = 0.0f64;
        for hz in pitch {
            total += f64::from((k as f32 * hz / RATE).fract());
            turns.push(total * STEP as f64);
        }
        for (j, out) in sum.iter_mut().enumerate() {
            if pitch[j / STEP] <= VOICED {
                continue;
            }
            let at = ((j as f64 + 0.5) / STEP as f64 - 0.5).max(0.0);
            let (from, part) = ((at as usize).min(last), at.fract());
            let turn = turns[from] + part * (turns[(from + 1).min(last)] - turns[from]);
            *out += weight * 0.1 * (turn.fract() as f32 * TAU).sin();
        }
    }
    sum.iter_mut().for_each(|s| *s = s.tanh());
    sum
}

/// Short-time spectrum with mirrored edges: magnitudes, then phases.
fn spectrum(sound: &[f32]) -> Vec<f32> {
    let steps = sound.len() / HOP + 1;
    let last = sound.len() as isize - 1;
    let mirrored = |i: isize| {
        let i = i.abs();
        sound[(if i > last { 2 * last - i } else { i }).clamp(0, last) as usize]
    };
    let turn = |n: usize| 2.0 * PI * n as f32 / FFT as f32;
    let window: Vec<f32> = (0..FFT).map(|n| 0.5 - 0.5 * turn(n).cos()).collect();
    let table: Vec<(f32, f32)> = (0..FFT).map(|n| (turn(n).cos(), turn(n).sin())).collect();
    let mut out = vec![0.0; 2 * BINS * steps];
    if sound.is_empty() {
        return out;
    }
    for t in 0..steps {
        let start = (t * HOP) as isize - (FFT / 2) as isize;
        let frame: Vec<f32> =
            window.iter().enumerate().map(|(n, w)| w * mirrored(start + n as isize)).collect();
        for bin in 0..BINS {
            let (mut real, mut imaginary) = (0.0f32, 0.0f32);
            for (n, value) in frame.iter().enumerate() {
                let (cos, sin) = table[bin * n % FFT];
                real += value * cos;
                imaginary -= value * sin;
            }
            out[bin * steps + t] = real.hypot(imaginary);
            out[(BINS + bin) * steps + t] = imaginary.atan2(real);
        }
    }
    out
}
