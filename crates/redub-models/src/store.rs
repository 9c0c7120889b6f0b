//! The folder the models live in: `<root>/<model>/<file>`.

mod export;
mod state;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::ModelError;
use crate::onnx::OnnxSession;

pub use state::{FileCheck, ModelState};

/// Installed models, with the ONNX sessions opened so far.
#[derive(Debug, Default)]
pub struct ModelStore {
    root: PathBuf,
    sessions: Mutex<HashMap<(PathBuf, usize), Arc<OnnxSession>>>,
}

impl ModelStore {
    /// The store in `root`; nothing is read yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), sessions: Mutex::default() }
    }

    /// `REDUB_MODELS_DIR`, else `$XDG_CACHE_HOME/redub/models`, else `~/.cache/redub/models`.
    pub fn default_root() -> PathBuf {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        var("REDUB_MODELS_DIR").unwrap_or_else(|| {
            let cache = var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|h| h.join(".cache")));
            cache.unwrap_or_else(|| PathBuf::from(".cache")).join("redub").join("models")
        })
    }

    /// The folder that holds all models.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a model; it need not exist.
    pub fn folder(&self, model: &str) -> PathBuf {
        self.root.join(model)
    }

    /// Packages and partial files of pulls under way or broken off.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.root.join(".downloads")
    }

    /// Path of a model's file.
    ///
    /// # Errors
    /// [`ModelError::Missing`], which names the command that gets the model.
    pub fn file(&self, model: &str, file: &str) -> Result<PathBuf, ModelError> {
        let path = self.root.join(model).join(file);
        if path.is_file() { Ok(path) } else { Err(ModelError::Missing { model: model.to_owned(), path }) }
    }

    /// The session of an ONNX file, opened on first use with `threads` threads inside an operator and shared
    /// from then on by all who ask for the same file and thread count.
    ///
    /// # Errors
    /// A missing file or runtime, or a file the runtime refuses.
    pub fn session(&self, model: &str, file: &str, threads: usize) -> Result<Arc<OnnxSession>, ModelError> {
        let path = self.file(model, file)?;
        let library = self.file("onnxruntime", "libonnxruntime.so")?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = sessions.get(&(path.clone(), threads)) {
            return Ok(open.clone());
        }
        let session = Arc::new(OnnxSession::open(&library, &path, threads)?);
        sessions.insert((path, threads), session.clone());
        Ok(session)
    }

    /// A session of its own, not shared: for workers that run the same network side by side.
    ///
    /// # Errors
    /// As [`ModelStore::session`].
    pub fn own_session(&self, model: &str, file: &str, threads: usize) -> Result<OnnxSession, ModelError> {
        let library = self.file("onnxruntime", "libonnxruntime.so")?;
        OnnxSession::open(&library, &self.file(model, file)?, threads)
    }

    /// A session of a model that was built in memory.
    ///
    /// # Errors
    /// A runtime that is not installed, or bytes that it refuses.
    pub fn session_of(&self, model: &[u8], threads: usize) -> Result<OnnxSession, ModelError> {
        OnnxSession::of_bytes(&self.file("onnxruntime", "libonnxruntime.so")?, model, threads)
    }
}
