//! `/v3/assets` (contract §7): uploads in one request, or in three steps for large files.

mod batch;
mod complete;
mod create;
mod delete;
mod direct;
mod get;
pub mod kind;
mod list;
mod put;
mod receive;
pub mod rows;
mod statuses;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

pub use kind::AssetKind;
pub use rows::{Asset, usable};

/// Where an asset's bytes lie in the object store.
pub fn key(id: &str) -> String {
    format!("assets/{id}/content")
}

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(direct::direct))
        .routes(routes!(batch::create::create))
        .routes(routes!(batch::complete::complete))
        .routes(routes!(batch::get::get))
        .routes(routes!(statuses::statuses))
        .routes(routes!(get::get, delete::delete))
        .routes(routes!(complete::complete))
        // The handlers count for themselves, while the bytes come in.
        .layer(DefaultBodyLimit::disable())
}

/// The route that large files are put to; its address carries its own permission.
pub fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(put::put)).layer(DefaultBodyLimit::disable())
}
