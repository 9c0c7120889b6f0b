//! How a run tells what it is doing, and is told to stop.

use std::sync::atomic::{AtomicBool, Ordering};

use redub_core::Language;

use crate::error::PipelineError;

/// What a run says about itself.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// A stage begins. One whose result is there is only told as finished.
    Started {
        /// Its name.
        stage: &'static str,
        /// The language it works for; `None` for stages done once per video.
        language: Option<&'a Language>,
        /// Seconds it is expected to take.
        expected_seconds: f64,
    },
    /// A stage got on.
    Progress {
        /// Its name.
        stage: &'static str,
        /// The language it works for.
        language: Option<&'a Language>,
        /// Share done, 0..=1.
        fraction: f32,
    },
    /// A stage is done.
    Finished {
        /// Its name.
        stage: &'static str,
        /// The language it works for.
        language: Option<&'a Language>,
        /// Wall-clock seconds it took.
        seconds: f64,
        /// Whether the result was there already.
        cached: bool,
        /// A few words about the result.
        summary: String,
    },
    /// Something the user should know.
    Warning(String),
}

/// Gets the events of a run; may be called from several threads.
pub trait Observer: Sync {
    /// Takes one event.
    fn event(&self, event: Event<'_>);
}

/// Set from a signal handler or another thread to stop a run at the next safe point.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// Asks the run to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error when the run was asked to stop.
    ///
    /// # Errors
    /// [`PipelineError::Interrupted`].
    pub fn check(&self) -> Result<(), PipelineError> {
        if self.is_cancelled() { Err(PipelineError::Interrupted) } else { Ok(()) }
    }
}
