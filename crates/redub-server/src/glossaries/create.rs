//! `POST /v3/brand-glossaries` (beyond HeyGen).

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
use crate::wire::{self, ApiError, Body, Data, ErrorBody};

/// A new glossary.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewGlossary {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its terms.
    #[serde(default)]
    terms: Vec<Term>,
}

/// Makes a glossary.
#[utoipa::path(
    post,
    path = "/v3/brand-glossaries",
    tag = "Brand glossaries",
    params(wire::IdempotencyKey),
    request_body = NewGlossary,
    responses(
        (status = 200, body = Data<GlossaryResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Body(new): Body<NewGlossary>,
) -> Result<Data<GlossaryResource>, ApiError> {
    check(Some(&new.name), Some(&new.terms))?;
    let id = wire::hex();
    sqlx::query(
        "INSERT INTO brand_glossaries (id, tenant, name, terms, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )
    .bind(&id)
    .bind(&tenant)
    .bind(new.name.trim())
    .bind(Json(&new.terms))
    .bind(now())
    .execute(&app.db)
    .await?;
    Ok(Data::new(show(find(&app.db, &tenant, &id).await?)))
}
