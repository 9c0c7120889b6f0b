//! `GET /v3/redub/proofreads/{proofread_id}/lines`.

use std::sync::Arc;

use axum::extract::State;
use redub_pipeline::Cancel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::line::{Line, show_all};
use super::preview::{Quiet, session_job};
use crate::auth::Tenant;
use crate::db;
use crate::proofreads::{ready, rows};
use crate::state::App;
use crate::wire::{ApiError, Base, Data, ErrorBody, PathId, Query};

/// What is wanted beside the stored lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Measure lines that were changed since they were measured: takes a few seconds.
    #[serde(default)]
    measure: bool,
}

/// The lines of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lines {
    /// Number of the edit that was made last.
    revision: i64,
    /// Length of the video, seconds.
    seconds: f64,
    /// Who speaks.
    speakers: Vec<Speaker>,
    /// In order of start.
    lines: Vec<Line>,
}

/// Someone who speaks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Speaker {
    /// Name inside the video.
    id: String,
    /// Gender heard in the voice, `female` or `male`.
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<&'static str>,
    /// Voice that speaks for them.
    voice: String,
}

/// The lines of a session with speakers, voices, budgets and measured lengths.
#[utoipa::path(
    get,
    path = "/v3/redub/proofreads/{proofread_id}/lines",
    tag = "Proofreads: lines",
    params(("proofread_id" = String, Path), Wanted),
    responses(
        (status = 200, body = Data<Lines>), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)
    )
)]
pub async fn lines(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    Base(base): Base,
    PathId(id): PathId,
    Query(wanted): Query<Wanted>,
) -> Result<Data<Lines>, ApiError> {
    let job = ready(&app, &tenant, &id).await?;
    let mut lines = rows::lines(&app.db, &id).await?;
    if wanted.measure && lines.iter().any(|l| l.measured_s.is_none()) {
        measure(&app, &job, &lines).await?;
        lines = rows::lines(&app.db, &id).await?;
    }
    let session = rows::session(&app.db, &id).await?;
    let speaker = |s: redub_pipeline::PreparedSpeaker| Speaker {
        id: s.id,
        gender: s.gender.map(|g| if g == redub_core::Gender::Female { "female" } else { "male" }),
        voice: s.voice,
    };
    Ok(Data::new(Lines {
        revision: session.revision,
        seconds: session.seconds,
        lines: show_all(&app, &base, &job, lines, session.seconds),
        speakers: session.speakers.into_iter().map(speaker).collect(),
    }))
}

/// Measures lines by the synthesiser and stores what it says, unless they were changed again meanwhile.
async fn measure(app: &App, job: &crate::jobs::JobRow, lines: &[rows::LineRow]) -> Result<(), ApiError> {
    let pipeline = session_job(app, job, lines).await?;
    let (shared, cancel) = (app.clone(), Arc::new(Cancel::default()));
    let run = move || redub_pipeline::prepare(&pipeline, &shared.engines, &shared.store, &Quiet, &cancel);
    let prepared =
        tokio::task::spawn_blocking(run).await.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let mut tx = db::write(&app.db).await?;
    for (line, measured) in lines.iter().zip(&prepared.lines) {
        let sql = "UPDATE lines SET measured_s = ? WHERE proofread_id = ? AND id = ? AND revision = ?";
        sqlx::query(sql)
            .bind(measured.natural_seconds)
            .bind(&job.id)
            .bind(line.id)
            .bind(line.revision)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
