//! `DELETE /v3/brand-glossaries/{brand_glossary_id}` (beyond HeyGen).

use axum::extract::State;

use super::rows::find;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes a glossary.
#[utoipa::path(
    delete,
    path = "/v3/brand-glossaries/{brand_glossary_id}",
    tag = "Brand glossaries",
    params(("brand_glossary_id" = String, Path, description = "Id of the glossary")),
    responses(
        (status = 200, body = Data<Deleted>),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
    )
)]
pub async fn delete(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Data<Deleted>, ApiError> {
    find(&app.db, &tenant, &id).await?;
    let sql = "DELETE FROM brand_glossaries WHERE id = ? AND tenant = ?";
    sqlx::query(sql).bind(&id).bind(&tenant).execute(&app.db).await?;
    Ok(Data::new(Deleted { id }))
}
