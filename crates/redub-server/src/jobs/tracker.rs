//! Hears what a run says of itself and keeps the progress that clients see.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redub_pipeline::{Estimate, Event, Observer};

use super::{Progress, StageProgress};

/// Most warnings that are shown.
const MOST_WARNINGS: usize = 20;

/// The progress of one job.
#[derive(Debug, Default)]
pub(super) struct Tracker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    /// Expected seconds by stage.
    expected: HashMap<String, f64>,
    /// Changed since it was taken last.
    changed: bool,
    /// A stage was finished since it was taken last, and not found finished.
    advanced: bool,
}

impl Tracker {
    /// Says what is being done before the first stage.
    pub fn begin(&self, what: &str) {
        let mut state = self.state();
        state.progress.stage = Some(what.to_owned());
        state.changed = true;
    }

    /// Takes the stages that will run and how long they are expected to take.
    pub fn expect(&self, estimate: &Estimate, stages: impl Fn(&str) -> bool) {
        let mut state = self.state();
        for stage in estimate.stages.iter().filter(|s| stages(&s.stage)) {
            // A moment each even for the shortest, so that none is left out of the sum.
            *state.expected.entry(stage.stage.clone()).or_default() += stage.seconds.max(0.1);
        }
        state.measure();
    }

    /// The progress as JSON and whether a stage was finished, when anything changed since this was asked last.
    pub fn take(&self) -> Option<(String, bool)> {
        let mut state = self.state();
        if !std::mem::take(&mut state.changed) {
            return None;
        }
        let advanced = std::mem::take(&mut state.advanced);
        Some((serde_json::to_string(&state.progress).unwrap_or_default(), advanced))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn stage(&mut self, name: &str) -> &mut StageProgress {
        self.progress.stages.entry(name.to_owned()).or_default()
    }

    /// Adds up: every stage counts by the seconds it is expected to take.
    fn measure(&mut self) {
        let all: f64 = self.expected.values().sum();
        let done = |(name, seconds): (&String, &f64)| {
            self.progress.stages.get(name).map_or(0.0, |stage| stage.fraction * seconds)
        };
        let done: f64 = self.expected.iter().map(done).sum();
        if all > 0.0 {
            // Never backwards: what a stage of several parts says of itself may fall back.
            let fraction = (done / all).clamp(self.progress.fraction, 0.999);
            self.progress.fraction = (fraction * 1000.0).round() / 1000.0;
            self.progress.seconds_left = Some(((all - done).max(0.0) * 10.0).round() / 10.0);
        }
        self.changed = true;
    }
}

impl Observer for Tracker {
    fn event(&self, event: Event<'_>) {
        let mut state = self.state();
        match event {
            Event::Started { stage, .. } => {
                tracing::info!(stage, "stage begins");
                state.progress.stage = Some(stage.to_owned());
                state.stage(stage).seconds = None;
            }
            Event::Progress { stage, fraction, .. } => {
                let shown = f64::from(fraction.clamp(0.0, 1.0));
                state.stage(stage).fraction = (shown * 100.0).round() / 100.0;
            }
            Event::Finished { stage, seconds, cached, summary, .. } => {
                tracing::info!(stage, seconds, cached, summary, "stage is done");
                if !cached {
                    crate::metrics::stage(stage, seconds);
                }
                state.advanced |= !cached;
                *state.stage(stage) = StageProgress {
                    fraction: 1.0,
                    seconds: Some((seconds * 100.0).round() / 100.0),
                    cached,
                    summary,
                };
            }
            Event::Warning(text) => {
                tracing::info!(warning = text, "the run warns");
                if state.progress.warnings.len() < MOST_WARNINGS {
                    state.progress.warnings.push(text);
                }
            }
        }
        state.measure();
    }
}
