//! `/v3/redub/…`: what HeyGen's API does not have. Lines as JSON, their edits and previews, revisions, progress as
//! events.

mod events;
mod line;
mod line_patch;
mod lines;
mod preview;
mod proofread_delete;
mod proofread_list;
mod retranslate;
mod revisions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(proofread_list::list))
        .routes(routes!(proofread_delete::delete))
        .routes(routes!(lines::lines))
        .routes(routes!(line_patch::patch))
        .routes(routes!(preview::preview))
        .routes(routes!(revisions::revisions))
        .routes(routes!(events::events))
}
