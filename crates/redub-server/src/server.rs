//! Starting and ending: the listener, the workers, the deliveries.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use redub_models::{Catalog, ModelStore};
use redub_pipeline::{Engines, PipelineError, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::config::{Config, Role};
use crate::objects::{Links, ObjectError, Objects};
use crate::state::{App, Inner};
use crate::{db, jobs, keys, listener, router, webhooks};

/// How long a stopping server waits for answers and jobs.
const FAREWELL: Duration = Duration::from_secs(20);

/// Why the server cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The data folder cannot be used.
    #[error("cannot use the data folder {}: {source}", path.display())]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("the database in the data folder cannot be used: {0}")]
    Database(#[from] sqlx::Error),
    /// The stored stages cannot be used.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The object store cannot be used.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Strangers could use the server.
    #[error(
        "{0} can be reached from other machines, and no API key exists: make one with `redub keys create NAME`, or \
         listen on 127.0.0.1"
    )]
    Open(SocketAddr),
}

/// Answers the API (and, unless told otherwise, does the work) until SIGTERM or Ctrl-C. `ready` is told the address.
///
/// # Errors
/// See [`ServerError`].
pub async fn serve(
    config: Config,
    models: Arc<ModelStore>,
    catalog: Catalog,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServerError> {
    let app = open(config, models, catalog).await?;
    let address = app.config.listen;
    if !address.ip().is_loopback() && !keys::any(&app.db).await? {
        return Err(ServerError::Open(address));
    }
    let listen = |source| ServerError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let bound = listener.local_addr().map_err(listen)?;
    let mut tasks = JoinSet::new();
    if app.config.role == Role::All {
        start_workers(&app, &mut tasks);
    }
    tasks.spawn(webhooks::deliver(app.clone()));
    tasks.spawn(jobs::housekeeping(app.clone()));
    ready(bound);
    tokio::spawn(signalled(app.clone()));
    let serving = listener::serve(listener, router::router(app.clone()), &app);
    let patience = async {
        app.stopped().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = serving => {}
        () = patience => tracing::warn!("some answers were cut off: they took longer than {} s", FAREWELL.as_secs()),
    }
    finish(tasks).await;
    Ok(())
}

/// Does the work of servers elsewhere that share the data folder, until SIGTERM or Ctrl-C.
///
/// # Errors
/// See [`ServerError`].
pub async fn work(
    config: Config,
    models: Arc<ModelStore>,
    catalog: Catalog,
    ready: impl FnOnce(),
) -> Result<(), ServerError> {
    let app = open(config, models, catalog).await?;
    let mut tasks = JoinSet::new();
    start_workers(&app, &mut tasks);
    ready();
    signalled(app.clone()).await;
    finish(tasks).await;
    Ok(())
}

/// Opens everything a process of ours needs.
///
/// # Errors
/// See [`ServerError`].
pub async fn open(config: Config, models: Arc<ModelStore>, catalog: Catalog) -> Result<App, ServerError> {
    for path in [config.data_dir.clone(), config.work()] {
        std::fs::create_dir_all(&path).map_err(|source| ServerError::DataDir { path, source })?;
    }
    let database = db::open(&config.database()).await?;
    let objects = Objects::open(&config.objects())?;
    let links = Links::open(&database, &config).await?;
    let store = Store::open(config.artifacts())?;
    let engines = Engines::new(models.clone(), catalog.clone())
        .with_mouth_model(config.mouth_model.clone())
        .with_clone_model(config.clone_model.clone());
    Ok(App::new(Inner {
        db: database,
        objects,
        links,
        engines: Arc::new(engines),
        store,
        models,
        catalog,
        queued: Notify::new(),
        emitted: Notify::new(),
        stopping: watch::Sender::new(false),
        config,
    }))
}

fn start_workers(app: &App, tasks: &mut JoinSet<()>) {
    for _ in 0..app.config.workers {
        tasks.spawn(jobs::worker(app.clone()));
    }
}

/// Waits for Ctrl-C or SIGTERM, then tells everybody to end. A second one ends at once.
async fn signalled(app: App) {
    signal().await;
    tracing::info!("stopping: answers are finished, jobs go back to the queue; signal again to stop at once");
    let _ = app.stopping.send(true);
    tokio::spawn(async {
        signal().await;
        redub_media::end_children();
        std::process::exit(130);
    });
}

async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

async fn finish(mut tasks: JoinSet<()>) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(FAREWELL, all).await.is_err() {
        tracing::warn!(
            "a job did not stop within {} s; it will go on from its last finished stage",
            FAREWELL.as_secs()
        );
        redub_media::end_children();
    }
}
