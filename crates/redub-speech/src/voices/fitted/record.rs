//! A fitted voice, in memory and on disk.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::file::Array;
use super::harmonics::Source;
use crate::error::SpeechError;

/// How far a fitted voice is taken over, and how far where a line is not clear then: the last fifth costs more clarity than it gives
/// likeness (docs/adr/065).
pub const SHARE: f32 = 0.85;
/// See [`SHARE`].
pub const SOFTER: f32 = 0.7;
/// Error rate of a line, listened back to, up to which a fitted voice is kept as it is; beyond, a softer one is tried, and the one that is
/// understood better is kept.
pub const CLEAR: f64 = 0.125;

/// What makes Kokoro's decoder sound like a speaker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// The timbre fitting began with: 128 numbers.
    pub start: Vec<f32>,
    /// Their own timbre.
    pub timbre: Vec<f32>,
    /// What is added to the decoder, by name ([`super::Decoder`]).
    pub learnt: Vec<(String, Array)>,
    /// How the decoder's harmonics are mixed, which are made outside of it.
    pub source: Source,
}

/// A fitted voice, taken over as far as `share` says.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnVoice {
    /// The voice.
    pub voice: Arc<Fitted>,
    /// 0 is the decoder as it was, 1 as it was fitted.
    pub share: f32,
}

impl Fitted {
    /// A voice of that timbre with the decoder as it is.
    pub fn unchanged(timbre: Vec<f32>, source: Source) -> Self {
        Self { start: timbre.clone(), timbre, learnt: Vec::new(), source }
    }

    /// The timbre on the way from where it began: at a share of 0 there, at 1 where it was fitted to.
    pub fn timbre_at(&self, share: f32) -> Vec<f32> {
        self.start.iter().zip(&self.timbre).map(|(from, to)| from + share * (to - from)).collect()
    }

    /// Writes the voice to a file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), SpeechError> {
        let bytes = postcard::to_stdvec(self).map_err(|e| refused(path, &e.to_string()))?;
        Ok(std::fs::write(path, bytes)?)
    }

    /// Reads what [`Fitted::write`] wrote.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged.
    pub fn read(path: &Path) -> Result<Self, SpeechError> {
        postcard::from_bytes(&std::fs::read(path)?).map_err(|e| refused(path, &e.to_string()))
    }
}

pub(super) fn refused(path: &Path, reason: &str) -> SpeechError {
    SpeechError::Engine { engine: "own voice", reason: format!("{}: {reason}", path.display()) }
}
