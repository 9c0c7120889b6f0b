//! Which voice speaks for whom.
//!
//! [`pitch`], [`tract`] and the CAM++ voice print describe a speaker, [`gender`] tells man from woman by the first two,
//! [`bank`] holds pitch and voice print of every stock voice, and [`assign()`] gives each speaker one near their own.
//! [`ge2e`] is a second kind of voice print that matching does not look at, so that it can judge it.

pub mod assign;
pub mod bank;
pub mod catalog;
pub mod convert;
pub mod ge2e;
pub mod gender;
pub mod pitch;
pub mod tract;
pub mod voice;

pub use assign::{Matching, SpeakerSample, VoiceChoice, assign};
pub use bank::Bank;
pub use catalog::{Accent, StockVoice};
pub use ge2e::Ge2e;
pub use pitch::Pitch;
pub use voice::Voice;
