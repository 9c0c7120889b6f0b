//! The log-mel spectrogram Whisper was trained on (`log_mel_spectrogram` of the reference implementation).
//!
//! 80 mel filters (see [`crate::mel`]), decimal logarithm, held to 8 below the loudest of the clip, then `(x + 4) / 4`.
//! The binding's own spectrogram holds each frame by itself and is late by a window, which costs accuracy; hence this
//! one.

use crate::error::SpeechError;
use crate::mel::{HOP, Mel};

/// The spectrogram's tables.
pub struct LogMel(Mel);

impl LogMel {
    /// Prepares `bins` filters: 80, or 128 for the large-v3 family.
    pub fn new(bins: usize) -> Self {
        Self(Mel::new(bins))
    }

    /// Number of filters.
    pub fn bins(&self) -> usize {
        self.0.bins()
    }

    /// Spectrogram of 16 kHz audio padded with silence to `frames × 160` samples (or cut there): `bins × frames`
    /// numbers, filter by filter.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn spectrogram(&self, audio: &[f32], frames: usize) -> Result<Vec<f32>, SpeechError> {
        let audio = &audio[..audio.len().min(frames * HOP)];
        // Behind the audio everything is silence, whose logarithm is the floor.
        let mut mel = vec![-10.0_f32; self.bins() * frames];
        self.0.frames(audio, Mel::sounding(audio.len()).min(frames), |t, energies| {
            for (bin, energy) in energies.iter().enumerate() {
                mel[bin * frames + t] = energy.max(1e-10).log10();
            }
        })?;
        let floor = mel.iter().copied().fold(-10.0_f32, f32::max) - 8.0;
        mel.iter_mut().for_each(|v| *v = (v.max(floor) + 4.0) / 4.0);
        Ok(mel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_reference() {
        let signal: Vec<f32> = (0..4800)
            .map(|i| {
                let t = f64::from(i) / 16_000.0;
                (0.3 * (6.0 * (440.0 * t + 3_000.0 * t * t)).sin() + 0.1 * (2_000.0 * t).cos()) as f32
            })
            .collect();
        let golden: Vec<f32> =
            serde_json::from_str(include_str!("../../tests/golden/whisper_mel.json")).unwrap();
        let ours = LogMel::new(80).spectrogram(&signal, 40).unwrap();
        assert_eq!(ours.len(), golden.len());
        let worst = ours.iter().zip(&golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-3, "differs by {worst}");
    }
}
