//! Words of the dubbing domain, without files, models or HTTP.
//!
//! Units throughout: seconds (`f64`) on the source's time line where zero is the start of the (trimmed) input,
//! samples are `f32` in -1..1, sample rates in Hz, picture coordinates in pixels with the origin top left.

pub mod audio;
pub mod captions;
pub mod frame;
pub mod language;
pub mod phone;
pub mod report;
pub mod time;
pub mod transcript;

pub use audio::Audio;
pub use frame::Frame;
pub use language::{Language, UnknownLanguage};
pub use phone::{GLIDE_AT, PhoneSpan, Viseme, glide};
pub use time::Span;
pub use transcript::{Gender, Line, Speaker, Transcript, Word};
