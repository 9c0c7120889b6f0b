//! What can go wrong while hearing or speaking.

use redub_models::ModelError;

/// Why a speech engine gave no result.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// A model is missing or was refused by the runtime.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file could not be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// An engine failed on this input.
    #[error("{engine}: {reason}")]
    Engine {
        /// Name of the engine.
        engine: &'static str,
        /// What it said.
        reason: String,
    },
    /// The caller's progress function asked to stop.
    #[error("stopped")]
    Stopped,
    /// There is no speech to work on.
    #[error("no speech found; check that the file's sound track holds somebody speaking")]
    NoSpeech,
    /// The recogniser was not trained on this language.
    #[error(
        "the recogniser does not know the language '{language}'; leave the input language open or name another"
    )]
    LanguageNotHeard {
        /// Tag of the language asked for.
        language: String,
    },
}
