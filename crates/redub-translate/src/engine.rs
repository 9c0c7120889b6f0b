//! The capability: lines in, lines out.

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
    /// Each line is translated once, on its own.
    Speed,
    /// A sentence that runs over several lines is translated whole and split again, and a line that fails a check is
    /// translated a second time in smaller pieces.
    #[default]
    Precision,
}

/// Translates transcripts from one language to another.
pub trait Translate: Send + Sync {
    /// The engines in order, joined with `+`.
    fn name(&self) -> &str;

    /// Translates `lines`, giving one result per line in the same order.
    ///
    /// # Errors
    /// An engine that cannot run; never a hard-to-translate text.
    fn translate(&self, lines: &[SourceLine]) -> Result<Vec<Translated>, TranslateError>;
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
}
