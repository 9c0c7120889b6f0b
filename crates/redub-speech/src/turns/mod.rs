//! Who speaks when: voice activity detection and speaker diarization.
//!
//! [`NeuralDiarizer`] is the engine: Silero finds the speech, the pyannote segmentation network finds speaker
//! changes and overlap inside windows of ten seconds, CAM++ turns stretches of speech into voice prints and the
//! voice prints are clustered into speakers.

mod clustering;
pub mod der;
mod draw;
mod embedding;
mod fbank;
mod neural;
mod segmentation;
mod vad;

use redub_core::Span;
use serde::{Deserialize, Serialize};

pub use embedding::VoicePrint;
pub use neural::NeuralDiarizer;
pub use vad::{SileroVad, VadSettings};

use crate::error::SpeechError;

/// Sample rate of all audio handed to this module, in Hz.
pub const RATE: u32 = 16_000;

/// Something that can tell who speaks when.
pub trait Diarize: Send + Sync {
    /// Finds the speech and the speakers in `audio` (16 kHz mono, -1..1).
    ///
    /// `speakers_hint` is how many people the user says are heard. It is honoured unless the voices themselves
    /// strongly disagree; [`Turns::note`] then says so.
    ///
    /// # Errors
    /// A network that fails on this input.
    fn turns(&self, audio: &[f32], speakers_hint: Option<usize>) -> Result<Turns, SpeechError>;
}

/// A stretch of speech of one speaker.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// 0-based speaker, in order of first appearance.
    pub speaker: usize,
    /// When, in seconds.
    pub span: Span,
}

/// Who speaks when in one file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Turns {
    /// Where anybody speaks, in order, without overlap (voice activity).
    pub speech: Vec<Span>,
    /// Who speaks there, in order of start; turns of different speakers may overlap.
    pub turns: Vec<Turn>,
    /// Number of speakers; 0 when there is no speech.
    pub speakers: usize,
    /// One unit-length CAM++ voice print (192 numbers) for each speaker.
    pub embeddings: Vec<Vec<f32>>,
    /// What the user should know, for instance that a hint was overruled and why.
    pub note: Option<String>,
}

impl Turns {
    /// Seconds in which anybody speaks.
    pub fn speech_seconds(&self) -> f64 {
        self.speech.iter().map(Span::seconds).fold(0.0, |sum, s| sum + s)
    }
}
