//! What a translation is asked for with (contract §3).

use redub_core::Language;
use redub_speech::voices;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::check;
use crate::jobs::{FpsMode, Kind, Mode, NewJob, Spec, SrtRole};
use crate::languages::{self, Target};
use crate::state::App;
use crate::wire::{ApiError, AssetInput, present};

/// Body of `POST /v3/video-translations`, and of each item of a batch. Unknown fields are ignored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct CreateTranslation {
    /// The video to dub.
    pub video: AssetInput,
    /// Languages to dub into: names as listed, or BCP-47 codes, in any case.
    #[schema(min_items = 1)]
    pub output_languages: Vec<String>,
    /// A name for people.
    #[serde(default)]
    pub title: Option<String>,
    /// A finished dub: nothing is translated or spoken, the lips are moved to it.
    #[serde(default)]
    pub audio: Option<AssetInput>,
    /// Language of the source, by name or code; heard when left out.
    #[serde(default)]
    pub input_language: Option<String>,
    /// Dub the sound and leave the picture as it is.
    #[serde(default, deserialize_with = "present")]
    pub translate_audio_only: bool,
    /// Hint: how many people speak; 0 leaves it to the engines.
    #[serde(default)]
    pub speaker_num: Option<i64>,
    /// Draft or final delivery; `fast` and `quality` are taken too.
    #[serde(default, deserialize_with = "present")]
    pub mode: Mode,
    /// Make caption files.
    #[serde(default, deserialize_with = "present")]
    pub enable_caption: bool,
    /// Keep the source's container and codecs.
    #[serde(default)]
    pub keep_the_same_format: Option<bool>,
    /// Whether the result may be longer than the source.
    #[serde(default)]
    #[schema(default = true)]
    pub enable_dynamic_duration: Option<bool>,
    /// Leave music and effects out.
    #[serde(default, deserialize_with = "present")]
    pub disable_music_track: bool,
    /// Clean the speech before it is heard.
    #[serde(default, deserialize_with = "present")]
    pub enable_speech_enhancement: bool,
    /// Draw a visible mark.
    #[serde(default, deserialize_with = "present")]
    pub enable_watermark: bool,
    /// Start of the part to dub, seconds; the result holds this part only.
    #[serde(default)]
    pub start_time: Option<f64>,
    /// End of the part to dub, seconds.
    #[serde(default)]
    pub end_time: Option<f64>,
    /// Glossary to follow.
    #[serde(default)]
    pub brand_glossary_id: Option<String>,
    /// Older name of `brand_glossary_id`.
    #[serde(default)]
    pub brand_voice_id: Option<String>,
    /// Use stock voices.
    #[serde(default)]
    pub stock_voice_config: Option<StockVoiceConfig>,
    /// Captions to use.
    #[serde(default)]
    pub srt: Option<AssetInput>,
    /// What the captions stand for; `input` when left out.
    #[serde(default)]
    pub srt_role: Option<SrtRole>,
    /// Frame times; only takes effect together with `audio`.
    #[serde(default)]
    pub fps_mode: Option<FpsMode>,
    /// Folder it belongs to.
    #[serde(default)]
    pub folder_id: Option<String>,
    /// Where its end is told.
    #[serde(default)]
    pub callback_url: Option<String>,
    /// Given back with that.
    #[serde(default)]
    pub callback_id: Option<String>,
}

/// Stock voices instead of matched ones.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct StockVoiceConfig {
    /// Whether to use them.
    #[serde(default, deserialize_with = "present")]
    pub use_stock_voice: bool,
    /// Those to use first, by the ids of GET /v3/voices.
    #[serde(default, deserialize_with = "present")]
    pub preferred_stock_voice_ids: Vec<String>,
}

impl CreateTranslation {
    /// Checks everything that can be checked now; gives one job per language.
    ///
    /// # Errors
    /// 400 naming the field, 404 or 409 for an asset that cannot be used.
    pub async fn jobs(&self, app: &App, tenant: &str) -> Result<Vec<NewJob>, ApiError> {
        let job = NewJob {
            title: check::text("title", self.title.as_deref())?,
            folder_id: check::text("folder_id", self.folder_id.as_deref())?,
            callback_url: check::callback(app, self.callback_url.as_deref())?,
            callback_id: check::text("callback_id", self.callback_id.as_deref())?,
            ..NewJob::new(Kind::Translation, tenant, self.spec(app, tenant).await?)
        };
        Ok(job.in_languages(self.targets(app)?))
    }

    /// The languages; what they must be capable of depends on what is given.
    fn targets(&self, app: &App) -> Result<Vec<Target>, ApiError> {
        let given = self.audio.is_some() || self.captions_are_spoken();
        let targets = languages::targets(&self.output_languages, &app.models, !given)?;
        if given && targets.len() > 1 {
            let what = if self.audio.is_some() { "audio" } else { "srt with the role output" };
            let message = format!("{what} is in one language: name a single one in output_languages");
            return Err(ApiError::invalid("output_languages", message));
        }
        if let Some(from) = check::present(self.input_language.as_deref()).filter(|_| !given) {
            let from = languages::source(from)?;
            targets.iter().try_for_each(|to| languages::pair(&from, to, &app.models))?;
        }
        Ok(targets)
    }

    fn captions_are_spoken(&self) -> bool {
        self.srt.is_some() && self.srt_role == Some(SrtRole::Output)
    }

    async fn spec(&self, app: &App, tenant: &str) -> Result<Spec, ApiError> {
        check::input(app, tenant, "video", &self.video).await?;
        for (param, input) in [("audio", &self.audio), ("srt", &self.srt)] {
            if let Some(input) = input {
                check::input(app, tenant, param, input).await?;
            }
        }
        let part = check::part(self.start_time, self.end_time)?;
        let (id, older) = (self.brand_glossary_id.as_deref(), self.brand_voice_id.as_deref());
        Ok(Spec {
            audio: self.audio.clone(),
            srt: self.srt.clone(),
            srt_role: self.srt.as_ref().map(|_| self.srt_role.unwrap_or(SrtRole::Input)),
            from: source(self.input_language.as_deref())?,
            mode: self.mode,
            speaker_num: check::speakers(self.speaker_num)?,
            audio_only: self.translate_audio_only,
            captions: self.enable_caption,
            keep_same_format: self.keep_the_same_format.unwrap_or(false),
            dynamic_duration: self.enable_dynamic_duration.unwrap_or(true),
            disable_music: self.disable_music_track,
            enhance_speech: self.enable_speech_enhancement,
            watermark: self.enable_watermark,
            start: part.0,
            end: part.1,
            glossary: check::glossary(app, tenant, id, older).await?,
            stock_voices: self.stock_voices()?,
            fps_mode: self.fps_mode,
            ..Spec::new(self.video.clone())
        })
    }

    fn stock_voices(&self) -> Result<Option<Vec<String>>, ApiError> {
        let Some(config) = self.stock_voice_config.as_ref().filter(|c| c.use_stock_voice) else {
            return Ok(None);
        };
        for id in &config.preferred_stock_voice_ids {
            if voices::catalog::find(id).is_none() {
                let param = "stock_voice_config.preferred_stock_voice_ids";
                let message = format!("{id:?} is not a stock voice; GET /v3/voices lists them");
                return Err(ApiError::invalid(param, message));
            }
        }
        Ok(Some(config.preferred_stock_voice_ids.clone()))
    }
}

fn source(text: Option<&str>) -> Result<Option<Language>, ApiError> {
    check::present(text).map(languages::source).transpose()
}
