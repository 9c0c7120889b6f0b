//! Envelopes as cepstra: few numbers that say what matters of a sound, and their spread over a voice.

use std::f32::consts::PI;
use std::sync::LazyLock;

use super::envelope::{BANDS, Envelopes};

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

/// Adds `by` to coefficient `k` of an envelope.
pub fn shift(row: &mut [f32; BANDS], k: usize, by: f32) {
    row.iter_mut().zip(&TABLE[k]).for_each(|(r, t)| *r += by * t);
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

/// Level above which frames are speech: 39 dB below the loud ones.
pub fn speech_level(rows: &Envelopes) -> f32 {
    const BELOW: f32 = 4.5;
    let mut levels: Vec<f32> = rows.iter().map(level).collect();
    levels.sort_by(f32::total_cmp);
    levels.get(levels.len() * 9 / 10).copied().unwrap_or_default() - BELOW
}

/// Every column smoothed over time by a bell of `sigma` frames.
pub fn smooth<const N: usize>(rows: &[[f32; N]], sigma: f32) -> Vec<[f32; N]> {
    let reach = (3.0 * sigma).ceil() as isize;
    let bell: Vec<f32> = (-reach..=reach).map(|i| (-0.5 * (i as f32 / sigma).powi(2)).exp()).collect();
    let total: f32 = bell.iter().sum();
    let last = rows.len() as isize - 1;
    (0..rows.len() as isize)
        .map(|t| {
            let mut out = [0.0; N];
            for (weight, i) in bell.iter().zip(t - reach..=t + reach) {
                let row = &rows[i.clamp(0, last) as usize];
                out.iter_mut().zip(row).for_each(|(o, r)| *o += weight / total * r);
            }
            out
        })
        .collect()
}
