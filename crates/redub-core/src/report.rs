//! The figures of `report.json`, defined once. A figure that cannot be had is `None` and `warnings` says why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The whole of `report.json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// Version of this layout; a change that breaks readers raises it.
    pub schema: u32,
    /// Name and version of the program.
    pub generator: String,
    /// File name of the source.
    pub source: String,
    /// One entry per target language.
    pub outputs: Vec<Output>,
}

/// One dubbed output.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Output {
    /// Target language tag.
    pub language: String,
    /// `speed` or `precision`, as asked for.
    pub mode: String,
    /// The renderer that drew the mouths (`warp`, …); none when no frame was re-rendered.
    pub mouth_renderer: Option<String>,
    /// Name of the finished file inside the output folder.
    pub file: String,
    /// Length of the (trimmed) source in seconds.
    pub video_seconds: f64,
    /// Length of the output in seconds.
    pub output_seconds: f64,
    /// Wall-clock seconds from the start of the run (for a further language, from the end of the one before) to the
    /// end of this output.
    pub elapsed_seconds: f64,
    /// Wall-clock seconds of all stages that ran for this output, added up: stages that ran side by side count
    /// both. Cached ones count as 0.
    pub work_seconds: f64,
    /// Wall-clock seconds per stage; 0 for a cached one.
    pub stage_seconds: BTreeMap<String, f64>,
    /// Peak resident memory of the program itself, MiB (ffmpeg children not counted).
    pub peak_memory_mb: Option<u64>,
    /// Stages whose result was already there.
    pub cached_stages: Vec<String>,
    /// Tag of the language spoken in the source.
    pub input_language: String,
    /// Number of speakers heard.
    pub speakers: usize,
    /// Number of lines dubbed.
    pub lines: usize,
    /// Word error rate (character error rate for Chinese and Japanese) of the dub's speech, transcribed back,
    /// against the target text: errors of all lines over words of all lines.
    pub listen_back_wer: Option<f64>,
    /// Largest distance of a line's start from its place on the output's time line, milliseconds.
    pub start_drift_ms_max: Option<f64>,
    /// Share of lines with a speed factor in 0.85..=1.20, 0..1.
    pub speed_factor_within: Option<f64>,
    /// Spoken seconds of all lines at the voice's natural rate over the seconds of the source lines.
    pub length_ratio: Option<f64>,
    /// Share of lines with at most 110 % of their budget of characters, 0..1.
    #[serde(default)]
    pub within_budget: Option<f64>,
    /// Cosine similarity of dub and source speakers, mean over speakers.
    pub voice_similarity: VoiceSimilarity,
    /// The rooms that speakers are heard in and their dub was given, by speaker; who is heard without one is not here.
    #[serde(default)]
    pub rooms: BTreeMap<String, Room>,
    /// Integrated loudness of the output minus that of the source, LU (EBU R128).
    pub loudness_difference_lu: Option<f64>,
    /// Frames whose mouth was re-rendered.
    pub frames_rerendered: usize,
    /// Frames left as they are, by reason.
    pub frames_kept: BTreeMap<String, usize>,
    /// Share of p b m sounds at which the lips meet, re-tracked on the finished file.
    pub closure: Option<f64>,
    /// Correlation of lip aperture with its target, re-tracked on the finished file.
    pub aperture_correlation: Option<f64>,
    /// PSNR of the finished file outside the rendered rectangles against the source's frames through the same encoder,
    /// dB; 100 when equal.
    pub untouched_psnr_db: Option<f64>,
    /// Mean absolute second difference of the mouth's pixels over the source's.
    pub jitter_ratio: Option<f64>,
    /// Variance of the Laplacian in the mouth box over the source's.
    pub sharpness_ratio: Option<f64>,
    /// Gradient energy on the border of what was drawn over the source's, before encoding.
    pub seam_ratio: Option<f64>,
    /// Correlation of sound and lips.
    pub av_correlation: AvCorrelation,
    /// Lines by the engine that translated them.
    pub translation_engine: BTreeMap<String, usize>,
    /// Everything a viewer should know, in sentences.
    pub warnings: Vec<String>,
    /// The lines, for people and for `report.html`.
    pub details: Vec<LineDetail>,
}

/// Cosine similarities under two independent speaker embeddings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct VoiceSimilarity {
    /// Under CAM++, which also helped to choose the voice.
    pub campplus: Option<f64>,
    /// Under GE2E, which did not.
    pub ge2e: Option<f64>,
}

/// How a room answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Time in which a sound falls by 60 dB, seconds.
    pub seconds: f64,
    /// Energy of what follows the direct sound, dB of it.
    pub level_db: f64,
}

/// How well sound and lips go together: Pearson's r between the opening of the lips, as tracked, and the opening that the
/// mouth shapes and the loudness heard in the sound lead one to expect, over the re-rendered frames of all faces. `None` for
/// videos under 10 s and for less than 5 s of re-rendered speech.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AvCorrelation {
    /// The source's lips with the source's speech.
    pub own: Option<f64>,
    /// The finished file's lips with the dub.
    pub result: Option<f64>,
    /// Shift of the finished file's largest correlation within ±400 ms, milliseconds; above 0 the lips are late.
    pub lag_ms: Option<f64>,
}

/// One line of an output.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct LineDetail {
    /// 0-based position.
    pub index: usize,
    /// Speaker's name.
    pub speaker: String,
    /// Voice that speaks it.
    pub voice: String,
    /// Source text.
    pub source_text: String,
    /// Target text.
    pub target_text: String,
    /// What the recogniser heard in the dub.
    pub heard: Option<String>,
    /// Start and end in the source, seconds.
    pub source: (f64, f64),
    /// Start and end in the output, seconds.
    pub dub: (f64, f64),
    /// Natural length over spoken length: above 1 is faster than the voice's own rate.
    pub speed_factor: f64,
    /// Distance of the start from its place, milliseconds.
    pub drift_ms: f64,
    /// Word (or character) error rate when listened back.
    pub error_rate: Option<f64>,
    /// Whether the line is said in a voice fitted to its speaker.
    #[serde(default)]
    pub own_voice: bool,
    /// Characters (with spaces) that the voice can say in the source line's time; `None` for captions given by the
    /// user and in reports of earlier versions.
    #[serde(default)]
    pub budget: Option<usize>,
    /// Characters of the target text over the budget.
    #[serde(default)]
    pub budget_ratio: Option<f64>,
    /// Engine that translated it.
    pub engine: String,
}
