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

    /// Mean of all channels.
    pub fn mono(&self) -> Audio {
        if self.channels == 1 {
            return self.clone();
        }
        let scale = 1.0 / self.channels as f32;
        let samples =
            self.samples.chunks_exact(self.channels).map(|f| f.iter().sum::<f32>() * scale).collect();
        Audio::new(self.rate, 1, samples)
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
