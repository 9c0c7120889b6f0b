//! Sound in memory.

use crate::time::Span;

/// Interleaved samples, `f32` in -1..1.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// Sample rate in Hz.
    pub rate: u32,
    /// Number of interleaved channels, at least 1.
    pub channels: usize,
    /// `frames × channels` samples.
    pub samples: Vec<f32>,
}

impl Audio {
    /// Wraps interleaved samples.
    pub fn new(rate: u32, channels: usize, samples: Vec<f32>) -> Self {
        Self { rate, channels: channels.max(1), samples }
    }

    /// Silence of `frames` sample frames.
    pub fn silence(rate: u32, channels: usize, frames: usize) -> Self {
        Self::new(rate, channels, vec![0.0; frames * channels.max(1)])
    }

    /// Number of sample frames (samples per channel).
    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate)
    }

    /// Mean of all channels; of 5.1 and 7.1 sound (six or eight channels in the order of wav files: left, right, centre,
    /// effects, surrounds) the mean of its stereo downmix after ITU-R BS.775, in which the centre and the surrounds have
    /// -3 dB and the effects channel is left out.
    pub fn mono(&self) -> Audio {
        if self.channels == 1 {
            return self.clone();
        }
        let weight = |channel: usize| match (self.channels, channel) {
            (6 | 8, 0 | 1) => 0.5,
            (6 | 8, 2) => std::f32::consts::FRAC_1_SQRT_2,
            (6 | 8, 3) => 0.0,
            (6 | 8, _) => 0.5 * std::f32::consts::FRAC_1_SQRT_2,
            (channels, _) => 1.0 / channels as f32,
        };
        let weights: Vec<f32> = (0..self.channels).map(weight).collect();
        let mix = |frame: &[f32]| frame.iter().zip(&weights).map(|(s, w)| s * w).sum();
        Audio::new(self.rate, 1, self.samples.chunks_exact(self.channels).map(mix).collect())
    }

    /// One channel (0-based) as mono samples.
    pub fn channel(&self, index: usize) -> Vec<f32> {
        self.samples.iter().skip(index).step_by(self.channels).copied().collect()
    }

    /// The part inside `span`, cut to what exists.
    pub fn slice(&self, span: Span) -> Audio {
        let range = span.samples(self.rate, self.frames());
        let samples = self.samples[range.start * self.channels..range.end * self.channels].to_vec();
        Audio::new(self.rate, self.channels, samples)
    }

    /// Root mean square over all samples; 0 for no samples.
    pub fn rms(&self) -> f32 {
        rms(&self.samples)
    }
}

/// Root mean square; 0 for an empty slice.
pub fn rms(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let energy: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    (energy / samples.len() as f64).sqrt() as f32
}
