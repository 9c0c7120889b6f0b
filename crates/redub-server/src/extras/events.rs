//! `GET /v3/redub/jobs/{id}/events`.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Tenant;
use crate::jobs::{self, JobRow, Progress, Status};
use crate::state::App;
use crate::wire::{ApiError, ErrorBody, PathId};

/// How often is looked for news.
const PERIOD: Duration = Duration::from_millis(500);

/// What one event says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct JobState {
    /// Id of the translation, session or lipsync.
    id: String,
    /// How far it is.
    status: Status,
    /// How far, in detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_message: Option<String>,
}

/// Progress of a translation, a session or a lipsync as server-sent events: `progress` at every change, then `end` once
/// it is completed, failed or deleted, and the stream ends.
#[utoipa::path(
    get,
    path = "/v3/redub/jobs/{id}/events",
    tag = "Progress",
    params(("id" = String, Path, description = "Id of a translation, a session or a lipsync")),
    responses(
        (status = 200, body = JobState, content_type = "text/event-stream"), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody)
    )
)]
pub async fn events(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    PathId(id): PathId,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let found = jobs::find_any(&app.db, &tenant, &id).await?;
    found.ok_or_else(|| ApiError::not_found("Job", &id))?;
    let start = Watch { app, tenant, id, said: None, ended: false };
    let stream = futures::stream::unfold(start, |mut watch| async move {
        if watch.ended {
            return None;
        }
        let event = watch.next().await;
        Some((Ok(event), watch))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

struct Watch {
    app: App,
    tenant: String,
    id: String,
    said: Option<JobState>,
    ended: bool,
}

impl Watch {
    /// Waits for a change.
    async fn next(&mut self) -> Event {
        loop {
            let job = jobs::find_any(&self.app.db, &self.tenant, &self.id).await;
            let state = match job {
                Ok(Some(job)) => self.state(job).await,
                // Deleted.
                Ok(None) => None,
                Err(error) => {
                    tracing::warn!(%error, "the progress of a job cannot be read");
                    self.said.clone()
                }
            };
            let over = state.as_ref().is_none_or(|s| s.status.is_final()) || self.app.is_stopping();
            if over || state != self.said {
                self.ended = over;
                self.said.clone_from(&state);
                let data = serde_json::to_string(&state).unwrap_or_default();
                return Event::default().event(if over { "end" } else { "progress" }).data(data);
            }
            tokio::select! {
                () = tokio::time::sleep(PERIOD) => {}
                () = self.app.stopped() => {}
            }
        }
    }

    async fn state(&self, job: JobRow) -> Option<JobState> {
        let progress = jobs::progress(&self.app, &job).await.ok()?;
        Some(JobState { id: job.id, status: job.status, progress, failure_message: job.failure_message })
    }
}
