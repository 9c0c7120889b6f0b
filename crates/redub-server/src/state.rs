//! What every request and every worker is given.

use std::sync::Arc;

use redub_models::{Catalog, ModelStore};
use redub_pipeline::{Engines, Store};
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::db::Pool;
use crate::objects::{Links, Objects};

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// See [`App`].
pub struct Inner {
    /// Settings.
    pub config: Config,
    /// Database.
    pub db: Pool,
    /// Files of assets and results.
    pub objects: Objects,
    /// Makes and checks signed links.
    pub links: Links,
    /// Engines, loaded on first use and kept warm.
    pub engines: Arc<Engines>,
    /// Stored stages.
    pub store: Store,
    /// Installed models.
    pub models: Arc<ModelStore>,
    /// Known models.
    pub catalog: Catalog,
    /// Wakes the workers of this process when a job was added.
    pub queued: Notify,
    /// Wakes the deliveries of this process when an event was added.
    pub emitted: Notify,
    /// Becomes `true` when the process is to end.
    pub stopping: watch::Sender<bool>,
}

impl App {
    /// Wraps the parts.
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Whether the process is ending.
    pub fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Returns when the process is to end.
    pub async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.0.config).finish_non_exhaustive()
    }
}
