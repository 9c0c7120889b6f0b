//! `POST /v3/video-translations/proofreads`.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Tenant;
use crate::check;
use crate::idempotency::Slot;
use crate::jobs::{self, Kind, Mode, NewJob, Room, Spec, SrtRole};
use crate::languages;
use crate::state::App;
use crate::wire::{self, ApiError, AssetInput, Body, Data, ErrorBody, present};

/// Body of `POST /v3/video-translations/proofreads`. Unknown fields are ignored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateProofread {
    /// The video to dub.
    video: AssetInput,
    /// Languages to translate into; each becomes a session.
    #[schema(min_items = 1)]
    output_languages: Vec<String>,
    /// A name for people.
    #[schema(min_length = 1)]
    title: String,
    /// Draft or final delivery.
    #[serde(default, deserialize_with = "present")]
    mode: Mode,
    /// Hint: how many people speak; 0 leaves it to the engines.
    #[serde(default)]
    speaker_num: Option<i64>,
    /// Whether the result may be longer than the source.
    #[serde(default, deserialize_with = "present")]
    enable_video_stretching: bool,
    /// Leave music and effects out.
    #[serde(default, deserialize_with = "present")]
    disable_music_track: bool,
    /// Clean the speech before it is heard.
    #[serde(default, deserialize_with = "present")]
    enable_speech_enhancement: bool,
    /// Keep the source's container and codecs.
    #[serde(default, deserialize_with = "present")]
    keep_the_same_format: bool,
    /// Glossary to follow.
    #[serde(default)]
    brand_glossary_id: Option<String>,
    /// Older name of `brand_glossary_id`.
    #[serde(default)]
    brand_voice_id: Option<String>,
    /// Folder it belongs to.
    #[serde(default)]
    folder_id: Option<String>,
    /// The transcript in the source's language.
    #[serde(default)]
    srt: Option<AssetInput>,
}

/// The sessions that were made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedProofreads {
    /// One id per language, in the order asked for.
    proofread_ids: Vec<String>,
    /// Always `processing`.
    #[schema(value_type = String)]
    status: &'static str,
}

impl CreateProofread {
    async fn jobs(&self, app: &App, tenant: &str) -> Result<Vec<NewJob>, ApiError> {
        let title = check::text("title", Some(&self.title))?;
        let title = title.ok_or_else(|| ApiError::invalid("title", "title is empty; give it some text"))?;
        check::input(app, tenant, "video", &self.video).await?;
        if let Some(srt) = &self.srt {
            check::input(app, tenant, "srt", srt).await?;
        }
        let (id, older) = (self.brand_glossary_id.as_deref(), self.brand_voice_id.as_deref());
        let spec = Spec {
            srt: self.srt.clone(),
            srt_role: self.srt.as_ref().map(|_| SrtRole::Input),
            mode: self.mode,
            speaker_num: check::speakers(self.speaker_num)?,
            dynamic_duration: self.enable_video_stretching,
            disable_music: self.disable_music_track,
            enhance_speech: self.enable_speech_enhancement,
            keep_same_format: self.keep_the_same_format,
            glossary: check::glossary(app, tenant, id, older).await?,
            ..Spec::new(self.video.clone())
        };
        let job = NewJob {
            title: Some(title),
            folder_id: check::text("folder_id", self.folder_id.as_deref())?,
            ..NewJob::new(Kind::Proofread, tenant, spec)
        };
        Ok(job.in_languages(languages::targets(&self.output_languages, &app.models, true)?))
    }
}

/// Starts one proofreading session per output language: hears and translates, then waits for its review.
#[utoipa::path(
    post,
    path = "/v3/video-translations/proofreads",
    tag = "Proofreads",
    params(wire::IdempotencyKey),
    request_body = CreateProofread,
    responses(
        (status = 200, body = Data<CreatedProofreads>),
        (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody)
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    Body(request): Body<CreateProofread>,
) -> Result<Data<CreatedProofreads>, ApiError> {
    let jobs = request.jobs(&app, &tenant).await?;
    let proofread_ids = jobs.iter().map(|j| j.id.clone()).collect();
    let answer = Data::new(CreatedProofreads { proofread_ids, status: "processing" });
    jobs::submit(&app, &tenant, Room::Jobs, &jobs, slot.map(|s| s.0), StatusCode::OK, &answer).await?;
    Ok(answer)
}
