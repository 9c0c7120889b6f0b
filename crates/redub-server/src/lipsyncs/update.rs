//! `PATCH /v3/lipsyncs/{lipsync_id}`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{LipsyncResource, show};
use crate::auth::Tenant;
use crate::jobs::{self, Kind};
use crate::state::App;
use crate::wire::{ApiError, Base, Body, Data, ErrorBody, PathId};

/// The new title.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LipsyncChange {
    /// Title.
    title: String,
}

/// Renames a lip-sync.
#[utoipa::path(
    patch,
    path = "/v3/lipsyncs/{lipsync_id}",
    tag = "Lipsyncs",
    params(("lipsync_id" = String, Path, description = "Id of the lip-sync")),
    request_body = LipsyncChange,
    responses(
        (status = 200, body = Data<LipsyncResource>),
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
    Base(base): Base,
    PathId(id): PathId,
    Body(LipsyncChange { title }): Body<LipsyncChange>,
) -> Result<Data<LipsyncResource>, ApiError> {
    let sql = "UPDATE jobs SET title = ? WHERE id = ? AND tenant = ? AND kind = ?";
    sqlx::query(sql).bind(title).bind(&id).bind(&tenant).bind(Kind::Lipsync).execute(&app.db).await?;
    let found = jobs::find(&app.db, &tenant, Kind::Lipsync, &id).await?;
    let job = found.ok_or_else(|| ApiError::not_found("Lipsync", &id))?;
    Ok(Data::new(show(&app, &base, job)))
}
