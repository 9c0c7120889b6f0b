//! ONNX Runtime: loaded from the pulled library, one environment for the whole program.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};

use crate::error::ModelError;

static RUNTIME: OnceLock<Result<Environment, String>> = OnceLock::new();

/// An opened network. Runs are serialised; open several with [`crate::ModelStore::own_session`] to run side by side.
#[derive(Debug)]
pub struct OnnxSession(Mutex<Session>);

impl OnnxSession {
    /// Opens `model`, loading the runtime from `library` if this is the first session.
    ///
    /// # Errors
    /// A library or model that cannot be loaded.
    pub fn open(library: &Path, model: &Path, threads: usize) -> Result<Self, ModelError> {
        Ok(Self(Mutex::new(builder(library, threads)?.commit_from_file(model)?)))
    }

    /// Opens a model that was built in memory, as [`OnnxSession::open`].
    ///
    /// # Errors
    /// A library that cannot be loaded, or bytes that are no model.
    pub fn of_bytes(library: &Path, model: &[u8], threads: usize) -> Result<Self, ModelError> {
        Ok(Self(Mutex::new(builder(library, threads)?.commit_from_memory(model)?)))
    }

    /// Runs `work` with the session held.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn with<T>(&self, work: impl FnOnce(&mut Session) -> Result<T, ModelError>) -> Result<T, ModelError> {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What sessions are opened with.
fn builder(library: &Path, threads: usize) -> Result<SessionBuilder, ModelError> {
    let environment =
        RUNTIME.get_or_init(|| load(library)).as_ref().map_err(|e| ModelError::Onnx(e.clone()))?;
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)
        .map_err(|e| ModelError::Onnx(e.to_string()))?
        .with_intra_threads(threads.max(1))
        .map_err(|e| ModelError::Onnx(e.to_string()))?
        .with_inter_threads(1)
        .map_err(|e| ModelError::Onnx(e.to_string()))?
        // Idle threads sleep instead of spinning: with engines side by side on two busy cores the face mesh took
        // 26-38 ms this way against 38-68 ms on two threads, for little more than half the processor time.
        .with_config_entry("session.intra_op.allow_spinning", "0")
        .map_err(|e| ModelError::Onnx(e.to_string()))
}

/// Loads the runtime's library; telemetry stays off.
fn load(library: &Path) -> Result<Environment, String> {
    let builder = ort::init_from(library).map_err(|e| format!("cannot load {}: {e}", library.display()))?;
    builder.with_name("redub").with_telemetry(false).build().map_err(|e| e.to_string())
}
