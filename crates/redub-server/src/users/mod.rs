//! `GET /v3/users/me` (contract §11): whose key this is. Clients use it to check a key.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Tenant;
use crate::state::App;
use crate::wire::{ApiError, Data, ErrorBody};

/// The routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(me))
}

/// Who is asking. Nothing is billed here, so that nothing is said of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Name of the key; `local` on a server without keys.
    username: String,
    /// Always null: this server knows no addresses.
    email: Option<String>,
    /// Name of the key.
    first_name: Option<String>,
    /// Always null.
    last_name: Option<String>,
}

/// Tells whose key was given.
#[utoipa::path(
    get,
    path = "/v3/users/me",
    tag = "Users",
    responses((status = 200, body = Data<User>), (status = 401, body = ErrorBody))
)]
pub async fn me(State(app): State<App>, Tenant(tenant): Tenant) -> Result<Data<User>, ApiError> {
    let username = name(&app, &tenant).await?;
    Ok(Data::new(User { first_name: Some(username.clone()), username, email: None, last_name: None }))
}

/// Name of a tenant's key; `local` on a server without keys.
///
/// # Errors
/// The database fails.
pub async fn name(app: &App, tenant: &str) -> Result<String, sqlx::Error> {
    let sql = "SELECT name FROM api_keys WHERE id = ?";
    let name: Option<String> = sqlx::query_scalar(sql).bind(tenant).fetch_optional(&app.db).await?;
    Ok(name.unwrap_or_else(|| tenant.to_owned()))
}
