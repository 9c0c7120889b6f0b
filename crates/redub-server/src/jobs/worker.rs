//! The worker: takes a job, runs it, says how it ended.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use redub_pipeline::Cancel;
use tracing::Instrument as _;

use super::explain::Failure;
use super::run::{Outcome, Stopped, run};
use super::tracker::Tracker;
use super::{JobRow, finish, inputs, queue};
use crate::state::App;
use crate::wire::hex;

/// How often the queue is looked at when nobody wakes the worker: jobs may come from another process.
const PERIOD: Duration = Duration::from_secs(1);
/// How often progress is written down and the job looked after.
const BEAT: Duration = Duration::from_millis(500);
/// How often a heartbeat is written where nothing else changed.
const PULSE: Duration = Duration::from_secs(5);
/// Starts without a single finished stage after which a job is given up: it takes its worker down with it.
const MOST_ATTEMPTS: i64 = 12;

/// A worker's name, with a lock that lives as long as its process.
#[derive(Debug)]
pub struct WorkerId {
    name: String,
    _lock: Option<File>,
}

impl WorkerId {
    fn new(app: &App) -> Self {
        let name = hex();
        let lock = || {
            std::fs::create_dir_all(folder(app)).ok()?;
            let file = File::create(folder(app).join(&name)).ok()?;
            file.lock().ok()?;
            Some(file)
        };
        let lock = lock();
        Self { name, _lock: lock }
    }
}

fn folder(app: &App) -> PathBuf {
    app.config.data_dir.join("workers")
}

/// Why a run is told to stop.
const RUNNING: u8 = 0;
const STOPPING: u8 = 1;
const GONE: u8 = 2;
const TOO_LONG: u8 = 3;

/// Runs jobs, one after the other, until the process ends.
pub async fn worker(app: App) {
    let id = WorkerId::new(&app);
    let mut looked: Option<Instant> = None;
    while !app.is_stopping() {
        if looked.is_none_or(|at| at.elapsed() > Duration::from_secs(2)) {
            looked = Some(Instant::now());
            if let Err(error) = queue::take_from_the_dead(&app.db, &folder(&app)).await {
                tracing::error!(%error, "the queue cannot be read");
            }
        }
        match queue::claim(&app.db, &id.name).await {
            Ok(Some(job)) => {
                let span = tracing::info_span!("job", id = job.id);
                one(&app, &id.name, job).instrument(span).await;
            }
            Ok(None) => tokio::select! {
                () = app.queued.notified() => {}
                () = app.stopped() => {}
                () = tokio::time::sleep(PERIOD) => {}
            },
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                tokio::time::sleep(PERIOD).await;
            }
        }
    }
    let _ = std::fs::remove_file(folder(&app).join(&id.name));
}

async fn one(app: &App, worker: &str, job: JobRow) {
    tracing::info!(kind = ?job.kind, attempt = job.attempts, "job begins");
    if job.attempts > MOST_ATTEMPTS {
        let why = format!("The job was started {MOST_ATTEMPTS} times and brought its worker down every time");
        ended(app, finish::failed(app, worker, &job, &Failure::internal(why)).await);
        return;
    }
    let tracker = Arc::new(Tracker::default());
    tracker.begin("fetch");
    let cancel = Arc::new(Cancel::default());
    let reason = Arc::new(AtomicU8::new(RUNNING));
    let watching = tokio::spawn(watch(
        app.clone(),
        job.id.clone(),
        worker.to_owned(),
        tracker.clone(),
        cancel.clone(),
        reason.clone(),
    ));
    let result = work(app, &job, &tracker, &cancel).await;
    watching.abort();
    let result = match (result, reason.load(Ordering::Relaxed)) {
        // What went wrong while the job was being stopped went wrong because of that.
        (Err(_), GONE) => {
            tracing::info!("job was deleted");
            clean(app, &job).await;
            return;
        }
        (Err(_), STOPPING) => {
            tracing::info!("job goes back to the queue");
            return ended(app, queue::release(&app.db, &job.id, worker).await.map_err(Into::into));
        }
        (Err(_), TOO_LONG) => {
            let hours = app.config.job_timeout.as_secs_f64() / 3600.0;
            Err(Failure::internal(format!("The job was stopped at its time limit of {hours:.2} hours")))
        }
        (Err(Stopped::Failed(failure)), _) => Err(failure.outside(&app.config.work(), &job)),
        (Err(Stopped::Interrupted), _) => Err(Failure::internal("The job was stopped")),
        (Ok(outcome), _) => Ok(outcome),
    };
    let written = match result {
        Ok(Outcome::Video(made)) => finish::completed(app, worker, &job, made).await,
        Ok(Outcome::Session(prepared)) => finish::prepared(app, worker, &job, *prepared).await,
        Err(failure) => finish::failed(app, worker, &job, &failure).await,
    };
    let fine = written.is_ok();
    ended(app, written);
    if fine {
        clean(app, &job).await;
    }
}

