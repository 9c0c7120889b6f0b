//! Text to speech with exact times.
//!
//! [`Speak`] is what the program needs of a synthesiser; [`kokoro`] is the engine.

pub mod clauses;
pub mod durations;
pub mod fit;
pub mod kokoro;
pub mod pace;
pub mod styles;
pub mod timeline;
pub mod vocab;

use std::sync::Arc;

use redub_core::{Audio, Language, PhoneSpan, Span};

use crate::error::SpeechError;
use crate::phonemes::Lexicon;
pub use crate::phonemes::{LanguageSupport, Quality};
use crate::voices::fitted::OwnVoice;
use crate::voices::{Reference, Voice};
pub use kokoro::Kokoro;

/// A line to be spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeakRequest {
    /// What to say.
    pub text: String,
    /// In which language.
    pub language: Language,
    /// With which voice.
    pub voice: Voice,
    /// Speech rate; 1.0 is the voice's own, 1.2 is a fifth faster.
    pub rate: f32,
    /// Factor on the voice's fundamental frequency; 1.0 leaves it.
    pub f0_scale: f32,
    /// Length the speech shall have; reached exactly while the rate this asks for stays within
    /// [`fit::RATES`] of the voice's own, else approached as far as that allows. Overrides `rate`.
    pub target_seconds: Option<f64>,
    /// Extra silence after a word: its position among the text's words, and seconds. It is part of the target length and
    /// of the natural one.
    pub pauses: Vec<(usize, f64)>,
    /// The pauses that the voice makes at marks by itself are short: for speakers who make none there. What
    /// [`pauses`](Self::pauses) asks for stays.
    pub speaks_on: bool,
    /// A decoder fitted to a speaker, which speaks instead of the voice's own; the voice still gives the delivery.
    pub own: Option<OwnVoice>,
    /// What the speaker sounds like, for a [`crate::voices::Cloner`]; the synthesiser does not look at it.
    pub reference: Option<Arc<Reference>>,
    /// The user's own pronunciations.
    pub lexicon: Option<Arc<Lexicon>>,
}

impl SpeakRequest {
    /// A request at the voice's own rate and pitch.
    pub fn new(text: impl Into<String>, language: Language, voice: Voice) -> Self {
        Self {
            text: text.into(),
            language,
            voice,
            rate: 1.0,
            f0_scale: 1.0,
            target_seconds: None,
            pauses: Vec::new(),
            speaks_on: false,
            own: None,
            reference: None,
            lexicon: None,
        }
    }
}

/// A spoken line.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The speech, mono, at the engine's rate, without silence before and after.
    pub audio: Audio,
    /// Every sound with its place in `audio`; silences have the symbol `" "`. Covers the audio without gaps.
    pub phones: Vec<PhoneSpan>,
    /// The words as written with their places in `audio`.
    pub words: Vec<(String, Span)>,
    /// Length the line would have at the voice's own rate.
    pub natural_seconds: f64,
}

/// A synthesiser.
pub trait Speak: Send + Sync {
    /// Speaks every line; one result per request, in order. A text without anything to say gives empty audio.
    ///
    /// # Errors
    /// A language or voice that is not available, or an engine that fails.
    fn speak(&self, lines: &[SpeakRequest]) -> Result<Vec<Spoken>, SpeechError>;

    /// The length of every line in seconds as [`Speak::speak`] would make it, at a small part of its cost.
    ///
    /// # Errors
    /// As [`Speak::speak`].
    fn measure(&self, lines: &[SpeakRequest]) -> Result<Vec<f64>, SpeechError>;

    /// The languages spoken, and how well.
    fn languages(&self) -> Vec<LanguageSupport>;
}
