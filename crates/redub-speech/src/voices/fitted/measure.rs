//! What a sound is like, on the decoder's grid of 12.5 ms: pitch and loudness.

use crate::voices::in_step::pitches;

/// Samples of a step, and of the window that loudness is measured in.
const STEP: usize = 300;
const WINDOW: usize = 1200;
/// Samples between the pitches that are found.
const PITCH_STEP: usize = 120;

/// Pitch in Hz at every step, 0 where nothing sounds.
pub fn pitch(sound: &[f32], steps: usize) -> Vec<f32> {
    let found = pitches(sound);
    let at = |i: usize| (i * STEP + STEP / 2 + PITCH_STEP / 2) / PITCH_STEP;
    (0..steps).map(|i| found.get(at(i)).copied().flatten().unwrap_or(0.0)).collect()
}

/// Natural logarithm of the power around every step.
pub fn loudness(sound: &[f32], steps: usize) -> Vec<f32> {
    let bell = |n: usize| 0.5 - 0.5 * (std::f32::consts::TAU * (n as f32 + 0.5) / WINDOW as f32).cos();
    let window: Vec<f32> = (0..WINDOW).map(bell).collect();
    let total: f32 = window.iter().sum();
    let power = |i: usize| {
        let start = (i * STEP + STEP / 2) as isize - (WINDOW / 2) as isize;
        let at = |n: usize| usize::try_from(start + n as isize).ok().and_then(|i| sound.get(i)).copied();
        let sum: f32 = window.iter().enumerate().map(|(n, w)| w * at(n).unwrap_or(0.0).powi(2)).sum();
        (sum / total + 1e-9).ln()
    };
    (0..steps).map(power).collect()
}

/// From measured loudness to the decoder's: a straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Decoder's steps per step.
    pub slope: f32,
    /// Decoder's value at 0.
    pub offset: f32,
}

impl Scale {
    /// The line nearest to pairs of both (least squares).
    pub fn between(measured: &[f32], decoders: &[f32]) -> Self {
        let count = measured.len().min(decoders.len()).max(1) as f32;
        let mean = |values: &[f32]| values.iter().take(count as usize).sum::<f32>() / count;
        let (x0, y0) = (mean(measured), mean(decoders));
        let pairs = measured.iter().zip(decoders);
        let (over, under) = pairs.fold((0.0, 1e-6), |(over, under), (x, y)| {
            (over + (x - x0) * (y - y0), under + (x - x0) * (x - x0))
        });
        let slope = (over / under).max(1e-3);
        Self { slope, offset: y0 - slope * x0 }
    }

    /// A measured value on the decoder's scale.
    pub fn of(&self, measured: f32) -> f32 {
        self.offset + self.slope * measured
    }
}

/// The value four fifths are below.
pub fn level(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() * 4 / 5).copied().unwrap_or_default()
}
