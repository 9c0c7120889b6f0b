//! What is said: speech recognition with word times, and listening back to synthesised lines.
//!
//! [`Whisper`] is the engine. Recognisers invent text where nobody speaks; what the guards removed is kept in
//! [`Heard::dropped`] with the reason, so that nothing disappears silently.

mod chunks;
mod guards;
pub mod lines;
mod mel;
pub mod script;
mod timing;
pub mod wer;
mod whisper;
mod words;

use redub_core::{Language, Span, Word};
use serde::{Deserialize, Serialize};

pub use lines::lines;
pub use whisper::Whisper;

use crate::error::SpeechError;
use crate::progress::Progress;

/// Something that can write down speech.
///
/// Audio is 16 kHz mono in -1..1 throughout; `speech` is where somebody speaks (see [`crate::turns::Turns::speech`]).
pub trait Transcribe: Send + Sync {
    /// Languages heard, the most probable first, with probabilities that sum to 1.
    ///
    /// # Errors
    /// An engine that fails, or [`SpeechError::NoSpeech`] when `speech` is empty.
    fn detect_language(&self, audio: &[f32], speech: &[Span]) -> Result<Vec<(Language, f32)>, SpeechError>;

    /// Writes down everything said inside `speech`; `progress` is called with the share done, 0..1, and
    /// may stop the work between two batches of chunks.
    ///
    /// `language` `None` lets the engine detect it. No speech, or speech that turns out to be none, gives a
    /// [`Heard`] without words.
    ///
    /// # Errors
    /// An engine that fails, a language that it does not know, or [`SpeechError::Stopped`].
    fn transcribe(
        &self,
        audio: &[f32],
        speech: &[Span],
        language: Option<&Language>,
        progress: &mut Progress<'_>,
    ) -> Result<Heard, SpeechError>;

    /// What is said in each of several short clips, all in `language`: for listening back to synthesised lines.
    ///
    /// Clips above 30 s are cut there. A clip in which nothing is heard gives an empty text.
    ///
    /// # Errors
    /// An engine that fails, or a language that it does not know.
    fn listen_many(&self, clips: &[&[f32]], language: &Language) -> Result<Vec<String>, SpeechError>;

    /// What is said in one short clip; see [`Transcribe::listen_many`].
    ///
    /// # Errors
    /// As [`Transcribe::listen_many`].
    fn listen(&self, clip: &[f32], language: &Language) -> Result<String, SpeechError> {
        Ok(self.listen_many(&[clip], language)?.pop().unwrap_or_default())
    }
}

/// Everything heard in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Language of the speech.
    pub language: Language,
    /// How sure the engine is of it, 0..1; 1 when it was given.
    pub language_probability: f32,
    /// The words in order of time.
    pub words: Vec<Word>,
    /// The stretches they were recognised in.
    pub segments: Vec<HeardSegment>,
    /// What was recognised but not believed.
    pub dropped: Vec<Dropped>,
}

/// One stretch of audio recognised in one go, with the figures that tell whether to believe it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeardSegment {
    /// Where, in seconds.
    pub span: Span,
    /// What was recognised.
    pub text: String,
    /// The engine's probability that nobody speaks there, 0..1.
    pub no_speech_probability: f32,
    /// Mean natural-log probability of the text's tokens.
    pub average_logprob: f32,
    /// Bytes of the text divided by its zlib-compressed bytes: far above 2 for text that repeats itself.
    pub compression: f32,
}

/// Text that was recognised but not believed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// Where, in seconds.
    pub span: Span,
    /// The text.
    pub text: String,
    /// Why it was dropped.
    pub reason: String,
}
