//! A limiter that looks ahead.

use std::collections::VecDeque;

use redub_core::Audio;

use super::oversample;

/// How long before a peak the gain begins to fall, in seconds.
const AHEAD_S: f64 = 0.005;
/// Time constant with which the gain comes back, in seconds: slow enough not to be heard as pumping.
const RELEASE_S: f64 = 0.15;
/// Kept below the ceiling, as meters differ by this much.
const MARGIN_DB: f64 = 0.05;
/// The gain itself bends the wave a little, so that a peak may be left; each round takes away what is left.
const ROUNDS: usize = 4;

/// Lowers the sound around true peaks above `ceiling_dbtp`, with the same gain for all channels. The gain falls
/// smoothly over the 5 ms before a peak and comes back within a few tenths of a second. Returns the largest
/// reduction, in dB (0 when nothing was above).
pub fn limit_true_peak(audio: &mut Audio, ceiling_dbtp: f64) -> f64 {
    let ceiling = 10f64.powf((ceiling_dbtp - MARGIN_DB) / 20.0) as f32;
    let ahead = ((AHEAD_S * f64::from(audio.rate)).round() as usize).max(1);
    let release = (-1.0 / (RELEASE_S * f64::from(audio.rate))).exp() as f32;
    let mut total_db = 0.0;
    for _ in 0..ROUNDS {
        let peaks = oversample::peaks(&audio.samples, audio.channels);
        if peaks.iter().all(|peak| *peak <= ceiling) {
            break;
        }
        let gains = gains(&peaks, ceiling, ahead, release);
        for (frame, gain) in audio.samples.chunks_exact_mut(audio.channels).zip(&gains) {
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
        let lowest = gains.iter().copied().fold(1.0f32, f32::min);
        total_db -= 20.0 * f64::from(lowest).log10();
    }
    total_db
}

/// A smooth gain per sample frame that brings every peak below `ceiling`.
fn gains(peaks: &[f32], ceiling: f32, ahead: usize, release: f32) -> Vec<f32> {
    // A peak lies between its frame and the next one: both, and two more around, take its gain.
    let needed: Vec<f32> = peaks.iter().map(|peak| (ceiling / peak.max(ceiling)).min(1.0)).collect();
    let held = lowest_ahead(&needed, ahead + 2);
    let mut gain = 1.0f32;
    let falling = held.iter().map(|target| {
        gain = target.min(1.0 - (1.0 - gain) * release);
        gain
    });
    mean_behind(&falling.collect::<Vec<_>>(), ahead)
}

/// For each frame the lowest value from two frames before it to `reach` frames after it.
fn lowest_ahead(values: &[f32], reach: usize) -> Vec<f32> {
    let mut window: VecDeque<usize> = VecDeque::new();
    let mut next = 0;
    let mut lowest = Vec::with_capacity(values.len());
    for at in 0..values.len() {
        while next < values.len() && next <= at + reach {
            while window.back().is_some_and(|last| values[*last] >= values[next]) {
                window.pop_back();
            }
            window.push_back(next);
            next += 1;
        }
        while window.front().is_some_and(|first| first + 2 < at) {
            window.pop_front();
        }
        lowest.push(window.front().map_or(1.0, |first| values[*first]));
    }
    lowest
}

/// The mean of the last `count` values (the first value stands for those before the beginning).
fn mean_behind(values: &[f32], count: usize) -> Vec<f32> {
    let first = values.first().copied().unwrap_or(1.0);
    let mut sum = f64::from(first) * count as f64;
    let mean = |(at, value): (usize, &f32)| {
        let old = if at >= count { values[at - count] } else { first };
        sum += f64::from(*value) - f64::from(old);
        (sum / count as f64) as f32
    };
    values.iter().enumerate().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::super::true_peak_dbtp;
    use super::*;

    /// Tones near a quarter of the rate, whose true peaks lie between samples, with bursts and clicks.
    fn hot(rate: u32, channels: usize) -> Audio {
        let tau = std::f64::consts::TAU;
        let sample = |n: usize| {
            let t = n as f64 / f64::from(rate);
            let tone = (tau * 0.2497 * n as f64 + 0.7).sin() + 0.6 * (tau * 220.0 * t).sin();
            let burst = if (t * 4.0).fract() < 0.3 { 1.8 } else { 0.2 };
            let click = if n.is_multiple_of(7001) { 3.0 } else { 0.0 };
            (tone * burst + click) as f32
        };
        let frames = 2 * rate as usize;
        let samples = (0..frames).flat_map(|n| (0..channels).map(move |c| sample(n + 13 * c))).collect();
        Audio::new(rate, channels, samples)
    }

    #[test]
    fn no_true_peak_is_above_the_ceiling() -> crate::Result<()> {
        for (rate, channels, ceiling) in [(48_000, 2, -1.0), (44_100, 1, -2.0), (48_000, 6, -0.1)] {
            let mut audio = hot(rate, channels);
            let reduction = limit_true_peak(&mut audio, ceiling);
            let peak = true_peak_dbtp(&audio)?;
            assert!(peak <= ceiling + 0.1, "{peak} above {ceiling}");
            assert!(peak > ceiling - 1.0 && reduction > 3.0, "{peak}, lowered by {reduction}");
        }
        Ok(())
    }

    #[test]
    fn quiet_sound_is_not_touched() {
        let mut audio = hot(48_000, 2);
        audio.samples.iter_mut().for_each(|s| *s *= 0.05);
        let before = audio.clone();
        assert_eq!(limit_true_peak(&mut audio, -1.0), 0.0);
        assert_eq!(audio, before);
    }
}
