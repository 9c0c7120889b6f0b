//! What was said, by whom and when.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::time::Span;

/// A spoken word with its place in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The word as written, with attached punctuation, without surrounding spaces.
    pub text: String,
    /// Where it is heard.
    pub span: Span,
    /// The recogniser's confidence, 0..1.
    pub probability: f32,
}

/// Grammatical and vocal gender of a speaker, as far as it can be told from the voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// A voice heard as female.
    Female,
    /// A voice heard as male.
    Male,
}

/// Someone who speaks in the video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// Stable name inside the file: `S1`, `S2`, … in order of first appearance.
    pub id: String,
    /// Gender heard in the voice; `None` when there was too little to tell.
    pub gender: Option<Gender>,
    /// Median pitch of voiced frames in Hz; `None` when there was too little voiced sound.
    pub pitch_hz: Option<f32>,
    /// Seconds of speech heard.
    pub seconds: f64,
}

/// A sentence-like stretch of speech of one speaker: what is translated, spoken and shown as one caption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// 0-based position in the file.
    pub index: usize,
    /// [`Speaker::id`] of who says it.
    pub speaker: String,
    /// From the first word's start to the last word's end.
    pub span: Span,
    /// The words joined as written.
    pub text: String,
    /// The words with their times; empty when the text came from outside (an SRT file).
    pub words: Vec<Word>,
}

/// Everything said in a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Language of the speech.
    pub language: Language,
    /// How sure the recogniser is of the language, 0..1; 1 when the user named it.
    pub language_probability: f32,
    /// In order of first appearance.
    pub speakers: Vec<Speaker>,
    /// In order of start.
    pub lines: Vec<Line>,
}

impl Transcript {
    /// The speaker named `id`.
    pub fn speaker(&self, id: &str) -> Option<&Speaker> {
        self.speakers.iter().find(|s| s.id == id)
    }
}
