//! Spans of time.

use serde::{Deserialize, Serialize};

/// A half-open span `[start, end)` in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First instant, in seconds.
    pub start: f64,
    /// First instant after the span, in seconds.
    pub end: f64,
}

impl Span {
    /// A span from `start` to `end`; an end before the start gives an empty span at `start`.
    pub fn new(start: f64, end: f64) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.end - self.start
    }

    /// Middle of the span, in seconds.
    pub fn middle(&self) -> f64 {
        0.5 * (self.start + self.end)
    }

    /// Whether `time` (seconds) lies inside.
    pub fn contains(&self, time: f64) -> bool {
        time >= self.start && time < self.end
    }

    /// Seconds shared with `other`; 0 when they do not touch.
    pub fn overlap(&self, other: &Span) -> f64 {
        (self.end.min(other.end) - self.start.max(other.start)).max(0.0)
    }

    /// The same span moved by `seconds`.
    pub fn shifted(&self, seconds: f64) -> Self {
        Self { start: self.start + seconds, end: self.end + seconds }
    }

    /// Indices of the samples inside, at `rate` Hz, cut to a signal of `len` samples.
    pub fn samples(&self, rate: u32, len: usize) -> std::ops::Range<usize> {
        let at = |t: f64| ((t * f64::from(rate)).round().max(0.0) as usize).min(len);
        at(self.start)..at(self.end)
    }
}
