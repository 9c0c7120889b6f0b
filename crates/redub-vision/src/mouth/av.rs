//! Whether lips and sound go together.
//!
//! The opening of the lips, as tracked, is correlated (Pearson's r, each face about its own mean) with the opening that the
//! sound leads one to expect: the mouth shapes heard in it, with coarticulation and loudness
//! ([`super::openings`]). The expectation knows nothing of the picture, the person or the text. Real speech gives
//! 0.3 to 0.7, sound and lips of different speech about 0.

use serde::{Deserialize, Serialize};

/// Steps a second of the expectation.
pub const RATE: f64 = 100.0;
/// Largest shift looked at, seconds.
const MOST_LAG: f64 = 0.4;
/// Less seen speech than this says nothing, seconds.
const LEAST_SECONDS: f64 = 5.0;

/// Lips and sound of one clip.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AvFit {
    /// Correlation without a shift, -1..1.
    pub at_zero: f32,
    /// Largest correlation at any shift.
    pub peak: f32,
    /// Shift of the largest correlation, milliseconds: above 0 the lips are later than the sound.
    pub lag_ms: f32,
}

/// Fits what was seen to what was heard. `faces` holds for each face (time in seconds, opening of the lips);
/// `expected` the expected opening at [`RATE`], from time 0 on. None for less than five seconds of lips or for lips
/// that do not move.
pub fn fit(faces: &[Vec<(f64, f32)>], expected: &[f32]) -> Option<AvFit> {
    let times: Vec<f64> = faces.iter().flatten().map(|(t, _)| *t).collect();
    let (first, last) = times.iter().fold((f64::INFINITY, 0.0f64), |(a, b), t| (a.min(*t), b.max(*t)));
    // A frame lasts a 15th of a second or less; gaps do not count.
    let seconds: f64 = faces
        .iter()
        .flat_map(|f| f.windows(2))
        .map(|w| w[1].0 - w[0].0)
        .filter(|step| *step < 1.0 / 14.0)
        .sum();
    if seconds < LEAST_SECONDS || last <= first {
        return None;
    }
    let steps = (MOST_LAG * RATE) as i32;
    let at = |lag: i32| correlation(faces, expected, f64::from(lag) / RATE);
    let at_zero = at(0)?;
    let best = (-steps..=steps).filter_map(|lag| Some((lag, at(lag)?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(AvFit { at_zero, peak: best.1, lag_ms: (f64::from(best.0) * 1000.0 / RATE) as f32 })
}

/// Pearson's r of the lips with the expectation `lag` seconds earlier.
fn correlation(faces: &[Vec<(f64, f32)>], expected: &[f32], lag: f64) -> Option<f32> {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for face in faces.iter().filter(|f| !f.is_empty()) {
        let pairs: Vec<(f64, f64)> =
            face.iter().map(|(t, opening)| (f64::from(*opening), sample(expected, t - lag))).collect();
        let n = pairs.len() as f64;
        let (ma, mb) = pairs.iter().fold((0.0, 0.0), |(a, b), p| (a + p.0 / n, b + p.1 / n));
        for (a, b) in pairs {
            ab += (a - ma) * (b - mb);
            aa += (a - ma).powi(2);
            bb += (b - mb).powi(2);
        }
    }
    (aa > 1e-9 && bb > 1e-9).then(|| (ab / (aa * bb).sqrt()) as f32)
}

/// The expectation at a time, between its steps linearly; its ends reach on.
fn sample(expected: &[f32], time: f64) -> f64 {
    let at = (time * RATE).clamp(0.0, expected.len().saturating_sub(1) as f64);
    let (low, share) = (at.floor() as usize, at.fract());
    let value = |i: usize| expected.get(i).copied().map_or(0.0, f64::from);
    value(low) * (1.0 - share) + value((low + 1).min(expected.len().saturating_sub(1))) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something like an opening: no period shorter than the clip.
    fn wave(t: f64) -> f32 {
        ((t * 7.0).sin() + (t * 11.3).sin() + (t * 3.1).cos()) as f32
    }

    #[test]
    fn a_shift_is_found_and_other_speech_does_not_fit() {
        let expected: Vec<f32> = (0..1200).map(|i| wave(i as f64 / RATE)).collect();
        let lips = |shift: f64, speed: f64| -> Vec<Vec<(f64, f32)>> {
            vec![
                (0..250).map(|i| f64::from(i) / 25.0 + 1.0).map(|t| (t, wave((t - shift) * speed))).collect(),
            ]
        };
        let late = fit(&lips(0.12, 1.0), &expected).unwrap();
        assert!((late.lag_ms - 120.0).abs() < 11.0 && late.peak > 0.98, "{late:?}");
        assert!(late.at_zero < late.peak);
        let other = fit(&lips(0.0, 1.37), &expected).unwrap();
        assert!(other.at_zero.abs() < 0.4, "{other:?}");
        assert_eq!(fit(&[vec![(0.0, 0.1), (1.0, 0.2)]], &expected), None);
    }
}
