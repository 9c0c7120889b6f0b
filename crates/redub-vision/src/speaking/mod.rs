//! Which face says a line.
//!
//! Lips open with loud sound and close with silence. For each line and each face in view the opening of the lips is compared with
//! the loudness of the sound over the line, and how much the lips move at all is weighed in. What a speaker's other
//! lines in the same shot say about the same face counts too. When no face fits well, nobody is said to speak: a voice-over over
//! a listening face must not move its mouth.

mod assign;
mod envelope;
mod motion;
mod score;

use serde::{Deserialize, Serialize};

pub use assign::who_speaks;

/// A part of a line inside one shot, and the face that says it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceSpan {
    /// First frame.
    pub first: usize,
    /// First frame after the part.
    pub end: usize,
    /// [`crate::tracks::FaceTrack::id`] of the face; `None` when no face fits.
    pub track: Option<usize>,
    /// How well the best face fits: above 0.3 it is believed, real matches lie at 0.4 to 1.
    pub score: f32,
}

/// Who says a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineFace {
    /// Position of the line in the list asked about.
    pub line: usize,
    /// In order, covering all frames of the line.
    pub spans: Vec<FaceSpan>,
}
