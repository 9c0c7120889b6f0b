//! The long-term spectrum of a voice, and a gentle equaliser that brings one voice's to another's.

use realfft::RealFftPlanner;
use redub_core::audio::rms;

use super::{convolve, failed};
use crate::error::SpeechError;

/// Window of the analysis, samples at 48 kHz (43 ms).
const WINDOW: usize = 2048;
const HOP: usize = 1024;
/// Taps of the equaliser.
const TAPS: usize = 1025;
/// Lowest and highest band edge, in Hz; the dub ends at 12 kHz.
const LOWEST: f32 = 90.0;
const HIGHEST: f32 = 10_500.0;
/// Bands between them, each as wide on a logarithmic scale.
const BANDS: usize = 20;
/// Share of the difference that is taken over: the rest is the voice's own.
const SHARE: f32 = 0.7;
/// The most a band is raised and lowered, dB: raising lifts the synthesiser's noise.
const RAISE_DB: f32 = 6.0;
const LOWER_DB: f32 = 10.0;
/// Frames this far below the loudest are no speech (30 dB).
const QUIET: f32 = 0.03;
/// The fewest frames of speech that make a spectrum (0.5 s).
const LEAST: usize = 24;

/// An equaliser.
#[derive(Debug, Clone, PartialEq)]
pub struct Tilt {
    /// Gain of each band, dB.
    pub gains_db: Vec<f32>,
    rate: u32,
}

impl Tilt {
    /// The equaliser that brings the long-term spectrum of `dub` to that of `source` (both mono at `rate`); `None` when
    /// either holds too little speech.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn between(source: &[f32], dub: &[f32], rate: u32) -> Result<Option<Self>, SpeechError> {
        let (Some(wanted), Some(is)) = (bands(source, rate)?, bands(dub, rate)?) else { return Ok(None) };
        let difference: Vec<f32> = wanted.iter().zip(&is).map(|(w, i)| w - i).collect();
        let middle = difference.iter().sum::<f32>() / difference.len() as f32;
        let gain = |i: usize| {
            // Neighbours are averaged: formants are the voice's, not the room's.
            let near = &difference[i.saturating_sub(1)..(i + 2).min(BANDS)];
            let mean = near.iter().sum::<f32>() / near.len() as f32;
            (SHARE * (mean - middle)).clamp(-LOWER_DB, RAISE_DB)
        };
        Ok(Some(Self { gains_db: (0..BANDS).map(gain).collect(), rate }))
    }

    /// The sound through the equaliser, in step with the original.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn apply(&self, sound: &[f32]) -> Result<Vec<f32>, SpeechError> {
        let taps = self.taps()?;
        let mut padded = sound.to_vec();
        padded.resize(sound.len() + TAPS / 2, 0.0);
        Ok(convolve(&padded, &taps)?.split_off(TAPS / 2))
    }

    /// A symmetric filter with the wanted gains.
    fn taps(&self) -> Result<Vec<f32>, SpeechError> {
        let size = 4 * (TAPS - 1);
        let inverse = RealFftPlanner::<f32>::new().plan_fft_inverse(size);
        let (mut bins, mut wave) = (inverse.make_input_vec(), inverse.make_output_vec());
        for (k, bin) in bins.iter_mut().enumerate() {
            bin.re = 10f32.powf(self.gain_at(k as f32 * self.rate as f32 / size as f32) / 20.0);
        }
        inverse.process(&mut bins, &mut wave).map_err(failed)?;
        let half = TAPS / 2;
        let tap = |i: usize| {
            let window = 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / (TAPS - 1) as f32).cos();
            wave[(i + size - half) % size] / size as f32 * window
        };
        Ok((0..TAPS).map(tap).collect())
    }

    /// Gain at a frequency, between the bands' middles.
    fn gain_at(&self, hz: f32) -> f32 {
        let at = (hz.max(1.0) / LOWEST).ln() / (HIGHEST / LOWEST).ln() * BANDS as f32 - 0.5;
        let at = at.clamp(0.0, (BANDS - 1) as f32);
        let (low, part) = (at as usize, at.fract());
        self.gains_db[low] * (1.0 - part) + self.gains_db[(low + 1).min(BANDS - 1)] * part
    }
}

/// Level of speech in every band, dB; `None` for too little speech.
fn bands(sound: &[f32], rate: u32) -> Result<Option<Vec<f32>>, SpeechError> {
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
    let (mut buffer, mut bins) = (fft.make_input_vec(), fft.make_output_vec());
    let frames: Vec<&[f32]> = sound.windows(WINDOW).step_by(HOP).collect();
    let loudest = frames.iter().map(|f| rms(f)).fold(0.0, f32::max);
    let mut power = vec![0.0f64; bins.len()];
    let mut count = 0_usize;
    for frame in frames.into_iter().filter(|f| loudest > 1e-5 && rms(f) > loudest * QUIET) {
        for (i, (b, s)) in buffer.iter_mut().zip(frame).enumerate() {
            *b = s * (0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / WINDOW as f32).cos());
        }
        fft.process(&mut buffer, &mut bins).map_err(failed)?;
        power.iter_mut().zip(&bins).for_each(|(p, b)| *p += f64::from(b.norm_sqr()));
        count += 1;
    }
    if count < LEAST {
        return Ok(None);
    }
    let edge = |i: usize| LOWEST * (HIGHEST / LOWEST).powf(i as f32 / BANDS as f32);
    let bin = |hz: f32| ((hz * WINDOW as f32 / rate as f32).round() as usize).min(power.len() - 1);
    let level = |i: usize| {
        let (from, to) = (bin(edge(i)), bin(edge(i + 1)).max(bin(edge(i)) + 1));
        let part = &power[from..to.min(power.len())];
        let mean = part.iter().sum::<f64>() / part.len().max(1) as f64 / count as f64;
        10.0 * mean.max(1e-12).log10() as f32
    };
    Ok(Some((0..BANDS).map(level).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise, reproducible.
    fn noise(samples: usize) -> Vec<f32> {
        let mut state = 1u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        std::iter::repeat_with(next).take(samples).collect()
    }

    #[test]
    fn a_dull_source_makes_a_bright_dub_duller() {
        let bright = noise(96_000);
        let mut state = 0.0;
        let dull: Vec<f32> = bright
            .iter()
            .map(|s| {
                state += 0.15 * (s - state);
                state
            })
            .collect();
        let tilt = Tilt::between(&dull, &bright, 48_000).unwrap().unwrap();
        let (low, high) = (tilt.gains_db[2], tilt.gains_db[BANDS - 1]);
        assert!(low > 1.0 && high < -5.0, "{:?}", tilt.gains_db);
        let out = tilt.apply(&bright).unwrap();
        let after = Tilt::between(&dull, &out, 48_000).unwrap().unwrap();
        assert!(after.gains_db[BANDS - 1] > high * 0.6, "{:?}", after.gains_db);
        assert_eq!(out.len(), bright.len());
        assert!(Tilt::between(&[0.0; 9000], &bright, 48_000).unwrap().is_none());
    }
}
