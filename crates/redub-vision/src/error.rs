//! What can go wrong while looking at pictures.

use redub_models::ModelError;

/// Why a vision engine gave no result.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
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
}
