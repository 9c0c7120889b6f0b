//! Where speech is heard.

use redub_core::{Audio, Span};

use super::features::STEP;
use super::stft::HOP;
use crate::turns::VadSettings;

/// Speech quieter than this below the file's loud speech counts as silence, in dB.
const FLOOR_DB: f32 = -38.0;
/// Frames of the network's local signal-to-noise ratio below this hold no speech, in dB.
const MIN_SNR_DB: f32 = -10.0;
/// Frames the envelope opens before speech and stays open after it: 60 and 200 ms.
const BEFORE: usize = 6;
const AFTER: usize = 20;
/// Frames of the raised-cosine ramp at each side (50 ms).
const RAMP: usize = 5;

/// Seconds around a detected span in which speech may still sound: onsets and final consonants are often missed.
const MARGIN: f64 = 0.3;

/// Rules for the speech detector: rather too much than too little, because what is missed stays in the background.
pub(crate) const LENIENT: VadSettings =
    VadSettings { start: 0.35, end: 0.2, min_speech: 0.1, min_pause: 0.2, pad: 0.1 };

/// 48 kHz → 16 kHz for the speech detector: a windowed-sinc low pass at 7.2 kHz, then every third sample.
pub(crate) fn third(voice: &[f32]) -> Vec<f32> {
    const HALF: usize = 24;
    const CUT: f32 = 0.3;
    let tap = |k: usize| {
        let x = k as f32 - HALF as f32;
        let sinc =
            if x == 0.0 { CUT } else { (std::f32::consts::PI * CUT * x).sin() / (std::f32::consts::PI * x) };
        sinc * (0.5 + 0.5 * (std::f32::consts::PI * x / (HALF as f32 + 1.0)).cos())
    };
    let taps: Vec<f32> = (0..=2 * HALF).map(tap).collect();
    let at = |i: usize| i.checked_sub(HALF).and_then(|i| voice.get(i)).copied().unwrap_or(0.0);
    (0..voice.len().div_ceil(3))
        .map(|n| taps.iter().enumerate().map(|(k, t)| t * at(3 * n + k)).sum())
        .collect()
}

/// A value 0..1 for every 10 ms.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    values: Vec<f32>,
}

impl Activity {
    /// Activity of a separated voice (48 kHz) inside the `spoken` spans; `snr_db` is the network's own estimate per frame.
    pub(crate) fn of(voice: &[f32], snr_db: &[f32], spoken: &[Span]) -> Self {
        let levels: Vec<f32> =
            voice.chunks(HOP).map(|c| 20.0 * redub_core::audio::rms(c).max(1e-7).log10()).collect();
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let loud = sorted.get(sorted.len() * 95 / 100).copied().unwrap_or(-140.0);
        let speaks = |t: usize| {
            let snr = snr_db.get(t).copied().unwrap_or(f32::MIN);
            let time = (t as f64 + 0.5) * STEP;
            let heard = spoken.iter().any(|s| time > s.start - MARGIN && time < s.end + MARGIN);
            heard && levels[t] > (loud + FLOOR_DB).max(-65.0) && snr > MIN_SNR_DB
        };
        let raw: Vec<bool> = (0..levels.len()).map(speaks).collect();
        let mut open = vec![false; raw.len()];
        for (t, _) in raw.iter().enumerate().filter(|(_, speaks)| **speaks) {
            open[t.saturating_sub(BEFORE)..(t + AFTER + 1).min(raw.len())].fill(true);
        }
        Self { values: smooth(&open) }
    }

    /// The values, one for each 10 ms from the start.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Seconds between two values.
    pub fn step(&self) -> f64 {
        STEP
    }

    /// The stretches where speech is heard.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = None;
        for (t, value) in self.values.iter().chain(std::iter::once(&0.0)).enumerate() {
            match (start, *value > 0.5) {
                (None, true) => start = Some(t),
                (Some(from), false) => {
                    spans.push(Span::new(from as f64 * STEP, t as f64 * STEP));
                    start = None;
                }
                _ => {}
            }
        }
        spans
    }

    /// Share of the time in which speech is heard.
    pub fn share(&self) -> f32 {
        self.values.iter().filter(|v| **v > 0.5).count() as f32 / self.values.len().max(1) as f32
    }

    /// Level (root mean square) of `audio` where speech is (`true`) or is not heard; of all of it where there is no such place.
    pub(crate) fn level(&self, audio: &Audio, speech: bool) -> f32 {
        let frames = audio.samples.chunks(HOP * audio.channels).zip(&self.values);
        let chosen: Vec<f32> = frames
            .filter(|(_, v)| (**v > 0.5) == speech)
            .flat_map(|(chunk, _)| chunk.iter().copied())
            .collect();
        // Less than a fifth of a second says nothing.
        if chosen.len() < audio.channels * HOP * 20 { audio.rms() } else { redub_core::audio::rms(&chosen) }
    }
}

/// A moving mean, wide as the ramp, of the open frames.
fn smooth(open: &[bool]) -> Vec<f32> {
    let mean = |t: usize| {
        let window = &open[t.saturating_sub(RAMP / 2)..(t + RAMP / 2 + 1).min(open.len())];
        window.iter().filter(|o| **o).count() as f32 / window.len() as f32
    };
    (0..open.len()).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_around_speech_only() {
        let mut voice = vec![0.0; 480 * 300];
        voice[480 * 100..480 * 150]
            .iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x = (i as f32 * 0.05).sin() * 0.3);
        let activity = Activity::of(&voice, &vec![20.0; 301], &[Span::new(1.0, 1.5)]);
        let spans = activity.spans();
        assert_eq!(spans.len(), 1);
        assert!((spans[0].start - 0.94).abs() < 0.03 && (spans[0].end - 1.70).abs() < 0.03, "{spans:?}");
    }
}
