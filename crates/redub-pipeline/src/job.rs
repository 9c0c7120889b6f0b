//! What is asked for.

use std::path::PathBuf;
use std::sync::Arc;

use redub_core::captions::Cue;
use redub_core::{Gender, Language, Span};
use redub_speech::phonemes::Lexicon;
use redub_speech::voices::Voice;
use redub_speech::voices::fitted::SavedVoice;
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

/// A line as a reviewer left it: nothing is heard or translated again for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewedLine {
    /// Name of who says it, as the transcript has it.
    pub speaker: String,
    /// Where it stands, seconds of the part to dub.
    pub span: Span,
    /// What was said.
    pub source_text: String,
    /// What is to be said.
    pub text: String,
    /// Engine that made it, or `reviewer`.
    pub engine: String,
    /// Stock voice that says it; the speaker's own match when `None`.
    pub voice: Option<String>,
    /// Gender of the voice; as heard when `None`.
    pub gender: Option<Gender>,
}

/// Frame times of a video whose lips are moved to a given dub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FpsMode {
    /// As they come.
    Vfr,
    /// Evenly spaced at the source's mean rate.
    Cfr,
    /// As in the source.
    Passthrough,
}

/// One input to dub into one or more languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The source, a local file.
    pub input: PathBuf,
    /// Base name of the results, without an extension.
    pub name: String,
    /// Languages to dub into; more than one only without `srt` in the output role and without `audio`. With `audio` there
    /// may be none: its language is heard then.
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
    /// Caption files beside the result, also without `captions`.
    pub caption_files: bool,
    /// Captions drawn into the picture.
    pub burn_captions: bool,
    /// Whether the output may be longer than the source.
    pub dynamic_duration: bool,
    /// Leave music and effects out; of a given dub, too.
    pub disable_music: bool,
    /// Clean the source's speech before hearing it and keep noise out of the bed; the same for a given dub.
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
    /// Voices that the program chose are fitted to their speakers.
    pub fit_voices: bool,
    /// Stock voices to choose from, by name; used where `stock_voice` names none.
    pub preferred_voices: Vec<String>,
    /// The lines after a review, in order of start; they take the place of the translation.
    pub reviewed: Option<Vec<ReviewedLine>>,
    /// Draw a visible mark into the picture.
    pub watermark: bool,
    /// Frame times; only looked at together with `audio`.
    pub fps_mode: Option<FpsMode>,
    /// Voices the user chose for speakers, by the speakers' names (`S1`).
    pub voices: Vec<(String, Voice)>,
    /// Voices of people, learnt before, for speakers; they win over [`Job::voices`].
    pub saved_voices: Vec<PinnedVoice>,
    /// How words are pronounced that the voices would read wrongly.
    pub lexicon: Option<Arc<Lexicon>>,
    /// Keep the original sound as a second track.
    pub extra_audio_track: bool,
    /// What the translation is told: register, glossary, genders, a language model. Its mode is the job's.
    pub translation: redub_translate::Options,
    /// Folder of the results.
    pub output: PathBuf,
}

/// A voice that was learnt before, for a speaker.
#[derive(Debug, Clone, PartialEq)]
pub struct PinnedVoice {
    /// The speaker's name in the input (`S1`).
    pub speaker: String,
    /// The voice's name.
    pub name: String,
    /// The voice.
    pub voice: Arc<SavedVoice>,
}

impl Job {
    /// A job on `input` that asks for nothing beyond the defaults, not even a language: speed mode, results named `name` in the folder
    /// `output`.
    pub fn new(input: PathBuf, name: String, output: PathBuf) -> Self {
        Self {
            input,
            name,
            targets: Vec::new(),
            mode: Mode::Speed,
            from: None,
            speaker_num: None,
            audio_only: false,
            captions: false,
            caption_files: false,
            burn_captions: false,
            dynamic_duration: true,
            disable_music: false,
            enhance_speech: false,
            keep_same_format: false,
            start: None,
            end: None,
            srt: None,
            audio: None,
            stock_voice: None,
            fit_voices: false,
            preferred_voices: Vec::new(),
            reviewed: None,
            watermark: false,
            fps_mode: None,
            voices: Vec::new(),
            saved_voices: Vec::new(),
            lexicon: None,
            extra_audio_track: false,
            translation: redub_translate::Options::default(),
            output,
        }
    }

    /// The voice learnt before that a speaker is to have: the last one named.
    pub(crate) fn pinned(&self, speaker: &str) -> Option<&PinnedVoice> {
        self.saved_voices.iter().rev().find(|pinned| pinned.speaker == speaker)
    }

    /// What the translation is told, with the job's mode.
    pub(crate) fn told(&self) -> redub_translate::Options {
        let mode = match self.mode {
            Mode::Speed => redub_translate::Mode::Speed,
            Mode::Precision => redub_translate::Mode::Precision,
        };
        redub_translate::Options { mode, ..self.translation.clone() }
    }
}
