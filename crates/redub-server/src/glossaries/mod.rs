//! `/v3/brand-glossaries` (contract §11): words that are translated one way, or not at all. HeyGen lists them only; here
//! they can be made and changed as well.

mod create;
mod delete;
mod get;
mod list;
mod rows;
mod term;
mod update;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::App;
use crate::time::iso;

pub use rows::{Glossary, find, terms};
pub use term::Term;

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(
        get::get,
        update::update,
        delete::delete
    ))
}

/// A glossary.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlossaryResource {
    /// Its id, for `brand_glossary_id`.
    brand_glossary_id: String,
    /// Its name.
    name: String,
    /// ISO 8601.
    created_at: String,
    /// ISO 8601.
    updated_at: String,
    /// Its terms (beyond HeyGen).
    terms: Vec<Term>,
}

fn show(glossary: Glossary) -> GlossaryResource {
    GlossaryResource {
        brand_glossary_id: glossary.id,
        name: glossary.name,
        created_at: iso(glossary.created_at),
        updated_at: iso(glossary.updated_at),
        terms: glossary.terms.0,
    }
}
