//! The log-mel spectrogram Whisper was trained on (`log_mel_spectrogram` of the reference implementation).
//!
//! Hann windows of 400 samples every 160, mirrored at both ends, 80 Slaney mel filters up to 8 kHz, decimal logarithm,
//! held to 8 below the loudest of the clip, then `(x + 4) / 4`. The binding's own spectrogram holds each frame by
//! itself and is late by a window, which costs accuracy; hence this one.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

use crate::error::SpeechError;

/// Samples from one frame to the next (10 ms at 16 kHz).
pub const HOP: usize = 160;
const FFT: usize = 400;
const LINES: usize = FFT / 2 + 1;
const RATE: f64 = 16_000.0;

/// A filter: its first spectrum line and the weights from there on.
type Filter = (usize, Vec<f32>);

/// The spectrogram's tables.
pub struct LogMel {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<Filter>,
}

impl LogMel {
    /// Prepares `bins` filters: 80, or 128 for the large-v3 family.
    pub fn new(bins: usize) -> Self {
        let turn = std::f32::consts::TAU / FFT as f32;
        let window = (0..FFT).map(|i| 0.5 - 0.5 * (turn * i as f32).cos()).collect();
        Self { fft: RealFftPlanner::new().plan_fft_forward(FFT), window, filters: filters(bins) }
    }

    /// Number of filters.
    pub fn bins(&self) -> usize {
        self.filters.len()
    }

    /// Spectrogram of 16 kHz audio padded with silence to `frames × 160` samples (or cut there): `bins × frames`
    /// numbers, filter by filter.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn spectrogram(&self, audio: &[f32], frames: usize) -> Result<Vec<f32>, SpeechError> {
        let audio = &audio[..audio.len().min(frames * HOP)];
        let mut mel = vec![0.0_f32; self.bins() * frames];
        let mut frame = self.fft.make_input_vec();
        let mut spectrum = self.fft.make_output_vec();
        // Behind the audio everything is silence, whose logarithm is the floor.
        let sounding = (audio.len() + FFT / 2).div_ceil(HOP).min(frames);
        mel.fill(-10.0);
        for t in 0..sounding {
            let start = (t * HOP) as isize - (FFT / 2) as isize;
            for (i, (out, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                *out = mirrored(audio, start + i as isize) * window;
            }
            self.fft
                .process(&mut frame, &mut spectrum)
                .map_err(|e| SpeechError::Engine { engine: "spectrogram", reason: e.to_string() })?;
            let power: Vec<f32> = spectrum.iter().map(Complex32::norm_sqr).collect();
            for (bin, (first, weights)) in self.filters.iter().enumerate() {
                let energy: f32 = weights.iter().zip(&power[*first..]).map(|(w, p)| w * p).sum();
                mel[bin * frames + t] = energy.max(1e-10).log10();
            }
        }
        let floor = mel.iter().copied().fold(-10.0_f32, f32::max) - 8.0;
        mel.iter_mut().for_each(|v| *v = (v.max(floor) + 4.0) / 4.0);
        Ok(mel)
    }
}

/// The sample at `index`, mirrored before the start; silence behind the end.
fn mirrored(audio: &[f32], index: isize) -> f32 {
    audio.get(index.unsigned_abs()).copied().unwrap_or_default()
}

/// Mel scale of Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above.
fn hz_of_mel(mel: f64) -> f64 {
    const KNEE: f64 = 15.0;
    if mel < KNEE { mel * 200.0 / 3.0 } else { 1_000.0 * ((mel - KNEE) * 6.4_f64.ln() / 27.0).exp() }
}

/// Triangles of equal area ("slaney" normalisation).
fn filters(bins: usize) -> Vec<Filter> {
    let top = 15.0 + 27.0 * 8.0_f64.ln() / 6.4_f64.ln();
    let edge = |i: usize| hz_of_mel(top * i as f64 / (bins + 1) as f64);
    (0..bins)
        .map(|bin| {
            let (left, middle, right) = (edge(bin), edge(bin + 1), edge(bin + 2));
            let weight = |line: usize| {
                let hz = line as f64 * RATE / FFT as f64;
                let height = ((hz - left) / (middle - left)).min((right - hz) / (right - middle)).max(0.0);
                (height * 2.0 / (right - left)) as f32
            };
            let mut lines = (0..LINES).map(|l| (l, weight(l))).filter(|(_, w)| *w > 0.0).peekable();
            let first = lines.peek().map_or(0, |(l, _)| *l);
            (first, lines.map(|(_, w)| w).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_reference() {
        let signal: Vec<f32> = (0..4800)
            .map(|i| {
                let t = f64::from(i) / RATE;
                (0.3 * (6.0 * (440.0 * t + 3_000.0 * t * t)).sin() + 0.1 * (2_000.0 * t).cos()) as f32
            })
            .collect();
        let golden: Vec<f32> =
            serde_json::from_str(include_str!("../../tests/golden/whisper_mel.json")).unwrap();
        let ours = LogMel::new(80).spectrogram(&signal, 40).unwrap();
        assert_eq!(ours.len(), golden.len());
        let worst = ours.iter().zip(&golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-3, "differs by {worst}");
    }
}
