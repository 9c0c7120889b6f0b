//! A sound through a filter that changes from frame to frame.

use std::f32::consts::TAU;

use realfft::RealFftPlanner;

use super::envelope::{BANDS, HOP, RATE, middles};
use super::failed;
use crate::error::SpeechError;

/// Window and transform, samples: 21 ms, padded so that the filter's ringing does not wrap around.
const WINDOW: usize = 512;
const FFT: usize = 1024;

/// `sound` (mono at [`RATE`]) with the bands of every frame raised by `gains` (natural logarithms of amplitude).
///
/// # Errors
/// A Fourier transform that refuses its buffers.
pub fn filter(sound: &[f32], gains: &[[f32; BANDS]]) -> Result<Vec<f32>, SpeechError> {
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(FFT), planner.plan_fft_inverse(FFT));
    let window: Vec<f32> =
        (0..WINDOW).map(|i| 0.5 - 0.5 * (TAU * (i as f32 + 0.5) / WINDOW as f32).cos()).collect();
    let places = places();
    let (mut buffer, mut bins) = (forward.make_input_vec(), forward.make_output_vec());
    let mut wave = inverse.make_output_vec();
    let offset = (FFT - WINDOW) / 2;
    let mut out = vec![0.0f32; sound.len()];
    let mut weight = vec![0.0f32; sound.len()];
    for (frame, gain) in gains.iter().enumerate() {
        let start = (frame * HOP) as isize - (WINDOW / 2) as isize;
        buffer.fill(0.0);
        for (i, w) in window.iter().enumerate() {
            let at = usize::try_from(start + i as isize).ok().filter(|at| *at < sound.len());
            if let Some(at) = at {
                buffer[offset + i] = sound[at] * w;
                weight[at] += w;
            }
        }
        forward.process(&mut buffer, &mut bins).map_err(failed)?;
        for (bin, (band, part)) in bins.iter_mut().zip(&places) {
            let high = (band + 1).min(BANDS - 1);
            *bin *= (gain[*band] * (1.0 - part) + gain[high] * part).exp() / FFT as f32;
        }
        if let Some(last) = bins.last_mut() {
            last.im = 0.0;
        }
        bins[0].im = 0.0;
        inverse.process(&mut bins, &mut wave).map_err(failed)?;
        for (i, w) in wave.iter().enumerate() {
            let at = usize::try_from(start - offset as isize + i as isize).ok();
            if let Some(o) = at.and_then(|at| out.get_mut(at)) {
                *o += w;
            }
        }
    }
    out.iter_mut().zip(&weight).for_each(|(o, w)| *o /= w.max(0.1));
    Ok(out)
}

/// Between which bands every line of the spectrum lies.
fn places() -> Vec<(usize, f32)> {
    let middles = middles();
    let place = |line: usize| {
        let hz = line as f32 * RATE as f32 / FFT as f32;
        let above = middles.partition_point(|m| *m <= hz);
        if above == 0 {
            return (0, 0.0);
        }
        if above == BANDS {
            return (BANDS - 1, 0.0);
        }
        (above - 1, (hz - middles[above - 1]) / (middles[above] - middles[above - 1]))
    };
    (0..=FFT / 2).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gain_changes_nothing_and_a_gain_is_a_gain() {
        let sound: Vec<f32> = (0..6_000).map(|i| (i as f32 * 0.2).sin() * 0.3).collect();
        let gains = vec![[0.0; BANDS]; 51];
        let same = filter(&sound, &gains).unwrap();
        assert!((100..5_900).all(|i| (same[i] - sound[i]).abs() < 1e-3));
        let louder = filter(&sound, &vec![[0.5; BANDS]; 51]).unwrap();
        assert!((100..5_900).all(|i| (louder[i] - sound[i] * 0.5f32.exp()).abs() < 2e-3));
    }
}
