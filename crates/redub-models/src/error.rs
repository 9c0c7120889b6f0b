//! What can go wrong with models.

use std::path::{Path, PathBuf};

/// Why a model cannot be used or fetched.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of the model is not in the store.
    #[error("model '{model}' is not installed ({} is missing); get it with: redub models pull {model}", path.display())]
    Missing {
        /// Name in the catalogue.
        model: String,
        /// The file looked for.
        path: PathBuf,
    },
    /// The ONNX runtime refused the model or the input.
    #[error("onnx runtime: {0}")]
    Onnx(String),
    /// No model of that name.
    #[error("no model is called '{name}'; the catalogue has: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// All names, joined by commas.
        known: String,
    },
    /// A catalogue that cannot be read or that contradicts itself.
    #[error("catalogue {origin}: {why}")]
    Catalog {
        /// The file, or "built in".
        origin: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file or folder operation failed.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// The operation, as a verb.
        what: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A registry's client is not installed.
    #[error("{client}, which fetches {package}, is not installed; {hint}")]
    NoClient {
        /// The client program.
        client: &'static str,
        /// The package asked for.
        package: String,
        /// How to install it.
        hint: &'static str,
    },
    /// A registry's client failed.
    #[error("cannot fetch package {package}: {why}")]
    Package {
        /// `pip:name@version` or `npm:name@version`.
        package: String,
        /// The client's own words, or what was wrong with its output.
        why: String,
    },
    /// A package that is not the archive it should be, or lacks a member.
    #[error("{}: {why}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A download failed.
    #[error("cannot download {url}: {why}")]
    Download {
        /// The address.
        url: String,
        /// What happened.
        why: String,
    },
    /// The content is not what the catalogue (or the first pull) says.
    #[error(
        "{what} has sha256 {found} ({bytes} bytes) where {expected} is expected; it was thrown away, \
         try another source or mirror"
    )]
    Mismatch {
        /// Which content.
        what: String,
        /// sha256 expected.
        expected: String,
        /// sha256 found.
        found: String,
        /// Bytes found.
        bytes: u64,
    },
    /// The graph edit found something else than the graph it was made for.
    #[error("cannot add controls to the speech synthesis graph: {0}")]
    Edit(String),
    /// The model has no build for this machine.
    #[error("model '{model}' is not offered for {platform}, only for {offered}")]
    Platform {
        /// Name in the catalogue.
        model: String,
        /// This machine.
        platform: String,
        /// The machines it is offered for.
        offered: String,
    },
    /// Every source failed.
    #[error("cannot get {file} of model '{model}': {tried}")]
    NoSource {
        /// Name in the catalogue.
        model: String,
        /// The file wanted.
        file: String,
        /// Each source and why it failed.
        tried: String,
    },
}

impl ModelError {
    /// For `map_err` on file operations: names the operation and the path.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ModelError {
        let path = path.to_owned();
        move |source| ModelError::Io { what, path, source }
    }

    /// For `map_err` on archive operations.
    pub(crate) fn archive(path: &Path, why: impl ToString) -> ModelError {
        ModelError::Archive { path: path.to_owned(), why: why.to_string() }
    }
}

impl From<ort::Error> for ModelError {
    fn from(error: ort::Error) -> Self {
        ModelError::Onnx(error.to_string())
    }
}
