//! A stock voice made a speaker's own: Kokoro's decoder fitted to how they sound in the source.

mod decoder;
mod file;
mod fit;
mod harmonics;
mod learn;
pub mod measure;
mod pieces;
mod print;
mod record;
mod saved;
mod spectrum;
pub mod weights;

pub use decoder::{Decoder, Inputs, TIMBRE, merge};
pub use file::Array;
pub use fit::Course;
pub use harmonics::Source;
pub use learn::{Piece, chosen, learn};
pub use record::{CLEAR, Fitted, OwnVoice, SHARE, SOFTER};
pub use saved::{SavedVoice, SavedVoices};
pub use weights::Weights;

#[cfg(test)]
mod tests;
