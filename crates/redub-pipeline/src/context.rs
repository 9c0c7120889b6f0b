//! What every stage is given, and the one place where stages are run, timed and reported.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use redub_core::Language;
use redub_speech::SpeechError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engines::Engines;
use crate::error::PipelineError;
use crate::estimate;
use crate::job::Job;
use crate::observer::{Cancel, Event, Observer};
use crate::store::{Artifact, Key, Store};

/// How long each stage took, and whether its result was there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub seconds: BTreeMap<String, f64>,
    pub cached: Vec<String>,
    pub warnings: Vec<String>,
}

/// A run in progress.
pub(crate) struct Context<'a> {
    pub job: &'a Job,
    pub engines: &'a Engines,
    pub store: &'a Store,
    pub observer: &'a dyn Observer,
    pub cancel: &'a Cancel,
    /// Seconds of source to work on; known after `intake`.
    pub seconds: f64,
    ledger: Mutex<Ledger>,
    lap: Mutex<Instant>,
    generator: Mutex<Option<String>>,
    cloner: Mutex<Option<String>>,
    stop_looking: AtomicBool,
}

/// Tells how far a stage has come.
pub(crate) type Progress<'p> = dyn FnMut(f32) -> Result<(), PipelineError> + 'p;

/// Runs an engine's work that tells its progress and stops when the run is to stop.
pub(crate) fn stoppable<T>(
    progress: &mut Progress<'_>,
    work: impl FnOnce(&mut redub_speech::Progress<'_>) -> Result<T, SpeechError>,
) -> Result<T, PipelineError> {
    let mut stopped = Ok(());
    let result = work(&mut |share| {
        stopped = progress(share);
        if stopped.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    stopped?;
    Ok(result?)
}

impl<'a> Context<'a> {
    pub fn new(
        job: &'a Job,
        engines: &'a Engines,
        store: &'a Store,
        observer: &'a dyn Observer,
        cancel: &'a Cancel,
    ) -> Self {
        Self {
            job,
            engines,
            store,
            observer,
            cancel,
            seconds: 0.0,
            ledger: Mutex::default(),
            lap: Mutex::new(Instant::now()),
            generator: Mutex::default(),
            cloner: Mutex::default(),
            stop_looking: AtomicBool::new(false),
        }
    }

    /// Runs a stage unless its result is there. `make` gets a folder for its files and a progress function that
    /// fails when the run is to stop; `summary` says in a few words what came out.
    pub fn stage<T, F>(
        &self,
        stage: &'static str,
        language: Option<&Language>,
        key: Key,
        summary: impl FnOnce(&T) -> String,
        make: F,
    ) -> Result<Artifact<T>, PipelineError>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(&Path, &mut Progress<'_>) -> Result<T, PipelineError>,
    {
        self.cancel.check()?;
        let expected_seconds = estimate::seconds(stage, self.seconds);
        let made = self.store.get_or_make(stage, key, |dir| {
            self.observer.event(Event::Started { stage, language, expected_seconds });
            let mut progress = |fraction: f32| {
                self.observer.event(Event::Progress { stage, language, fraction });
                self.cancel.check()
            };
            make(dir, &mut progress)
        });
        // Whatever broke while the run was being stopped broke because of that.
        let made = made.or_else(|error| self.cancel.check().and(Err(error)))?;
        self.record(stage, made.seconds, made.cached);
        let (seconds, cached, summary) = (made.seconds, made.cached, summary(&made.value));
        self.observer.event(Event::Finished { stage, language, seconds, cached, summary });
        Ok(made)
    }

    /// Books seconds to a stage.
    pub fn record(&self, stage: &str, seconds: f64, cached: bool) {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = ledger.seconds.entry(stage.to_owned()).or_default();
        *spent += seconds;
        // A stage of several parts was there already only when all of them were.
        let cached = cached && *spent == 0.0;
        ledger.cached.retain(|s| s != stage);
        if cached {
            ledger.cached.push(stage.to_owned());
        }
    }

    /// Tells the user something, now and in the report.
    pub fn warn(&self, text: impl Into<String>) {
        let text = text.into();
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        if !ledger.warnings.contains(&text) {
            self.observer.event(Event::Warning(text.clone()));
            ledger.warnings.push(text);
        }
    }

    /// Identity of the mouth generator: made once in a run, for its weights are gigabytes to read.
    pub fn generator_digest(
        &self,
        make: impl FnOnce() -> Result<String, PipelineError>,
    ) -> Result<String, PipelineError> {
        once(&self.generator, make)
    }

    /// Identity of the voice conversion network: made once in a run, as [`Context::generator_digest`].
    pub fn cloner_digest(
        &self,
        make: impl FnOnce() -> Result<String, PipelineError>,
    ) -> Result<String, PipelineError> {
        once(&self.cloner, make)
    }

    /// Listening failed: what looking would find is of no use any more.
    pub fn cancel_looking(&self) {
        self.stop_looking.store(true, Ordering::Relaxed);
    }

    /// An error when looking is to stop.
    pub fn check_looking(&self) -> Result<(), PipelineError> {
        if self.stop_looking.load(Ordering::Relaxed) { Err(PipelineError::Interrupted) } else { Ok(()) }
    }

    /// Wall-clock seconds since the run began, or since this was asked last.
    pub fn lap(&self) -> f64 {
        let mut lap = self.lap.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *lap, Instant::now()).elapsed().as_secs_f64()
    }

    /// What was booked so far.
    pub fn ledger(&self) -> Ledger {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes back to an earlier state of the books, with every stage so far counted as there already: a second
    /// language does not pay for the source's stages again.
    pub fn restore(&self, earlier: Ledger) {
        *self.ledger.lock().unwrap_or_else(PoisonError::into_inner) = earlier;
    }
}

/// What `known` holds, made where it holds nothing.
fn once(
    known: &Mutex<Option<String>>,
    make: impl FnOnce() -> Result<String, PipelineError>,
) -> Result<String, PipelineError> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(digest) = known.as_ref() {
        return Ok(digest.clone());
    }
    Ok(known.insert(make()?).clone())
}
