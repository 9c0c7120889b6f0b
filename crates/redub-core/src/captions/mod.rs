//! Captions: SubRip (SRT) and WebVTT, read and written, and text reflowed into short cues.

mod breaks;
mod parse;
mod reflow;
mod write;

use serde::{Deserialize, Serialize};

use crate::time::Span;

pub use parse::{CaptionError, parse_srt, parse_vtt};
pub use reflow::{ReflowRules, hold, reflow};
pub use write::{to_srt, to_vtt};

/// One caption on screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// When it is shown.
    pub span: Span,
    /// What it says; line breaks are `\n`.
    pub text: String,
}
