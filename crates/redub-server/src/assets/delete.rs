//! `DELETE /v3/assets/{asset_id}`.

use axum::extract::State;

use super::rows;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Data, Deleted, ErrorBody, PathId};

/// Deletes an asset and its bytes. Jobs that have begun keep what they took from it.
#[utoipa::path(
    delete,
    path = "/v3/assets/{asset_id}",
    tag = "Assets",
    params(("asset_id" = String, Path, description = "Id of the asset")),
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
    let asset = rows::find(&app.db, &tenant, &id).await?;
    sqlx::query("DELETE FROM assets WHERE id = ?").bind(&asset.id).execute(&app.db).await?;
    super::create::discard(&app, &super::key(&asset.id)).await;
    Ok(Data::new(Deleted { id: asset.id }))
}
