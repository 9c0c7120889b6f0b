//! The short-time spectrum DeepFilterNet was trained on: 20 ms windows every 10 ms, Vorbis power-complementary window.

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Window length in samples (20 ms at 48 kHz).
pub const WINDOW: usize = 960;
/// Step between windows in samples (10 ms).
pub const HOP: usize = 480;
/// Frequency bins of a frame.
pub const BINS: usize = WINDOW / 2 + 1;

/// Analysis and synthesis with perfect reconstruction.
pub struct Stft {
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
}

impl Stft {
    /// Plans the transforms.
    pub fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let window = (0..WINDOW).map(|i| {
            let sine = (0.5 * PI * (i as f64 + 0.5) / HOP as f64).sin();
            (0.5 * PI * sine * sine).sin() as f32
        });
        Self {
            window: window.collect(),
            forward: planner.plan_fft_forward(WINDOW),
            inverse: planner.plan_fft_inverse(WINDOW),
        }
    }

    /// Frames needed so that synthesis covers `samples` samples.
    pub fn frames(samples: usize) -> usize {
        samples.div_ceil(HOP) + 1
    }

    /// Spectra of all frames, `frames × BINS`, scaled by `1 / WINDOW`. Frame `t` looks at samples `(t-1)·HOP .. (t+1)·HOP`;
    /// what lies outside the signal is silence.
    pub fn analyse(&self, signal: &[f32]) -> Vec<Complex32> {
        let frames = Self::frames(signal.len());
        let mut spectra = vec![Complex32::default(); frames * BINS];
        let mut buffer = vec![0.0; WINDOW];
        let mut scratch = self.forward.make_scratch_vec();
        for (t, spectrum) in spectra.chunks_exact_mut(BINS).enumerate() {
            for (i, (x, w)) in buffer.iter_mut().zip(&self.window).enumerate() {
                let at = (t * HOP + i).checked_sub(HOP);
                *x = at.and_then(|at| signal.get(at)).copied().unwrap_or(0.0) * w;
            }
            // The lengths come from the plan itself, so this cannot fail.
            let _ = self.forward.process_with_scratch(&mut buffer, spectrum, &mut scratch);
            spectrum.iter_mut().for_each(|x| *x /= WINDOW as f32);
        }
        spectra
    }

    /// The signal of `spectra`, `samples` long; inverse of [`Stft::analyse`].
    pub fn synthesise(&self, spectra: &mut [Complex32], samples: usize) -> Vec<f32> {
        let mut signal = vec![0.0f32; samples];
        let mut buffer = vec![0.0; WINDOW];
        let mut scratch = self.inverse.make_scratch_vec();
        for (t, spectrum) in spectra.chunks_exact_mut(BINS).enumerate() {
            // A real signal has no phase at zero and at half the rate.
            spectrum[0].im = 0.0;
            spectrum[BINS - 1].im = 0.0;
            let _ = self.inverse.process_with_scratch(spectrum, &mut buffer, &mut scratch);
            for (i, (x, w)) in buffer.iter().zip(&self.window).enumerate() {
                if let Some(y) = (t * HOP + i).checked_sub(HOP).and_then(|at| signal.get_mut(at)) {
                    *y += x * w;
                }
            }
        }
        signal
    }
}

impl Default for Stft {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synthesis_inverts_analysis() {
        let signal: Vec<f32> = (0..5000).map(|i| (i as f32 * 0.05).sin() * 0.3).collect();
        let stft = Stft::new();
        let back = stft.synthesise(&mut stft.analyse(&signal), signal.len());
        let worst = signal.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-5, "{worst}");
    }
}
