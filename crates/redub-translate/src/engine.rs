//! The capability: lines in, lines out.

use std::ops::Range;

use redub_core::Gender;
use serde::{Deserialize, Serialize};

use crate::checks::Issue;
use crate::error::TranslateError;

/// A line to translate, as the transcript has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// The words as written, with or without punctuation and capitals.
    pub text: String,
    /// Who says it: lines of one speaker may share a sentence, lines of two never do.
    pub speaker: String,
    /// Position in the transcript; neighbours may share a sentence.
    pub index: usize,
    /// Gender of the one who says it, if known.
    pub gender: Option<Gender>,
    /// Gender of the one it is said to, if known.
    pub addressee: Option<Gender>,
    /// Characters (with spaces) that can be spoken in its time, if known.
    pub budget: Option<usize>,
}

impl SourceLine {
    /// A line of whose people nothing is known.
    pub fn new(text: impl Into<String>, speaker: impl Into<String>, index: usize) -> Self {
        Self {
            text: text.into(),
            speaker: speaker.into(),
            index,
            gender: None,
            addressee: None,
            budget: None,
        }
    }
}

/// The translation of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translated {
    /// Target text; empty only where the source has no words.
    pub text: String,
    /// The engines that made it, in order: `firefox-en-pt+apertium-pt-es`.
    pub engine: String,
    /// What a reviewer should look at; empty when all checks passed.
    pub issues: Vec<Issue>,
}

/// How much care is spent on a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Each sentence is translated once; one that runs over several lines is translated whole and split again.
    Speed,
    /// As [`Mode::Speed`], and a line that fails a check is translated a second time in smaller pieces.
    #[default]
    Precision,
}

/// Looks on while something is translated; called from several threads.
pub trait Watch: Sync {
    /// Whether to stop.
    fn stopped(&self) -> bool {
        false
    }

    /// How much is done, 0..1; told by what takes long.
    fn progress(&self, fraction: f32) {
        let _ = fraction;
    }
}

/// Nobody looks on.
impl Watch for () {}

/// Translates transcripts from one language to another.
pub trait Translate: Send + Sync {
    /// The engines in order, joined with `+`.
    fn name(&self) -> &str;

    /// Translates `lines`, giving one result per line in the same order. `watch` looks on.
    ///
    /// # Errors
    /// An engine that cannot run, or [`TranslateError::Stopped`]; never a hard-to-translate text.
    fn translate(&self, lines: &[SourceLine], watch: &dyn Watch) -> Result<Vec<Translated>, TranslateError>;

    /// What the user should know about this way of translating: options it cannot follow.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Translates single sentences: one step of a route.
pub trait SentenceEngine: Send + Sync {
    /// The engine and its direction, such as `apertium-pt-es`.
    fn name(&self) -> &str;

    /// Translates each sentence, giving one result per sentence in the same order.
    ///
    /// # Errors
    /// An engine that cannot run.
    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError>;

    /// Translates each sentence and tells which words come from which; `None` when the engine cannot tell.
    ///
    /// # Errors
    /// An engine that cannot run.
    fn aligned(&self, sentences: &[String]) -> Result<Option<Vec<AlignedText>>, TranslateError> {
        let _ = sentences;
        Ok(None)
    }
}

/// A translated sentence whose words know their origin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlignedText {
    /// The source as the engine read it.
    pub source: String,
    /// The translation.
    pub target: String,
    /// Bytes of the target and the bytes of the source they come from, in the target's order.
    pub links: Vec<(Range<usize>, Range<usize>)>,
}

impl AlignedText {
    /// A translation whose words do not know their origin.
    pub fn unaligned(source: &str, target: String) -> Self {
        Self { source: source.to_owned(), target, links: Vec::new() }
    }
}
