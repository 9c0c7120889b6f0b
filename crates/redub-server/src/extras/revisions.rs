//! `GET /v3/redub/proofreads/{proofread_id}/revisions`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Tenant;
use crate::proofreads::ready;
use crate::state::App;
use crate::wire::{ApiError, ErrorBody, List, Page, PathId, Query};

/// Paging.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Revisions per page, 1 to 100; 20 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// An edit of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Revision {
    /// Its number; 0 is the text as the engines left it.
    number: i64,
    /// `engine`, `srt` (a whole new text) or `line` (one line).
    origin: String,
    /// Lines it changed, added or took away.
    line_ids: Vec<i64>,
    /// Unix seconds.
    created_at: i64,
}

/// The edits of a session, the newest first.
#[utoipa::path(
    get,
    path = "/v3/redub/proofreads/{proofread_id}/revisions",
    tag = "Proofreads: lines",
    params(("proofread_id" = String, Path), Paging),
    responses(
        (status = 200, body = List<Revision>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)
    )
)]
pub async fn revisions(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
    Query(paging): Query<Paging>,
) -> Result<List<Revision>, ApiError> {
    let page = Page::new(paging.limit, paging.token.as_deref(), 20)?;
    ready(&app, &tenant, &id).await?;
    let sql = "SELECT number, origin, lines, created_at FROM revisions WHERE proofread_id = ? AND number < ? \
               ORDER BY number DESC LIMIT ?";
    let rows: Vec<(i64, String, String, i64)> =
        sqlx::query_as(sql).bind(&id).bind(page.before_seq()).bind(page.rows()).fetch_all(&app.db).await?;
    let show = |(number, origin, lines, created_at): (i64, String, String, i64)| Revision {
        number,
        origin,
        line_ids: serde_json::from_str(&lines).unwrap_or_default(),
        created_at,
    };
    Ok(page.list(rows, |row| row.0, show))
}
