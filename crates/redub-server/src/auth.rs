//! Who is asking: an API key in `x-api-key` or as a bearer token.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::keys;
use crate::state::App;
use crate::wire::ApiError;

/// Tenant of a server without keys.
pub const LOCAL: &str = "local";

/// Whose things a request may see: the id of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant(pub String);

impl FromRequestParts<App> for Tenant {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        parts.extensions.get::<Tenant>().cloned().ok_or_else(ApiError::unauthorized)
    }
}

/// Finds the tenant of every request it stands before; refuses those without one.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let key = given(request.headers()).map(str::to_owned);
    let here = is_here(&request);
    match tenant(&app, key.as_deref(), here).await {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn tenant(app: &App, key: Option<&str>, here: bool) -> Result<Tenant, ApiError> {
    if let Some(key) = key
        && let Some(id) = keys::check(&app.db, key).await?
    {
        return Ok(Tenant(id));
    }
    if here && !keys::any(&app.db).await? {
        Ok(Tenant(LOCAL.to_owned()))
    } else {
        Err(ApiError::unauthorized())
    }
}

/// Whether the request comes from this machine: a server without keys is for it alone. The name it is called by is looked
/// at as well, since a page in the user's browser may have made its own name resolve to 127.0.0.1.
fn is_here(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    peer.is_none_or(|ip| ip.is_loopback()) && names_loopback(request.headers())
}

fn given(headers: &HeaderMap) -> Option<&str> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim);
    let bearer = header("authorization").and_then(|v| {
        let (scheme, token) = v.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    header("x-api-key").or(bearer)
}

fn names_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get("host").and_then(|v| v.to_str().ok()) else { return true };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let local = name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    local || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
