//! What a run will take, before it starts.

use redub_core::Language;
use redub_models::{Catalog, ModelStore};
use serde::Serialize;

use crate::error::PipelineError;
use crate::job::Job;
use crate::stages::intake;

/// Stages in order, whether they run per language, seconds of work per second of video on two cores, and the
/// models they use. The figures are medians of `bench/pipeline.py`.
pub(crate) const STAGES: &[(&str, bool, f64, &[&str])] = &[
    ("intake", false, 0.04, &[]),
    (
        "own_dub",
        true,
        0.35,
        &["silero-vad", "speaker-segmentation", "speaker-embedding", "whisper-base", "visemes"],
    ),
    ("stems", false, 0.07, &["onnxruntime", "deepfilternet3"]),
    ("turns", false, 0.08, &["silero-vad", "speaker-segmentation", "speaker-embedding"]),
    ("transcript", false, 0.39, &["whisper-base"]),
    ("faces", false, 0.48, &["face-detection", "face-landmarks", "palm-detection"]),
    ("translation", true, 0.07, &[]),
    ("voices", true, 0.02, &["kokoro-voices"]),
    ("own_voice", false, 0.0, &["kokoro", "speaker-embedding-ge2e"]),
    ("speech", true, 0.95, &["kokoro", "whisper-base"]),
    ("timing", true, 0.0, &[]),
    ("mix", true, 0.01, &[]),
    ("mouth", true, 0.10, &[]),
    ("render", true, 0.31, &[]),
    ("report", true, 0.41, &["face-landmarks", "speaker-embedding-ge2e", "visemes"]),
];

/// Seconds that fitting one voice takes, however long the video is; how many speakers there are is not known before.
const FIT_SECONDS: f64 = 45.0;

/// Expected seconds of a stage for `seconds` of video.
pub(crate) fn seconds(stage: &str, seconds: f64) -> f64 {
    if stage == "own_voice" {
        return FIT_SECONDS;
    }
    STAGES.iter().find(|s| s.0 == stage).map_or(0.0, |s| s.2 * seconds)
}

/// What a run needs.
#[derive(Debug, Clone, Serialize)]
pub struct Estimate {
    /// Length of the part to dub, seconds.
    pub video_seconds: f64,
    /// The stages that will run.
    pub stages: Vec<StageEstimate>,
    /// The models they use.
    pub models: Vec<ModelState>,
    /// Minutes of work in all, on two cores.
    pub minutes: f64,
    /// Disk space for results, MB (10⁶ bytes).
    pub disk_mb: f64,
}

/// One stage to run.
#[derive(Debug, Clone, Serialize)]
pub struct StageEstimate {
    /// Name.
    pub stage: String,
    /// Language it runs for, if it runs per language.
    pub language: Option<Language>,
    /// Expected seconds.
    pub seconds: f64,
}

/// A model that is used.
#[derive(Debug, Clone, Serialize)]
pub struct ModelState {
    /// Name in the catalogue.
    pub name: String,
    /// Whether it is in the store.
    pub installed: bool,
}

/// What `job` will take.
///
/// # Errors
/// An input that cannot be read or has nothing to dub.
pub fn estimate(job: &Job, models: &ModelStore, catalog: &Catalog) -> Result<Estimate, PipelineError> {
    let info = redub_media::probe(&job.input)?;
    let span = intake::check(job, &info)?;
    let video_seconds = span.map_or(info.duration_s, |s| s.seconds());
    let picture = info.video.is_some() && !job.audio_only;
    let lips_only = job.audio.is_some();
    let runs = |stage: &str| match stage {
        "faces" | "mouth" => picture,
        "own_dub" => lips_only,
        "own_voice" => job.fit_voices && !lips_only,
        "intake" | "render" | "report" => true,
        _ => !lips_only,
    };
    let mut stages = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for (stage, per_language, _, used) in STAGES.iter().filter(|s| runs(s.0)) {
        names.extend(used.iter());
        let languages: Vec<Option<Language>> = match *per_language && !job.targets.is_empty() {
            true => job.targets.iter().cloned().map(Some).collect(),
            false => vec![None],
        };
        stages.extend(languages.into_iter().map(|language| StageEstimate {
            stage: (*stage).to_owned(),
            language,
            seconds: seconds(stage, video_seconds),
        }));
    }
    names.sort_unstable();
    names.dedup();
    let installed = |name: &str| {
        let known = catalog.find(name);
        known.is_ok_and(|model| models.state(model) == redub_models::ModelState::Installed)
    };
    let state = |name: &&str| ModelState { name: (*name).to_owned(), installed: installed(name) };
    let outputs = job.targets.len().max(1) as f64;
    // Sound is kept as 48 kHz stereo float, five times over; the picture at about 4 Mbit/s per megapixel.
    let sound_mb = video_seconds * 0.384 * (3.0 + 2.0 * outputs);
    let pixels = info.video.as_ref().map_or(0.0, |v| (v.width * v.height) as f64);
    let picture_mb = 2.0 * video_seconds * pixels * 0.5e-6 * outputs;
    let minutes = stages.iter().map(|s| s.seconds).sum::<f64>() / 60.0;
    let models = names.iter().map(state).collect();
    Ok(Estimate { video_seconds, stages, models, minutes, disk_mb: sound_mb + picture_mb })
}
