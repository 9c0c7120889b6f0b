//! Fundamental frequency of a voice.
//!
//! YIN (de Cheveigné and Kawahara, 2002): the lag at which a frame differs least from itself, on the
//! cumulative-mean-normalised difference function.

use redub_core::audio::rms;

/// Sample rate expected, in Hz.
pub const RATE: u32 = 16_000;
/// Samples compared per frame (40 ms).
const WINDOW: usize = 640;
/// Samples from frame to frame (20 ms).
const HOP: usize = 320;
/// Lags searched: 400 Hz down to 60 Hz.
const LAGS: std::ops::RangeInclusive<usize> = 40..=267;
/// The normalised difference below which a frame is periodic.
const PERIODIC: f32 = 0.15;
/// Frames this much below the loudest are not looked at (-30 dB).
const QUIET: f32 = 0.03;
/// Frames that are enough: one minute.
const ENOUGH: usize = 3_000;
/// The fewest voiced frames that make an estimate (0.2 s).
const LEAST: usize = 10;

/// Pitch of a stretch of speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pitch {
    /// Median of the voiced frames, in Hz.
    pub median_hz: f32,
    /// Lower quartile of the voiced frames, in Hz.
    pub low_hz: f32,
    /// Share of the audible frames that are voiced, 0..1.
    pub voiced_share: f32,
}

/// The pitch of 16 kHz mono audio; `None` when too little of it is voiced.
pub fn pitch(audio: &[f32]) -> Option<Pitch> {
    let span = WINDOW + LAGS.end();
    let frames: Vec<&[f32]> = audio.windows(span).step_by(HOP).take(ENOUGH).collect();
    let loudest = frames.iter().map(|f| rms(&f[..WINDOW])).fold(0.0, f32::max);
    let audible: Vec<&[f32]> = frames.into_iter().filter(|f| rms(&f[..WINDOW]) > loudest * QUIET).collect();
    let mut found: Vec<f32> = audible.iter().filter_map(|f| period(f)).map(|lag| RATE as f32 / lag).collect();
    if found.len() < LEAST {
        return None;
    }
    found.sort_by(f32::total_cmp);
    let voiced_share = found.len() as f32 / audible.len() as f32;
    Some(Pitch { median_hz: found[found.len() / 2], low_hz: found[found.len() / 4], voiced_share })
}

/// The period of a frame in samples; `None` when it is not periodic.
fn period(frame: &[f32]) -> Option<f32> {
    let mut differences = [0.0_f32; *LAGS.end() + 1];
    let mut sum = 0.0;
    for lag in 1..=*LAGS.end() {
        let difference: f32 =
            (frame[..WINDOW].iter().zip(&frame[lag..])).map(|(a, b)| (a - b) * (a - b)).sum();
        sum += difference;
        differences[lag] = if sum > 0.0 { difference * lag as f32 / sum } else { 1.0 };
    }
    // The first dip below the threshold, followed down to its bottom: later dips are multiples of the period.
    let mut lag = LAGS.clone().find(|lag| differences[*lag] < PERIODIC)?;
    while lag < *LAGS.end() && differences[lag + 1] < differences[lag] {
        lag += 1;
    }
    if lag == *LAGS.start() || lag == *LAGS.end() {
        return None;
    }
    let (left, here, right) = (differences[lag - 1], differences[lag], differences[lag + 1]);
    let bend = left - 2.0 * here + right;
    let shift = if bend > 0.0 { 0.5 * (left - right) / bend } else { 0.0 };
    Some(lag as f32 + shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buzz(hz: f32) -> Vec<f32> {
        let tone = |i: usize, k: f32| (std::f32::consts::TAU * hz * k * i as f32 / RATE as f32).sin() / k;
        (0..RATE as usize).map(|i| 0.1 * (1..8).map(|k| tone(i, k as f32)).sum::<f32>()).collect()
    }

    #[test]
    fn tones_are_measured_to_half_a_percent() {
        for hz in [75.0, 118.3, 210.0, 330.0] {
            let found = pitch(&buzz(hz)).unwrap();
            assert!((found.median_hz / hz - 1.0).abs() < 0.005, "{hz}: {found:?}");
            assert!(found.voiced_share > 0.95);
        }
    }

    #[test]
    fn silence_and_noise_have_none() {
        assert_eq!(pitch(&[0.0; 16_000]), None);
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        let noise: Vec<f32> = (0..16_000).map(|_| noise()).collect();
        assert!(pitch(&noise).is_none_or(|p| p.voiced_share < 0.1));
    }
}
