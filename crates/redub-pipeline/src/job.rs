//! What is asked for.

use std::path::PathBuf;
use std::sync::Arc;

use redub_core::Language;
use redub_core::captions::Cue;
use redub_speech::phonemes::Lexicon;
use redub_speech::voices::Voice;
use serde::{Deserialize, Serialize};

/// Draft or final delivery, named as in HeyGen's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Quick draft.
    Speed,
    /// Final delivery.
    Precision,
}

impl Mode {
    /// `speed` or `precision`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Speed => "speed",
            Mode::Precision => "precision",
        }
    }
}

/// What a caption file given by the user stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SrtRole {
    /// The transcript in the source's language.
    Input,
    /// The text to speak, in the target language.
    Output,
}

/// One input to dub into one or more languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The source, a local file.
    pub input: PathBuf,
    /// Base name of the results, without an extension.
    pub name: String,
    /// Languages to dub into; more than one only without `srt` in the output role and without `audio`.
    pub targets: Vec<Language>,
    /// Draft or final delivery.
    pub mode: Mode,
    /// Language spoken in the source; heard when `None`.
    pub from: Option<Language>,
    /// Hint: number of speakers.
    pub speaker_num: Option<usize>,
    /// Leave the picture as it is.
    pub audio_only: bool,
    /// Caption files beside the result and a soft track inside it.
    pub captions: bool,
    /// Captions drawn into the picture.
    pub burn_captions: bool,
    /// Whether the output may be longer than the source.
    pub dynamic_duration: bool,
    /// Leave music and effects out.
    pub disable_music: bool,
    /// Clean the source's speech before hearing it and keep noise out of the bed.
    pub enhance_speech: bool,
    /// Keep the source's container and codec where an encoder for it exists.
    pub keep_same_format: bool,
    /// Start of the part to dub, seconds.
    pub start: Option<f64>,
    /// End of the part to dub, seconds.
    pub end: Option<f64>,
    /// Captions given by the user.
    pub srt: Option<(Vec<Cue>, SrtRole)>,
    /// A dub given by the user: only the lips are moved to it.
    pub audio: Option<PathBuf>,
    /// Voices as they are, not brought closer to the speakers; the name of one to use for everybody, if given.
    pub stock_voice: Option<Option<String>>,
    /// Voices the user chose for speakers, by the speakers' names (`S1`).
    pub voices: Vec<(String, Voice)>,
    /// How words are pronounced that the voices would read wrongly.
    pub lexicon: Option<Arc<Lexicon>>,
    /// Keep the original sound as a second track.
    pub extra_audio_track: bool,
    /// Folder of the results.
    pub output: PathBuf,
}
