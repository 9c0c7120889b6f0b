//! Events and who is told of them.
//!
//! What happened is written to the [`outbox`] in the transaction of the change itself; [`deliver`](deliver()) takes it
//! from there to the registered endpoints and to the callback of the request, with retries for a day (contract §8).

mod backoff;
mod deliver;
mod deliveries;
mod endpoints;
mod events;
pub mod kinds;
mod links;
pub mod message;
pub mod outbox;
pub mod target;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

pub use deliver::deliver;
pub use kinds::EventKind;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(endpoints::list::list, endpoints::create::create))
        .routes(routes!(endpoints::update::update, endpoints::delete::delete))
        .routes(routes!(endpoints::rotate::rotate))
        .routes(routes!(events::event_types))
        .routes(routes!(events::events))
        .routes(routes!(deliveries::deliveries))
}
