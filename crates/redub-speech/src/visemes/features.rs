//! What the network is given: log-mel energies with the mean of the speech taken off each band, so that neither level nor
//! microphone matters. `tools/visemes/features.py` computes the same for training.

use std::ops::Range;

use crate::error::SpeechError;
use crate::mel::Mel;

/// Bands of the spectrogram.
pub const BANDS: usize = 40;
/// Frames this far (log10 of energy, mean over bands) below the loud ones are not speech.
const SPEECH_RANGE: f32 = 1.5;
/// Share of the frames that are quieter than "loud".
const LOUD: f32 = 0.95;
/// Bounds of the result.
const LOWEST: f32 = -3.0;
const HIGHEST: f32 = 2.0;

/// Features of a whole sound, frame by frame.
pub struct Features(Vec<f32>);

impl Features {
    /// Computes them for 16 kHz mono sound.
    pub fn of(audio: &[f32]) -> Result<Self, SpeechError> {
        let frames = Mel::sounding(audio.len());
        let mut logs = Vec::with_capacity(frames * BANDS);
        Mel::new(BANDS).frames(audio, frames, |_, energies| {
            logs.extend(energies.iter().map(|e| e.max(1e-10).log10()));
        })?;
        level(&mut logs);
        Ok(Self(logs))
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.0.len() / BANDS
    }

    /// Some of them, one after another.
    pub fn rows(&self, frames: Range<usize>) -> &[f32] {
        &self.0[frames.start * BANDS..frames.end * BANDS]
    }
}

fn level(logs: &mut [f32]) {
    let levels: Vec<f32> = logs.chunks_exact(BANDS).map(|f| f.iter().sum::<f32>() / BANDS as f32).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let Some(loud) = sorted.get((LOUD * (sorted.len().max(1) - 1) as f32) as usize) else { return };
    let mut mean = [0.0f64; BANDS];
    let mut count = 0.0;
    for (frame, _) in logs.chunks_exact(BANDS).zip(&levels).filter(|(_, l)| **l > loud - SPEECH_RANGE) {
        mean.iter_mut().zip(frame).for_each(|(m, v)| *m += f64::from(*v));
        count += 1.0;
    }
    for frame in logs.chunks_exact_mut(BANDS) {
        for (value, mean) in frame.iter_mut().zip(&mean) {
            *value = (*value - (mean / f64::max(count, 1.0)) as f32).clamp(LOWEST, HIGHEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_and_length_do_not_matter() {
        let noise = |gain: f32| -> Vec<f32> {
            let mut state = 1u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as f32 / 32_768.0 - 1.0
            };
            (0..16_000).map(|i| gain * next() * (1.0 + (i as f32 * 0.001).sin())).collect()
        };
        let (a, b) = (Features::of(&noise(0.4)).unwrap(), Features::of(&noise(0.04)).unwrap());
        assert_eq!(a.frames(), 102);
        let apart = a.rows(20..80).iter().zip(b.rows(20..80)).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
        assert!(apart < 0.01, "{apart}");
        assert_eq!(Features::of(&[]).unwrap().frames(), 2);
    }
}
