//! `GET /v3/brand-glossaries/{brand_glossary_id}` (beyond HeyGen).

use axum::extract::State;

use super::rows::find;
use super::{GlossaryResource, show};
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Data, ErrorBody, PathId};

/// Reads a glossary.
#[utoipa::path(
    get,
    path = "/v3/brand-glossaries/{brand_glossary_id}",
    tag = "Brand glossaries",
    params(("brand_glossary_id" = String, Path, description = "Id of the glossary")),
    responses(
        (status = 200, body = Data<GlossaryResource>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn get(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<GlossaryResource>, ApiError> {
    Ok(Data::new(show(find(&app.db, &tenant, &id).await?)))
}
