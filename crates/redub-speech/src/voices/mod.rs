//! Which voice speaks for whom.
//!
//! [`pitch`], [`tract`] and the CAM++ voice print describe a speaker, [`gender`] tells man from woman by the first two,
//! [`bank`] holds pitch and voice print of every stock voice, and [`assign`] gives each speaker one near their own.

pub mod assign;
pub mod bank;
pub mod catalog;
pub mod gender;
pub mod pitch;
pub mod tract;
pub mod voice;

pub use assign::{Matching, SpeakerSample, VoiceChoice, assign};
pub use bank::Bank;
pub use catalog::{Accent, StockVoice};
pub use pitch::Pitch;
pub use voice::Voice;
