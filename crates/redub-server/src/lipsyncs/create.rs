//! `POST /v3/lipsyncs`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::assets;
use crate::auth::Tenant;
use crate::jobs::{self, FpsMode, Kind, Mode, NewJob, Room, Spec};
use crate::state::App;
use crate::webhooks::target;
use crate::wire::{self, ApiError, AssetInput, Body, Data, ErrorBody, present};

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
    /// Whether the length may differ from the source's.
    #[serde(default = "yes", deserialize_with = "present_or_yes")]
    #[schema(default = true)]
    enable_dynamic_duration: bool,
    /// Leave music and effects out. A given sound is used as it is, so that this changes nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(default = false)]
    disable_music_track: bool,
    /// Clean the source's speech. A given sound is used as it is, so that this changes nothing.
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

fn yes() -> bool {
    true
}

fn present_or_yes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or(true))
}

/// A lip-sync that was taken on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Created {
    /// Its id.
    lipsync_id: String,
}

/// Moves the lips of a video to a given sound.
#[utoipa::path(
    post,
    path = "/v3/lipsyncs",
    tag = "Lipsyncs",
    params(wire::IdempotencyKey),
    request_body = NewLipsync,
    responses(
        (status = 200, body = Data<Created>),
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
    Body(new): Body<NewLipsync>,
) -> Result<Data<Created>, ApiError> {
    check(&app, &tenant, &new, "").await?;
    let mut tx = crate::db::write(&app.db).await?;
    jobs::room(&mut tx, &app.config, &tenant, Room::Jobs, 1).await?;
    let job = job(&tenant, new, None);
    jobs::insert(&mut tx, &job).await?;
    tx.commit().await?;
    app.queued.notify_one();
    Ok(Data::new(Created { lipsync_id: job.id }))
}

/// Looks at what is asked for; `prefix` stands before the names of fields at fault.
pub(super) async fn check(app: &App, tenant: &str, new: &NewLipsync, prefix: &str) -> Result<(), ApiError> {
    let field = |name: &str| format!("{prefix}{name}");
    if let (Some(start), Some(end)) = (new.start_time, new.end_time)
        && end <= start
    {
        return Err(ApiError::invalid(field("end_time"), format!("end_time {end} is not after start_time {start}")));
    }
    for (name, time) in [("start_time", new.start_time), ("end_time", new.end_time)] {
        if time.is_some_and(|time| time < 0.0 || !time.is_finite()) {
            return Err(ApiError::invalid(field(name), format!("{name} must be 0 or more seconds")));
        }
    }
    if let Some(url) = &new.callback_url {
        target::check(&field("callback_url"), url, &app.config.allow_private_hosts)?;
    }
    for (name, input) in [("video", &new.video), ("audio", &new.audio)] {
        match input {
            AssetInput::AssetId { asset_id } => {
                let asset = assets::usable(&app.db, tenant, asset_id).await?;
                let kind = asset.kind().map_or("file", |kind| kind.family);
                if !matches!(kind, "video" | "audio") {
                    let message = format!("Asset {asset_id} is {}, not a video or sound", asset.mime_type);
                    return Err(ApiError::invalid(field(name), message));
                }
            }
            AssetInput::Url { url } => {
                target::check(&field(&format!("{name}.url")), url, &app.config.allow_private_hosts)?;
            }
        }
    }
    Ok(())
}

/// The job of a lip-sync that was checked.
pub(super) fn job(tenant: &str, new: NewLipsync, batch: Option<(String, i64)>) -> NewJob {
    let id = wire::hex();
    let spec = Spec {
        audio: Some(new.audio),
        mode: new.mode,
        captions: new.enable_caption,
        keep_same_format: new.keep_the_same_format.unwrap_or(false),
        dynamic_duration: new.enable_dynamic_duration,
        disable_music: new.disable_music_track,
        enhance_speech: new.enable_speech_enhancement,
        watermark: new.enable_watermark,
        start: new.start_time,
        end: new.end_time,
        fps_mode: new.fps_mode,
        ..Spec::new(new.video)
    };
    NewJob {
        group_id: id.clone(),
        id,
        kind: Kind::Lipsync,
        tenant: tenant.to_owned(),
        title: new.title,
        folder_id: new.folder_id,
        callback_url: new.callback_url,
        callback_id: new.callback_id,
        output_language: None,
        batch,
        proofread: None,
        spec,
    }
}
