//! `Idempotency-Key` (contract §9): the answer to a POST is kept for a day and given again for the same key on the
//! same path; while the first is in flight, others get 409.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::Tenant;
use crate::db::{self, Connection};
use crate::state::App;
use crate::time::now;
use crate::wire::ApiError;

/// How long an answer is given again, seconds.
const KEPT: i64 = 24 * 3600;
/// A request in flight for longer was lost with its server, seconds.
const LOST: i64 = 15 * 60;
/// Largest answer that is kept, bytes; ours are far smaller.
const MOST: usize = 1 << 20;

/// The key of the request being answered. A handler that changes the database records its answer in the same
/// transaction ([`record`]), so that not even a crash between the two makes a second job.
#[derive(Debug, Clone)]
pub struct Slot {
    tenant: String,
    scope: String,
    key: String,
}

/// Stands before every route; does nothing without the header or for other methods than POST.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get("idempotency-key").filter(|_| request.method() == Method::POST)
    else {
        return next.run(request).await;
    };
    let key = key.to_str().unwrap_or_default().to_owned();
    let sound = |c: char| c.is_ascii_alphanumeric() || "_:.-".contains(c);
    if key.is_empty() || key.len() > 255 || !key.chars().all(sound) {
        let message = "Idempotency-Key must be 1 to 255 characters of A-Z a-z 0-9 _ : . -";
        return ApiError::invalid("Idempotency-Key", message).into_response();
    }
    let Some(Tenant(tenant)) = request.extensions().get::<Tenant>().cloned() else {
        return next.run(request).await;
    };
    let slot = Slot { tenant, scope: request.uri().path().to_owned(), key };
    match begin(&app, &slot).await {
        Ok(None) => {}
        Ok(Some(answer)) => return answer,
        Err(error) => return error.into_response(),
    }
    request.extensions_mut().insert(slot.clone());
    let guard = Release { app: app.clone(), slot: Some(slot.clone()) };
    let (parts, body) = next.run(request).await.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MOST).await else {
        return ApiError::internal("an answer could not be kept").into_response();
    };
    if parts.status.is_success() {
        let kept = async { record(&mut *app.db.acquire().await?, &slot, parts.status, &bytes).await };
        if let Err(error) = kept.await {
            tracing::error!(%error, "an idempotent answer could not be kept");
        }
        guard.keep();
    } else {
        // Before the answer: who tries again at once must find the key free.
        guard.free().await;
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Takes the key, or gives what to answer instead.
async fn begin(app: &App, slot: &Slot) -> Result<Option<Response>, ApiError> {
    let mut tx = db::write(&app.db).await?;
    sqlx::query("DELETE FROM idempotency WHERE created_at < ? OR (status IS NULL AND created_at < ?)")
        .bind(now() - KEPT)
        .bind(now() - LOST)
        .execute(&mut *tx)
        .await?;
    let sql = "SELECT status, body FROM idempotency WHERE tenant = ? AND scope = ? AND key = ?";
    let found: Option<(Option<i64>, Option<Vec<u8>>)> = sqlx::query_as(sql)
        .bind(&slot.tenant)
        .bind(&slot.scope)
        .bind(&slot.key)
        .fetch_optional(&mut *tx)
        .await?;
    match found {
        None => {
            sqlx::query("INSERT INTO idempotency (tenant, scope, key, created_at) VALUES (?, ?, ?, ?)")
                .bind(&slot.tenant)
                .bind(&slot.scope)
                .bind(&slot.key)
                .bind(now())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(None)
        }
        Some((Some(status), body)) => {
            let status = StatusCode::from_u16(status as u16).unwrap_or(StatusCode::OK);
            let mut answer = (status, body.unwrap_or_default()).into_response();
            let json = HeaderValue::from_static("application/json");
            answer.headers_mut().insert(header::CONTENT_TYPE, json);
            answer.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
            Ok(Some(answer))
        }
        Some((None, _)) => {
            let message = "A request with this Idempotency-Key is in flight; ask again in a moment";
            let error = ApiError::new(StatusCode::CONFLICT, "request_in_progress", message);
            Err(ApiError { retry_after: Some(1), ..error })
        }
    }
}

/// Keeps the answer of a request.
pub async fn record(
    db: &mut Connection,
    slot: &Slot,
    status: StatusCode,
    body: &[u8],
) -> Result<(), sqlx::Error> {
    let sql = "UPDATE idempotency SET status = ?, body = ? WHERE tenant = ? AND scope = ? AND key = ?";
    sqlx::query(sql)
        .bind(i64::from(status.as_u16()))
        .bind(body)
        .bind(&slot.tenant)
        .bind(&slot.scope)
        .bind(&slot.key)
        .execute(db)
        .await?;
    Ok(())
}

/// Gives the key free when the request failed or its client went away, so that it can be tried again.
struct Release {
    app: App,
    slot: Option<Slot>,
}

impl Release {
    fn keep(mut self) {
        self.slot = None;
    }

    async fn free(mut self) {
        if let Some(slot) = self.slot.take() {
            free(&self.app, &slot).await;
        }
    }
}

async fn free(app: &App, slot: &Slot) {
    let sql = "DELETE FROM idempotency WHERE tenant = ? AND scope = ? AND key = ? AND status IS NULL";
    let free = sqlx::query(sql).bind(&slot.tenant).bind(&slot.scope).bind(&slot.key).execute(&app.db);
    if let Err(error) = free.await {
        tracing::error!(%error, "an idempotency key could not be given free");
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let Some(slot) = self.slot.take() else { return };
        let app = self.app.clone();
        tokio::spawn(async move { free(&app, &slot).await });
    }
}
