//! `GET /v3/assets`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::get::{AssetResource, show};
use super::rows;
use crate::auth::Tenant;
use crate::check;
use crate::state::App;
use crate::wire::{ApiError, Base, ErrorBody, List, Page, Query};

/// What may be asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Taken from HeyGen's clients, which must send it; whose assets are listed follows from the key.
    #[serde(rename = "username")]
    #[allow(dead_code)]
    _username: Option<String>,
    /// Assets on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
    /// Only those in this folder.
    folder_id: Option<String>,
}

/// Lists the assets that are complete, the newest first.
#[utoipa::path(
    get,
    path = "/v3/assets",
    tag = "Assets",
    params(Search),
    responses(
        (status = 200, body = List<AssetResource>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
    )
)]
pub async fn list(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    Query(search): Query<Search>,
) -> Result<List<AssetResource>, ApiError> {
    let page = Page::new(search.limit, search.token.as_deref(), 20)?;
    let found = rows::list(&app.db, &tenant, check::present(search.folder_id.as_deref()), &page).await?;
    Ok(page.list(found, |asset| asset.seq, |asset| show(&app, &base, asset)))
}