/// A result that cannot be written down stays with the worker's name on it until the heartbeat is missed; then the job
/// is run again, from stored stages.
fn ended(app: &App, written: Result<(), finish::FinishError>) {
    if let Err(error) = written {
        tracing::error!(%error, "the end of the job could not be written down; it will be run again");
    }
    app.emitted.notify_waiters();
}

async fn work(
    app: &App,
    job: &JobRow,
    tracker: &Arc<Tracker>,
    cancel: &Arc<Cancel>,
) -> Result<Outcome, Stopped> {
    let folder = app.config.work().join(&job.group_id);
    let inputs = inputs::bring(app, job, &folder, cancel).await.map_err(Stopped::Failed)?;
    let output = app.config.work().join(&job.id);
    let (app, job, tracker, cancel) = (app.clone(), job.clone(), tracker.clone(), cancel.clone());
    let span = tracing::Span::current();
    let blocking = tokio::task::spawn_blocking(move || {
        let _entered = span.entered();
        run(&app, &job, inputs, output, &tracker, &cancel)
    });
    blocking
        .await
        .unwrap_or_else(|e| Err(Stopped::Failed(Failure::internal(format!("the worker broke: {e}")))))
}

/// Writes progress down and stops the run when it is deleted, takes too long, or the process ends.
async fn watch(
    app: App,
    id: String,
    worker: String,
    tracker: Arc<Tracker>,
    cancel: Arc<Cancel>,
    reason: Arc<AtomicU8>,
) {
    let begun = Instant::now();
    let mut pulse = Instant::now();
    let stop = |why: u8| {
        let _ = reason.compare_exchange(RUNNING, why, Ordering::Relaxed, Ordering::Relaxed);
        cancel.cancel();
    };
    loop {
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            () = app.stopped() => return stop(STOPPING),
        }
        if begun.elapsed() > app.config.job_timeout {
            stop(TOO_LONG);
        }
        let progress = tracker.take();
        if progress.is_none() && pulse.elapsed() < PULSE {
            // Whether it is still there is asked at every beat: deleting a job frees the worker soon.
            let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ? AND worker = ?)";
            let there = sqlx::query_scalar(sql).bind(&id).bind(&worker).fetch_one(&app.db).await;
            if matches!(there, Ok(false)) {
                stop(GONE);
            }
            continue;
        }
        pulse = Instant::now();
        let (text, advanced) = progress.map_or((None, false), |(text, advanced)| (Some(text), advanced));
        match queue::beat(&app.db, &id, &worker, text.as_deref(), advanced).await {
            Ok(true) => {}
            Ok(false) => stop(GONE),
            Err(error) => tracing::warn!(%error, "progress could not be written down"),
        }
    }
}

/// Deletes the job's folder, and that of its request when nothing else needs it.
async fn clean(app: &App, job: &JobRow) {
    let _ = tokio::fs::remove_dir_all(app.config.work().join(&job.id)).await;
    let sql = "SELECT EXISTS (SELECT 1 FROM jobs WHERE group_id = ? AND status IN ('pending', 'running'))";
    let needed: Result<bool, _> = sqlx::query_scalar(sql).bind(&job.group_id).fetch_one(&app.db).await;
    if matches!(needed, Ok(false)) {
        let _ = tokio::fs::remove_dir_all(app.config.work().join(&job.group_id)).await;
    }
}
