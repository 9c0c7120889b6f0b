//! The worker.

use crate::state::App;

/// Runs jobs, one after the other, until the process ends.
pub async fn worker(app: App) {
    app.stopped().await;
}
