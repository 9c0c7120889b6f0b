//! Takes events from the outbox to their receivers.

use std::time::Duration;

use futures::StreamExt;
use redub_media::fetch::{self, FetchError};
use serde_json::Value;
use sqlx::FromRow;

use super::{backoff, links, message};
use crate::state::App;
use crate::time::{iso, now};

/// How long a receiver may take (contract §8).
const PATIENCE: Duration = Duration::from_secs(10);
/// Messages under way at a time: a slow receiver does not hold up the others.
const AT_ONCE: usize = 16;
/// Seconds for which a message under way is not taken up again; a crash meanwhile costs this long.
const LEASE: i64 = 60;
/// Looks for due messages at least this often.
const PERIOD: Duration = Duration::from_secs(5);

/// A message that is due.
#[derive(Debug, FromRow)]
struct Due {
    seq: i64,
    url: String,
    attempts: i64,
    created_at: i64,
    /// Secret of the endpoint; none for callbacks.
    secret: Option<String>,
    endpoint_id: Option<String>,
    event_id: String,
    event_type: String,
    data: String,
    event_created_at: i64,
}

/// Delivers until the process stops.
pub async fn deliver(app: App) {
    while !app.is_stopping() {
        match round(&app).await {
            Ok(0) => {
                tokio::select! {
                    () = app.emitted.notified() => {}
                    () = tokio::time::sleep(PERIOD) => {}
                    () = app.stopped() => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "deliveries: the database failed");
                tokio::time::sleep(PERIOD).await;
            }
        }
    }
}

/// Sends what is due now; gives how many messages that were.
async fn round(app: &App) -> sqlx::Result<usize> {
    let due = claim(app).await?;
    let count = due.len();
    futures::stream::iter(due)
        .for_each_concurrent(AT_ONCE, |message| async move {
            if let Err(error) = send_one(app, message).await {
                tracing::error!(%error, "deliveries: the database failed");
            }
        })
        .await;
    Ok(count)
}

/// Takes messages that are due, so that no one else does for a while.
async fn claim(app: &App) -> sqlx::Result<Vec<Due>> {
    let now = now();
    let mut tx = crate::db::write(&app.db).await?;
    let due: Vec<Due> = sqlx::query_as(
        "SELECT d.seq, d.url, d.attempts, d.created_at, d.endpoint_id, w.secret, e.id AS event_id, e.event_type, e.data,
                e.created_at AS event_created_at
         FROM deliveries d JOIN events e ON e.id = d.event_id
         LEFT JOIN webhook_endpoints w ON w.id = d.endpoint_id
         WHERE d.state = 'pending' AND d.next_at <= ? ORDER BY d.next_at, d.seq LIMIT ?",
    )
    .bind(now)
    .bind(AT_ONCE as i64)
    .fetch_all(&mut *tx)
    .await?;
    for message in &due {
        sqlx::query("UPDATE deliveries SET next_at = ? WHERE seq = ?")
            .bind(now + LEASE)
            .bind(message.seq)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(due)
}

async fn send_one(app: &App, due: Due) -> sqlx::Result<()> {
    if due.endpoint_id.is_some() && due.secret.is_none() {
        return close(app, &due, "dead", None, Some("the endpoint was deleted")).await;
    }
    let mut data: Value = serde_json::from_str(&due.data).unwrap_or_default();
    let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{}", app.config.listen));
    links::fill(&app.links, &base, &mut data);
    let body = message::body(&due.event_id, &due.event_type, &data, &iso(due.event_created_at));
    let secret = due.secret.clone().or_else(|| app.config.callback_secret.clone());
    let headers = message::headers(&due.event_id, secret.as_deref(), &body, now());
    match send(app, &due.url, headers, body).await {
        Ok(status @ 200..=299) => close(app, &due, "delivered", Some(status), None).await,
        Ok(status) => again(app, &due, Some(status), &format!("the receiver answered {status}")).await,
        // What is forbidden stays so: an address that is refused may lead elsewhere tomorrow, but not to us.
        Err(error @ (FetchError::Private { .. } | FetchError::BadUrl { .. })) => {
            close(app, &due, "dead", None, Some(&error.to_string())).await
        }
        Err(error) => again(app, &due, None, &error.to_string()).await,
    }
}

async fn send(
    app: &App,
    url: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Result<u16, FetchError> {
    let (url, allow) = (url.to_owned(), app.config.allow_private_hosts.clone());
    let sent = tokio::task::spawn_blocking(move || {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fetch::post(&url, &headers, &body, PATIENCE, &allow)
    });
    match sent.await {
        Ok(answer) => answer,
        Err(error) => Err(FetchError::Transport { url: "a receiver".into(), reason: error.to_string() }),
    }
}

async fn again(app: &App, due: &Due, status: Option<u16>, why: &str) -> sqlx::Result<()> {
    let attempts = u32::try_from(due.attempts).unwrap_or(u32::MAX).saturating_add(1);
    let age = Duration::from_secs(u64::try_from(now() - due.created_at).unwrap_or(0));
    // Spread by the row's number: two messages held up together come back apart.
    let jitter = (due.seq * 37 % 100) as f64 / 100.0;
    let Some(pause) = backoff::pause(attempts, age, jitter) else {
        return close(app, due, "dead", status, Some(why)).await;
    };
    crate::metrics::delivery("retried");
    tracing::info!(
        event_id = due.event_id,
        attempts,
        pause_s = pause.as_secs(),
        why,
        "delivery will be repeated"
    );
    sqlx::query(
        "UPDATE deliveries SET attempts = attempts + 1, next_at = ?, status_code = ?, error = ?
         WHERE seq = ?",
    )
    .bind(now() + pause.as_secs() as i64)
    .bind(status)
    .bind(why)
    .bind(due.seq)
    .execute(&app.db)
    .await?;
    Ok(())
}

async fn close(
    app: &App,
    due: &Due,
    outcome: &'static str,
    status: Option<u16>,
    why: Option<&str>,
) -> sqlx::Result<()> {
    crate::metrics::delivery(outcome);
    tracing::info!(
        event_id = due.event_id,
        event_type = due.event_type,
        outcome,
        status,
        why,
        "delivery ended"
    );
    sqlx::query(
        "UPDATE deliveries SET state = ?, attempts = attempts + 1, status_code = ?, error = ?, finished_at = ?
         WHERE seq = ?",
    )
    .bind(outcome)
    .bind(status)
    .bind(why)
    .bind(now())
    .bind(due.seq)
    .execute(&app.db)
    .await?;
    Ok(())
}
