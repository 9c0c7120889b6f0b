//! Hearing and speaking: who speaks when, what is said, the sound without the speech, voices and synthesis.

pub mod enhance;
pub mod error;
mod mel;
pub mod phonemes;
pub mod progress;
pub mod room;
pub mod speak;
pub mod stems;
pub mod transcribe;
pub mod turns;
pub mod visemes;
pub mod voices;

pub use error::SpeechError;
pub use progress::Progress;
