//! Which voice speaks for whom.
//!
//! [`pitch`], [`tract`] and the CAM++ voice print describe a speaker, [`gender`] tells man from woman by the first two,
//! [`bank`] holds pitch and voice print of every stock voice, and [`assign()`] gives each speaker one near their own.
//! [`fitted`] makes a stock voice a speaker's own; [`cloner`] leaves that to a network of the user's.
//! [`ge2e`] is a second kind of voice print: fitting follows it, so that CAM++ can judge, and choosing does not look at it.

pub mod assign;
pub mod bank;
pub mod catalog;
pub mod cloner;
pub mod fitted;
pub mod ge2e;
pub mod gender;
pub mod in_step;
pub mod pitch;
pub mod tract;
pub mod voice;

pub use assign::{Matching, SpeakerSample, VoiceChoice, assign};
pub use bank::Bank;
pub use catalog::{Accent, StockVoice};
pub use cloner::{Cloner, Reference};
pub use ge2e::Ge2e;
pub use pitch::Pitch;
pub use voice::Voice;
