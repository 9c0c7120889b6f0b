//! `/v3/video-translations/proofreads` (contract §6).

mod create;
pub mod edit;
mod generate;
mod get;
mod resource;
pub mod rows;
mod srt;
mod srt_get;
mod srt_put;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use get::{find, ready};
pub use resource::{Proofread, show};
pub use srt_get::ORIGINAL;

use crate::state::App;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create))
        .routes(routes!(get::get))
        .routes(routes!(srt_get::srt, srt_put::put))
        .routes(routes!(generate::generate))
}
