//! `GET /v3/assets`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::get::{AssetResource, show};
use super::rows;
use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Base, ErrorBody, List, Page, Query};
use crate::{check, users};

/// What may be asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Whose: `me`, or the name that GET /v3/users/me tells; a key sees nobody else's. HeyGen's clients must send it,
    /// here it may be left out.
    username: Option<String>,
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
    if let Some(name) = check::present(search.username.as_deref())
        && !name.eq_ignore_ascii_case("me")
        && !name.eq_ignore_ascii_case(&users::name(&app, &tenant).await?)
    {
        return Ok(List { data: Vec::new(), has_more: false, next_token: None });
    }
    let found = rows::list(&app.db, &tenant, check::present(search.folder_id.as_deref()), &page).await?;
    Ok(page.list(found, |asset| asset.seq, |asset| show(&app, &base, asset)))
}
