//! `/v3/video-translations` (contract §2-§4).

mod caption;
mod create;
mod delete;
mod get;
mod languages;
mod list;
mod patch;
mod request;
mod resource;
mod statuses;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use patch::Rename;
pub use request::CreateTranslation;

use crate::state::App;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(languages::languages))
        .routes(routes!(statuses::statuses))
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, patch::patch, delete::delete))
        .routes(routes!(caption::caption))
}
