//! Log mel filter-bank features as Kaldi computes them (`compute-fbank-feats`), which CAM++ was trained on.
//!
//! Frames of 25 ms every 10 ms without padding at the edges, mean removed, pre-emphasis 0.97, Povey window, power
//! spectrum of 512 points, 80 triangular filters between 20 Hz and 8 kHz spaced evenly in mel, natural logarithm.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

use crate::error::SpeechError;

/// Filters, so numbers per frame.
pub const BINS: usize = 80;
/// Samples from one frame to the next (10 ms at 16 kHz).
pub const HOP: usize = 160;
const WINDOW: usize = 400;
const FFT: usize = 512;
const LOW_HZ: f32 = 20.0;
const HIGH_HZ: f32 = 8_000.0;
const PRE_EMPHASIS: f32 = 0.97;

/// A filter: its first spectrum line and the weights from there on.
type Filter = (usize, Vec<f32>);

/// The feature extractor, with its tables.
pub struct Fbank {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<Filter>,
}

impl Fbank {
    /// Prepares the tables.
    pub fn new() -> Self {
        let turn = std::f32::consts::TAU / (WINDOW - 1) as f32;
        let window = (0..WINDOW).map(|i| (0.5 - 0.5 * (turn * i as f32).cos()).powf(0.85)).collect();
        Self { fft: RealFftPlanner::new().plan_fft_forward(FFT), window, filters: filters() }
    }

    /// Features of 16 kHz audio: `frames × 80`, row by row; too short a clip gives no frames.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn frames(&self, audio: &[f32]) -> Result<Vec<f32>, SpeechError> {
        let count = if audio.len() < WINDOW { 0 } else { (audio.len() - WINDOW) / HOP + 1 };
        let mut features = Vec::with_capacity(count * BINS);
        let mut frame = self.fft.make_input_vec();
        let mut spectrum = self.fft.make_output_vec();
        for start in (0..count).map(|i| i * HOP) {
            self.fill(&audio[start..start + WINDOW], &mut frame);
            self.fft
                .process(&mut frame, &mut spectrum)
                .map_err(|e| SpeechError::Engine { engine: "filter bank", reason: e.to_string() })?;
            let power: Vec<f32> = spectrum.iter().map(Complex32::norm_sqr).collect();
            features.extend(self.filters.iter().map(|(first, weights)| {
                let energy: f32 = weights.iter().zip(&power[*first..]).map(|(w, p)| w * p).sum();
                energy.max(f32::EPSILON).ln()
            }));
        }
        Ok(features)
    }

    /// One windowed frame, zero-padded to the transform's length.
    fn fill(&self, samples: &[f32], frame: &mut [f32]) {
        let mean = samples.iter().sum::<f32>() / WINDOW as f32;
        let mut previous = samples[0] - mean;
        for ((out, sample), window) in frame.iter_mut().zip(samples).zip(&self.window) {
            let centred = sample - mean;
            *out = (centred - PRE_EMPHASIS * previous) * window;
            previous = centred;
        }
        frame[WINDOW..].fill(0.0);
    }
}

/// Triangles in the mel domain.
fn filters() -> Vec<Filter> {
    let mel = |hz: f32| 1127.0 * (1.0 + hz / 700.0).ln();
    let low = mel(LOW_HZ);
    let step = (mel(HIGH_HZ) - low) / (BINS + 1) as f32;
    let line_mel = |line: usize| mel(line as f32 * HIGH_HZ * 2.0 / FFT as f32);
    (0..BINS)
        .map(|bin| {
            let left = low + bin as f32 * step;
            let weight = |m: f32| ((m - left) / step).min((left + 2.0 * step - m) / step);
            let mut lines =
                (0..FFT / 2).map(|l| (l, weight(line_mel(l)))).filter(|(_, w)| *w > 0.0).peekable();
            let first = lines.peek().map_or(0, |(l, _)| *l);
            (first, lines.map(|(_, w)| w).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.1 s of two sliding tones over a steady one; the script beside the golden file makes the same signal.
    fn signal() -> Vec<f32> {
        (0..1600)
            .map(|i| {
                let t = i as f64 / 16_000.0;
                (0.3 * (6.0 * (440.0 * t + 3_000.0 * t * t)).sin() + 0.1 * (2_000.0 * t).cos()) as f32
            })
            .collect()
    }

    #[test]
    fn equals_kaldi() {
        let golden: Vec<f32> =
            serde_json::from_str(include_str!("../../tests/golden/kaldi_fbank.json")).unwrap();
        let ours = Fbank::new().frames(&signal()).unwrap();
        assert_eq!(ours.len(), golden.len());
        let worst = ours.iter().zip(&golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-3, "differs by {worst}");
    }

    #[test]
    fn too_short_gives_nothing() {
        assert!(Fbank::new().frames(&[0.0; 399]).unwrap().is_empty());
    }
}
