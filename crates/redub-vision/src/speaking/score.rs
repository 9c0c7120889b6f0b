//! How well a track's lips fit the sound.

use std::ops::Range;

use super::motion::Motion;

/// Frames by which sound and picture may be apart.
const LAGS: std::ops::RangeInclusive<isize> = -2..=2;
/// Deviation of the opening (cm) of someone who surely speaks.
const LIVELY: f32 = 0.25;
/// Path (cm per second) of lips that surely speak.
const FAST: f32 = 4.0;

/// Evidence that a track says what is heard in `frames`, about 0 (no) to 1 (surely).
pub(super) fn fit(motion: &Motion, loudness: &[f32], frames: Range<usize>, rate: f32) -> f32 {
    let from = frames.start.max(motion.first);
    let to = frames.end.min(motion.first + motion.aperture.len()).min(loudness.len());
    if to < from + 4 {
        return 0.0;
    }
    let inside = from - motion.first..to - motion.first;
    let aperture = &motion.aperture[inside.clone()];
    let speed = moving_mean(&motion.speed[inside]);
    let sound = |lag: isize| -> Vec<f32> {
        let at = |k: usize| k.saturating_add_signed(lag).min(loudness.len() - 1);
        (from..to).map(|k| loudness[at(k)]).collect()
    };
    let best = |lips: &[f32]| LAGS.map(|lag| correlation(lips, &sound(lag))).fold(f32::MIN, f32::max);
    let (opening, activity) = (best(aperture), best(&speed));
    let lively = (deviation(aperture) / LIVELY).min(1.0);
    let fast = (speed.iter().sum::<f32>() / speed.len() as f32 * rate / FAST).min(1.0);
    // A few frames correlate by chance.
    let trust = ((to - from) as f32 / rate / 0.8).min(1.0);
    trust * (0.4 * opening.max(0.0) + 0.15 * activity.max(0.0)) + 0.25 * lively + 0.2 * fast
}

fn moving_mean(values: &[f32]) -> Vec<f32> {
    (0..values.len())
        .map(|i| {
            let part = &values[i.saturating_sub(2)..(i + 3).min(values.len())];
            part.iter().sum::<f32>() / part.len() as f32
        })
        .collect()
}

/// Pearson's correlation; 0 when either does not vary.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let n = a.len().min(b.len()).max(1) as f32;
    let (ma, mb) = (a.iter().sum::<f32>() / n, b.iter().sum::<f32>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma).powi(2);
        bb += (y - mb).powi(2);
    }
    if aa * bb > 1e-12 { ab / (aa * bb).sqrt() } else { 0.0 }
}

fn deviation(values: &[f32]) -> f32 {
    let n = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / n;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lips_that_follow_the_sound_fit_and_still_lips_do_not() {
        let loudness: Vec<f32> = (0..100).map(|i| 0.5 + 0.5 * (i as f32 * 0.7).sin()).collect();
        let talking =
            Motion { first: 0, aperture: loudness.iter().map(|l| l * 0.9).collect(), speed: vec![0.15; 100] };
        let still = Motion { first: 0, aperture: vec![0.2; 100], speed: vec![0.01; 100] };
        assert!(fit(&talking, &loudness, 10..90, 25.0) > 0.7);
        assert!(fit(&still, &loudness, 10..90, 25.0) < 0.1);
    }
}
