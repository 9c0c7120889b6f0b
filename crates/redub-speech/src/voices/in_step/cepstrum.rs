//! Envelopes as cepstra: few numbers that say what matters of a sound, and their spread over a voice.

use std::f32::consts::PI;
use std::sync::LazyLock;

use super::envelope::BANDS;

/// Coefficients that tell sounds apart, without the first, which is the level.
pub const ORDER: usize = 24;

/// A frame's coefficients 1 to [`ORDER`].
pub type Cepstrum = [f32; ORDER];

/// Cosine transform, orthonormal: row `k` of the table belongs to coefficient `k`.
static TABLE: LazyLock<Vec<[f32; BANDS]>> = LazyLock::new(|| {
    let row = |k: usize| {
        let scale = if k == 0 { (1.0 / BANDS as f32).sqrt() } else { (2.0 / BANDS as f32).sqrt() };
        let mut row = [0.0; BANDS];
        row.iter_mut().enumerate().for_each(|(n, r)| {
            *r = scale * (PI * k as f32 * (n as f32 + 0.5) / BANDS as f32).cos();
        });
        row
    };
    (0..BANDS).map(row).collect()
});

/// Coefficient `k` of an envelope.
pub fn coefficient(row: &[f32; BANDS], k: usize) -> f32 {
    row.iter().zip(&TABLE[k]).map(|(r, t)| r * t).sum()
}

/// Cepstra of all frames.
pub fn cepstra(rows: &[[f32; BANDS]]) -> Vec<Cepstrum> {
    let one = |row: &[f32; BANDS]| {
        let mut out = [0.0; ORDER];
        out.iter_mut().enumerate().for_each(|(k, c)| *c = coefficient(row, k + 1));
        out
    };
    rows.iter().map(one).collect()
}

/// Level of a frame: the mean of its log amplitudes.
pub fn level(row: &[f32; BANDS]) -> f32 {
    row.iter().sum::<f32>() / BANDS as f32
}

/// Mean and spread of every coefficient.
pub fn spread(frames: &[Cepstrum]) -> (Cepstrum, Cepstrum) {
    let count = frames.len().max(1) as f32;
    let (mut mean, mut deviation) = ([0.0; ORDER], [0.0; ORDER]);
    for k in 0..ORDER {
        mean[k] = frames.iter().map(|f| f[k]).sum::<f32>() / count;
        let square = frames.iter().map(|f| (f[k] - mean[k]).powi(2)).sum::<f32>() / count;
        deviation[k] = square.sqrt().max(1e-3);
    }
    (mean, deviation)
}
