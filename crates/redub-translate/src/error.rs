//! What can go wrong while translating.

use redub_models::ModelError;

/// Why there is no translation.
#[derive(Debug, thiserror::Error)]
pub enum TranslateError {
    /// No route leads from one language to the other.
    #[error("no translation from {from} to {to}: {hint}")]
    Unsupported {
        /// Source language tag.
        from: String,
        /// Target language tag.
        to: String,
        /// What is possible from that source, and what would add the pair.
        hint: String,
    },
    /// A model of the route is missing.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The Apertium pair of the route is missing.
    #[error("apertium mode '{mode}' is not installed; get it with: apt install apertium {package}")]
    PairMissing {
        /// Apertium's name of the direction, such as `pt-es`.
        mode: String,
        /// Debian package that has it.
        package: &'static str,
    },
    /// The language model's server cannot be used.
    #[error("{url}: {reason}; {hint}")]
    Endpoint {
        /// Where it was asked.
        url: String,
        /// What went wrong.
        reason: String,
        /// What to try.
        hint: &'static str,
    },
    /// The local language model cannot be used.
    #[error(transparent)]
    Llama(#[from] redub_llama::LlamaError),
    /// It was asked to stop.
    #[error("the translation was stopped")]
    Stopped,
    /// An engine failed on this input.
    #[error("{engine}: {reason}")]
    Engine {
        /// Name of the engine.
        engine: String,
        /// What it said.
        reason: String,
    },
}
