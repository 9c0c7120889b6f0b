//! What a job is to do.

use redub_core::Language;
use redub_pipeline::ReviewedLine;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::AssetInput;

/// What kind of resource a job stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A video translation.
    Translation,
    /// A proofreading session: stages 1-6.
    Proofread,
    /// Lips moved to a given dub.
    Lipsync,
}

/// How far a job is: HeyGen's words for translations and lipsyncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[sqlx(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In the queue.
    Pending,
    /// Being worked on.
    Running,
    /// Done; all files are there.
    Completed,
    /// Ended without a result.
    Failed,
}

impl Status {
    /// The word that batch items and bulk statuses use.
    pub fn as_item(self) -> &'static str {
        match self {
            Self::Pending => "queued",
            Self::Running => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The word that proofreads use.
    pub fn as_session(self) -> &'static str {
        match self {
            Self::Pending | Self::Running => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Whether it will not change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// Draft or final delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Quick draft.
    #[default]
    #[serde(alias = "fast", alias = "Speed", alias = "SPEED")]
    Speed,
    /// Final delivery.
    #[serde(alias = "quality", alias = "Precision", alias = "PRECISION")]
    Precision,
}

/// What a caption file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SrtRole {
    /// The transcript in the source's language.
    Input,
    /// The text to speak, in the target language.
    Output,
}

/// Frame times of a lip-synced video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FpsMode {
    /// As they come.
    Vfr,
    /// Evenly spaced.
    Cfr,
    /// As in the source.
    Passthrough,
}

/// Everything a worker must know; stored with the job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The source.
    pub video: AssetInput,
    /// A finished dub: only the lips are moved to it.
    pub audio: Option<AssetInput>,
    /// Captions given by the user.
    pub srt: Option<AssetInput>,
    /// What they stand for.
    pub srt_role: Option<SrtRole>,
    /// Target language; `None` for a lipsync.
    pub to: Option<Language>,
    /// Source language; heard when `None`.
    pub from: Option<Language>,
    /// Draft or final delivery.
    pub mode: Mode,
    /// Hint: number of speakers.
    pub speaker_num: Option<usize>,
    /// Leave the picture as it is.
    pub audio_only: bool,
    /// Make caption files.
    pub captions: bool,
    /// Keep container and codecs.
    pub keep_same_format: bool,
    /// Whether the length may change.
    pub dynamic_duration: bool,
    /// Leave music out.
    pub disable_music: bool,
    /// Clean the speech.
    pub enhance_speech: bool,
    /// Draw a visible mark.
    pub watermark: bool,
    /// Part to dub, seconds.
    pub start: Option<f64>,
    /// Part to dub, seconds.
    pub end: Option<f64>,
    /// Glossary to follow.
    pub glossary: Option<String>,
    /// Stock voices instead of matched ones; with names, those are used first.
    pub stock_voices: Option<Vec<String>>,
    /// Frame times; only with `audio`.
    pub fps_mode: Option<FpsMode>,
    /// The lines of the session it was generated from, as they were then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Vec<ReviewedLine>>,
}

impl Spec {
    /// The defaults of the contract for a source.
    pub fn new(video: AssetInput) -> Self {
        Self {
            video,
            audio: None,
            srt: None,
            srt_role: None,
            to: None,
            from: None,
            mode: Mode::Speed,
            speaker_num: None,
            audio_only: false,
            captions: false,
            keep_same_format: false,
            dynamic_duration: true,
            disable_music: false,
            enhance_speech: false,
            watermark: false,
            start: None,
            end: None,
            glossary: None,
            stock_voices: None,
            fps_mode: None,
            reviewed: None,
        }
    }
}
