//! Asking language models: one that runs here ([`LocalModel`]), or one behind an OpenAI-compatible address ([`Endpoint`]).
//!
//! What is asked, and what becomes of the answers, is the business of [`crate::scene`].

mod endpoint;
mod local;
mod openai;

pub use endpoint::{Endpoint, KEYS};
pub(crate) use local::Local;
pub use local::{BUILT_IN, LocalModel};
pub(crate) use openai::Client;

use crate::engine::Watch;
use crate::error::TranslateError;
use crate::scene::{Form, Gap};

/// A question to a language model.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The rules.
    pub system: String,
    /// What is asked.
    pub user: String,
    /// What the answer is.
    pub answer: Answer,
}

/// What an answer is.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A few sentences.
    Words,
    /// An object with a string for each line.
    Form(Form),
    /// A text with gaps, one a line; what fills them is given back, a line for each.
    Gaps(Vec<Gap>),
}

/// A language model that can be asked.
pub trait Chat: Send + Sync {
    /// Name in reports.
    fn name(&self) -> &str;

    /// How it is best asked.
    fn habits(&self) -> Habits;

    /// Answers to all questions, in their order, in the form each one asks for.
    ///
    /// # Errors
    /// A model that cannot be reached or refuses the request, or one that was stopped; an answer of the wrong form is
    /// none.
    fn ask(&self, questions: &[Question], watch: &dyn Watch) -> Result<Vec<String>, TranslateError>;
}

/// How a model is best asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// Questions it answers at once.
    pub at_once: usize,
    /// Lines of a transcript it reads to say what it is about.
    pub summarised: usize,
    /// Whether it fills gaps: each source line is put before it and its translation taken after it. A small model keeps
    /// its place that way; asked for a form with many lines it merges and shifts them.
    pub fills_gaps: bool,
}
