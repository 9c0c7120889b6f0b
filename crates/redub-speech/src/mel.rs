//! Mel spectrograms as librosa and Whisper compute them.
//!
//! Hann windows of 400 samples every 160, mirrored at the start and silent behind the end, power spectrum, Slaney mel
//! filters up to 8 kHz.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

use crate::error::SpeechError;

/// Samples from one frame to the next (10 ms at 16 kHz).
pub(crate) const HOP: usize = 160;
const FFT: usize = 400;
const LINES: usize = FFT / 2 + 1;
const RATE: f64 = 16_000.0;

/// A filter: its first spectrum line and the weights from there on.
type Filter = (usize, Vec<f32>);

/// The spectrogram's tables.
pub(crate) struct Mel {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<Filter>,
}

impl Mel {
    /// Prepares `bins` filters.
    pub fn new(bins: usize) -> Self {
        let turn = std::f32::consts::TAU / FFT as f32;
        let window = (0..FFT).map(|i| 0.5 - 0.5 * (turn * i as f32).cos()).collect();
        Self { fft: RealFftPlanner::new().plan_fft_forward(FFT), window, filters: filters(bins) }
    }

    /// Number of filters.
    pub fn bins(&self) -> usize {
        self.filters.len()
    }

    /// Frames of 16 kHz audio that hold any of its sound.
    pub fn sounding(samples: usize) -> usize {
        (samples + FFT / 2).div_ceil(HOP)
    }

    /// Energies of the filters in each of `frames` frames, frame by frame, given to `take`.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn frames(
        &self,
        audio: &[f32],
        frames: usize,
        mut take: impl FnMut(usize, &[f32]),
    ) -> Result<(), SpeechError> {
        let mut frame = self.fft.make_input_vec();
        let mut spectrum = self.fft.make_output_vec();
        let mut energies = vec![0.0_f32; self.bins()];
        for t in 0..frames {
            let start = (t * HOP) as isize - (FFT / 2) as isize;
            for (i, (out, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                *out = mirrored(audio, start + i as isize) * window;
            }
            self.fft
                .process(&mut frame, &mut spectrum)
                .map_err(|e| SpeechError::Engine { engine: "spectrogram", reason: e.to_string() })?;
            let power: Vec<f32> = spectrum.iter().map(Complex32::norm_sqr).collect();
            for (energy, (first, weights)) in energies.iter_mut().zip(&self.filters) {
                *energy = weights.iter().zip(&power[*first..]).map(|(w, p)| w * p).sum();
            }
            take(t, &energies);
        }
        Ok(())
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
