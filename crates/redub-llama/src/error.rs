//! What can go wrong with a local language model.

use std::path::PathBuf;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum LlamaError {
    /// A library cannot be opened or lacks a function.
    #[error("cannot load {}: {why}; get it again with: redub models pull llama-cpp", path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        why: String,
    },
    /// The library is of a release whose structures are not known.
    #[error("{} is llama.cpp {found}, this program knows {wanted}: {why}", path.display())]
    Release {
        /// The library.
        path: PathBuf,
        /// What it calls itself.
        found: String,
        /// The release that is known.
        wanted: &'static str,
        /// What differs.
        why: String,
    },
    /// A model file cannot be opened.
    #[error("cannot open the language model {}: {why}", path.display())]
    Model {
        /// The GGUF file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A question that the model cannot take.
    #[error("the language model cannot take the question: {0}")]
    Ask(String),
    /// The model failed while it worked.
    #[error("the language model failed: {0}")]
    Run(String),
    /// It was asked to stop.
    #[error("the language model was stopped")]
    Stopped,
}
