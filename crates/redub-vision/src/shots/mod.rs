//! Shots: stretches of frames between two cuts.

mod detector;
mod thumb;

use serde::{Deserialize, Serialize};

pub use detector::ShotDetector;

/// Frames `first..end` taken by one camera without a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// First frame.
    pub first: usize,
    /// First frame after the shot.
    pub end: usize,
}
