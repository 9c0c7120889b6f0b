//! A stock voice given a speaker's own sounds, by example.
//!
//! The stock voice says what the speaker says in the source; both takes are brought into step, and so for every sound of the
//! stock voice it is known how the speaker's differs. When the stock voice then says a line of the dub, each of its frames
//! finds its likes among those examples, in the stock voice's own sounds, and the difference is laid over it as a filter. Timing and melody stay the synthesiser's.

mod align;
mod cepstrum;
mod context;
mod envelope;
mod examples;
mod file;
mod filter;
mod tune;

pub use envelope::RATE;
pub use examples::Examples;

use crate::error::SpeechError;

/// The same words said by the stock voice and by the speaker, mono at [`RATE`].
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The stock voice.
    pub stock: Vec<f32>,
    /// The speaker.
    pub own: Vec<f32>,
}

/// Something that makes one voice's speech another's without changing its timing.
pub trait VoiceConverter: Send + Sync {
    /// `sound` (mono at [`RATE`]) in the other voice, of the same length and level; `share` 0..1 is how far it is changed.
    ///
    /// # Errors
    /// An engine that fails.
    fn convert(&self, sound: &[f32], share: f32) -> Result<Vec<f32>, SpeechError>;
}

fn failed(error: realfft::FftError) -> SpeechError {
    SpeechError::Engine { engine: "voice conversion", reason: error.to_string() }
}

#[cfg(test)]
mod tests;
