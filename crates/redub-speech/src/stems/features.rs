//! What DeepFilterNet3 sees: band energies and complex bins, each normalised by its running mean.
//!
//! After libDF (Schröter et al., MIT/Apache-2.0).

use realfft::num_complex::Complex32;

use super::stft::{BINS, HOP, WINDOW};

/// Bands on the equivalent-rectangular-bandwidth scale.
pub const BANDS: usize = 32;
/// Lowest bins, up to 4.8 kHz, that the deep filter works on.
pub const DF_BINS: usize = 96;
/// Sample rate of the network in Hz.
pub const RATE: u32 = 48_000;
/// Bins a band has at least.
const MIN_BINS: usize = 2;
/// Forgetting factor of the running means: a time constant of 1 s, rounded as in training.
const ALPHA: f32 = 0.99;

/// Number of bins in each band, lowest band first; they sum to [`BINS`].
pub fn band_widths() -> [usize; BANDS] {
    let erb = |hz: f32| 9.265 * (hz / (24.7 * 9.265)).ln_1p();
    let hertz = |erb: f32| 24.7 * 9.265 * ((erb / 9.265).exp() - 1.0);
    let step = erb(RATE as f32 / 2.0) / BANDS as f32;
    let bin_width = RATE as f32 / WINDOW as f32;
    let mut widths = [0; BANDS];
    let (mut previous, mut borrowed) = (0usize, 0usize);
    for (i, width) in widths.iter_mut().enumerate() {
        let edge = (hertz((i + 1) as f32 * step) / bin_width).round() as usize;
        let wanted = edge.saturating_sub(previous + borrowed);
        borrowed = if wanted < MIN_BINS { MIN_BINS + previous + borrowed - edge } else { 0 };
        *width = wanted.max(MIN_BINS);
        previous = edge;
    }
    let rest: usize = widths[..BANDS - 1].iter().sum();
    widths[BANDS - 1] = BINS - rest;
    widths
}

/// Inputs of the encoder for a whole signal.
pub struct Features {
    /// Normalised band levels, `frames × BANDS`.
    pub bands: Vec<f32>,
    /// Normalised complex bins: real parts `frames × DF_BINS`, then imaginary parts of the same size.
    pub real: Vec<f32>,
    /// See [`Features::real`].
    pub imaginary: Vec<f32>,
}

/// Features of `spectra` (`frames × BINS`).
pub fn features(spectra: &[Complex32]) -> Features {
    let frames = spectra.len() / BINS;
    let widths = band_widths();
    let mut level_means: Vec<f32> = ramp(-60.0, -90.0, BANDS);
    let mut magnitude_means: Vec<f32> = ramp(0.001, 0.0001, DF_BINS);
    let mut features = Features {
        bands: Vec::with_capacity(frames * BANDS),
        real: Vec::with_capacity(frames * DF_BINS),
        imaginary: Vec::with_capacity(frames * DF_BINS),
    };
    for spectrum in spectra.chunks_exact(BINS) {
        let mut bins = spectrum.iter();
        for (&width, mean) in widths.iter().zip(&mut level_means) {
            let power: f32 = bins.by_ref().take(width).map(|x| x.norm_sqr()).sum::<f32>() / width as f32;
            let level = 10.0 * (power + 1e-10).log10();
            *mean = level * (1.0 - ALPHA) + *mean * ALPHA;
            features.bands.push((level - *mean) / 40.0);
        }
        for (x, mean) in spectrum.iter().zip(&mut magnitude_means) {
            *mean = x.norm() * (1.0 - ALPHA) + *mean * ALPHA;
            let scale = 1.0 / mean.sqrt().max(1e-12);
            features.real.push(x.re * scale);
            features.imaginary.push(x.im * scale);
        }
    }
    features
}

/// `count` values from `first` to `last`.
fn ramp(first: f32, last: f32, count: usize) -> Vec<f32> {
    (0..count).map(|i| first + (last - first) * i as f32 / (count - 1) as f32).collect()
}

/// Seconds of one frame step.
pub const STEP: f64 = HOP as f64 / RATE as f64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_cover_all_bins() {
        let widths = band_widths();
        assert_eq!(widths.iter().sum::<usize>(), BINS);
        // As libDF's erb_fb(48000, 960, 32, 2) gives them.
        assert_eq!(widths[..12], [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2][..]);
    }
}
