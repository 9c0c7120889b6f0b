//! The pitch of every frame, for windows that fit it.

use super::envelope::{HOP, RATE};

/// Samples compared (25 ms at 12 kHz) and lags searched: 400 Hz down to 60 Hz.
const WINDOW: usize = 300;
const LAGS: std::ops::RangeInclusive<usize> = 30..=200;
/// The normalised difference below which a frame is periodic.
const PERIODIC: f32 = 0.2;
/// Frames without a pitch that are bridged (50 ms), and how far apart the pitches at both ends may be (a third; natural logarithm).
const GAP: usize = 10;
const NEAR: f32 = 0.25;

/// Pitch in Hz of every frame of 120 samples (5 ms); `None` where there is none. YIN on every second sample.
pub fn pitches(sound: &[f32]) -> Vec<Option<f32>> {
    let half: Vec<f32> = sound.chunks(2).map(|pair| pair.iter().sum::<f32>() * 0.5).collect();
    let frames = sound.len() / HOP + usize::from(!sound.is_empty());
    let reach = WINDOW + LAGS.end();
    let raw: Vec<Option<f32>> = (0..frames)
        .map(|frame| {
            let start = (frame * HOP / 2).saturating_sub(reach / 2).min(half.len().saturating_sub(reach));
            half.get(start..start + reach).and_then(period).map(|lag| RATE as f32 / 2.0 / lag)
        })
        .collect();
    // One frame that jumps by an octave among others is an error.
    let steady: Vec<Option<f32>> = (0..frames)
        .map(|i| {
            let mut near: Vec<f32> =
                raw[i.saturating_sub(2)..(i + 3).min(frames)].iter().filter_map(|p| *p).collect();
            near.sort_by(f32::total_cmp);
            raw[i].and(near.get(near.len() / 2).copied())
        })
        .collect();
    bridged(steady)
}

/// Gaps of at most [`GAP`] frames between two pitches that are near each other are where one sound turns into the next: the
/// voice goes on, and a window as short as noise needs would see single pulses.
fn bridged(mut pitches: Vec<Option<f32>>) -> Vec<Option<f32>> {
    let mut last: Option<(usize, f32)> = None;
    for i in 0..pitches.len() {
        let Some(here) = pitches[i] else { continue };
        if let Some((before, hz)) = last {
            let steps = i - before;
            if (2..=GAP + 1).contains(&steps) && (here / hz).ln().abs() < NEAR {
                for step in 1..steps {
                    pitches[before + step] = Some(hz + (here - hz) * step as f32 / steps as f32);
                }
            }
        }
        last = Some((i, here));
    }
    pitches
}

/// Period of a stretch in samples.
fn period(part: &[f32]) -> Option<f32> {
    let mut sum = 0.0;
    let mut shape = [1.0f32; *LAGS.end() + 2];
    for lag in 1..=*LAGS.end() {
        let difference: f32 = part[..WINDOW].iter().zip(&part[lag..]).map(|(a, b)| (a - b) * (a - b)).sum();
        sum += difference;
        shape[lag] = if sum > 1e-9 { difference * lag as f32 / sum } else { 1.0 };
    }
    let mut lag = LAGS.clone().find(|lag| shape[*lag] < PERIODIC)?;
    while lag < *LAGS.end() && shape[lag + 1] < shape[lag] {
        lag += 1;
    }
    let (left, here, right) = (shape[lag - 1], shape[lag], shape[lag + 1]);
    let bend = left - 2.0 * here + right;
    let shift = if bend > 1e-6 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    Some(lag as f32 + shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buzz_has_its_pitch_and_silence_has_none() {
        let buzz: Vec<f32> = (0..RATE as usize / 2)
            .map(|i| (1..6).map(|k| (i as f32 * k as f32 * 0.0314).sin() / k as f32).sum())
            .collect();
        let found = pitches(&buzz)[40].unwrap();
        assert!((found - 0.0314 * RATE as f32 / std::f32::consts::TAU).abs() < 1.0, "{found}");
        assert!(pitches(&[0.0; 9_600]).iter().all(Option::is_none));
    }
}
