//! `POST /v3/lipsyncs`.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Tenant;
use crate::check;
use crate::idempotency::Slot;
use crate::jobs::{self, FpsMode, Kind, Mode, NewJob, Room, Spec};
use crate::state::App;
use crate::wire::{ApiError, AssetInput, Body, Data, ErrorBody, IdempotencyKey, present};

/// What is asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewLipsync {
    /// The video.
    video: AssetInput,
    /// The sound that its lips are moved to.
    audio: AssetInput,
    /// Title.
    title: Option<String>,
    /// Draft or final delivery.
    #[serde(default, deserialize_with = "present")]
    mode: Mode,
    /// Make captions (SRT) of what is heard in the sound.
    #[serde(default, deserialize_with = "present")]
    #[schema(default = false)]
    enable_caption: bool,
    /// Keep container and codecs of the source.
    keep_the_same_format: Option<bool>,
    /// Whether the picture may be slowed (by 15 % at most) for a sound that is longer; it is cut otherwise.
    #[schema(default = true)]
    enable_dynamic_duration: Option<bool>,
    /// Leave music and effects out of the given sound.
    #[serde(default, deserialize_with = "present")]
    #[schema(default = false)]
    disable_music_track: bool,
    /// Clean the speech of the given sound: noise goes, music stays.
    #[serde(default, deserialize_with = "present")]
    #[schema(default = false)]
    enable_speech_enhancement: bool,
    /// Draw a visible mark.
    #[serde(default, deserialize_with = "present")]
    #[schema(default = false)]
    enable_watermark: bool,
    /// Part to work on, seconds.
    #[schema(minimum = 0)]
    start_time: Option<f64>,
    /// Part to work on, seconds.
    #[schema(minimum = 0)]
    end_time: Option<f64>,
    /// Frame times of the result.
    fps_mode: Option<FpsMode>,
    /// Folder.
    folder_id: Option<String>,
    /// Told when it is completed or failed.
    callback_url: Option<String>,
    /// Given back with that.
    callback_id: Option<String>,
}

/// A lip-sync that was taken on.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedLipsync {
    /// Its id.
    lipsync_id: String,
}

/// Moves the lips of a video to a given sound.
#[utoipa::path(
    post,
    path = "/v3/lipsyncs",
    tag = "Lipsyncs",
    params(IdempotencyKey),
    request_body = NewLipsync,
    responses(
        (status = 200, body = Data<CreatedLipsync>),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 429, body = ErrorBody),
    )
)]
pub async fn create(
    State(app): State<App>,
    Tenant(tenant): Tenant,
    slot: Option<Extension<Slot>>,
    Body(new): Body<NewLipsync>,
) -> Result<Data<CreatedLipsync>, ApiError> {
    let job = new.job(&app, &tenant).await?;
    let answer = Data::new(CreatedLipsync { lipsync_id: job.id.clone() });
    jobs::submit(&app, &tenant, Room::Jobs, &[job], slot.map(|s| s.0), StatusCode::OK, &answer).await?;
    Ok(answer)
}

impl NewLipsync {
    /// Checks everything that can be checked now; gives the job.
    ///
    /// # Errors
    /// 400 naming the field, 404 or 409 for an asset that cannot be used.
    pub async fn job(self, app: &App, tenant: &str) -> Result<NewJob, ApiError> {
        check::input(app, tenant, "video", &self.video).await?;
        check::input(app, tenant, "audio", &self.audio).await?;
        let part = check::part(self.start_time, self.end_time)?;
        let spec = Spec {
            audio: Some(self.audio),
            mode: self.mode,
            captions: self.enable_caption,
            keep_same_format: self.keep_the_same_format.unwrap_or(false),
            dynamic_duration: self.enable_dynamic_duration.unwrap_or(true),
            disable_music: self.disable_music_track,
            enhance_speech: self.enable_speech_enhancement,
            watermark: self.enable_watermark,
            start: part.0,
            end: part.1,
            fps_mode: self.fps_mode,
            ..Spec::new(self.video)
        };
        Ok(NewJob {
            title: check::text("title", self.title.as_deref())?,
            folder_id: check::text("folder_id", self.folder_id.as_deref())?,
            callback_url: check::callback(app, self.callback_url.as_deref())?,
            callback_id: check::text("callback_id", self.callback_id.as_deref())?,
            ..NewJob::new(Kind::Lipsync, tenant, spec)
        })
    }
}
