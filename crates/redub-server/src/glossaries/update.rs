//! `PATCH /v3/brand-glossaries/{brand_glossary_id}` (beyond HeyGen).

use axum::extract::State;
use serde::Deserialize;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::rows::find;
use super::term::{Term, check};
use super::{GlossaryResource, show};
use crate::auth::Tenant;
use crate::state::App;
use crate::time::now;
use crate::wire::{ApiError, Body, Data, ErrorBody, PathId};

/// What is to change; what is left out or null stays.
#[derive(Debug, Deserialize, ToSchema)]
pub struct GlossaryChange {
    /// The new name.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// The new terms, in place of the old ones.
    terms: Option<Vec<Term>>,
}

/// Changes a glossary. Jobs that have translated already keep what they made of it.
#[utoipa::path(
    patch,
    path = "/v3/brand-glossaries/{brand_glossary_id}",
    tag = "Brand glossaries",
    params(("brand_glossary_id" = String, Path, description = "Id of the glossary")),
    request_body = GlossaryChange,
    responses(
        (status = 200, body = Data<GlossaryResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn update(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Body(change): Body<GlossaryChange>,
) -> Result<Data<GlossaryResource>, ApiError> {
    find(&app.db, &tenant, &id).await?;
    check(change.name.as_deref(), change.terms.as_deref())?;
    sqlx::query(
        "UPDATE brand_glossaries SET name = coalesce(?, name), terms = coalesce(?, terms), updated_at = ? \
         WHERE id = ? AND tenant = ?",
    )
    .bind(change.name.as_deref().map(str::trim))
    .bind(change.terms.map(Json))
    .bind(now())
    .bind(&id)
    .bind(&tenant)
    .execute(&app.db)
    .await?;
    Ok(Data::new(show(find(&app.db, &tenant, &id).await?)))
}
