//! Batches of translations and of lipsyncs, and bulk statuses (contract §5).

mod create;
mod get;
mod item;
mod settle;
mod show;
mod statuses;
mod submit;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use settle::settle;
pub use show::show;
pub use statuses::statuses_of;
pub use submit::{CreatedBatch, Item, MOST, submit};

use crate::state::App;

/// The routes for translations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create)).routes(routes!(get::get))
}
