//! What can stop a job.

use std::path::{Path, PathBuf};

use redub_core::captions::CaptionError;
use redub_media::MediaError;
use redub_models::ModelError;
use redub_speech::SpeechError;
use redub_translate::TranslateError;
use redub_vision::VisionError;

/// Why a job ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// Nobody speaks in the input.
    #[error("no speech found: nobody speaks in this input, so there is nothing to translate")]
    NoSpeech,
    /// The input has pictures but no sound.
    #[error(
        "no audio track: the input has no sound, so there is nothing to translate; give the speech with --audio FILE to only move the lips"
    )]
    NoAudio,
    /// The span asked for does not lie in the input.
    #[error(
        "nothing to do between {start:.3} s and {end:.3} s: the input is {seconds:.3} s long; choose --start and --end inside it"
    )]
    EmptySpan {
        /// Start asked for, seconds.
        start: f64,
        /// End asked for, seconds.
        end: f64,
        /// Length of the input, seconds.
        seconds: f64,
    },
    /// A voice that is not there, or does not speak the language.
    #[error("there is no voice '{name}': for {language} choose one of {available}")]
    UnknownVoice {
        /// The name asked for.
        name: String,
        /// Name of the language.
        language: String,
        /// Names of the voices that speak it.
        available: String,
    },
    /// A voice learnt with other weights of the synthesiser.
    #[error(
        "the voice '{0}' was learnt for another version of the synthesiser: learn it again with `redub voices learn`"
    )]
    ForeignVoice(String),
    /// A voice that cannot be learnt from an input.
    #[error("no voice can be learnt: {0}")]
    NoVoice(String),
    /// A language that cannot be spoken.
    #[error("no voice speaks {language}: choose one of {known}")]
    Unspeakable {
        /// Name of the language.
        language: String,
        /// Tags of the languages that are spoken.
        known: String,
    },
    /// A model that is needed is not installed.
    #[error("the model {0} is missing: get it with `redub models pull {0}`")]
    ModelMissing(String),
    /// Source and target are the same language.
    #[error(
        "the speech is already {0}: choose another language with --to, or name the spoken one with --from"
    )]
    SameLanguage(String),
    /// A caption file that cannot be used.
    #[error("{}: {source}", path.display())]
    Captions {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CaptionError,
    },
    /// A caption file that does not go with the video.
    #[error("{0}")]
    CaptionsDoNotFit(String),
    /// A file or folder that cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A run of which nothing can be shown.
    #[error("{0}")]
    NothingToInspect(String),
    /// A stored result that cannot be written.
    #[error("cannot store a result: {0}")]
    Artifact(String),
    /// The user stopped the run.
    #[error("interrupted: run the same command again to go on where it stopped")]
    Interrupted,
    /// From ffmpeg or the file.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// From a model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// From hearing or speaking.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// From translating.
    #[error(transparent)]
    Translate(#[from] TranslateError),
    /// From looking.
    #[error(transparent)]
    Vision(#[from] VisionError),
}

impl PipelineError {
    /// An error of the file system at `path`; a full disk says so.
    pub fn store(path: &Path, error: std::io::Error) -> Self {
        let reason = match error.kind() {
            std::io::ErrorKind::StorageFull => {
                "the disk is full; free some space, or choose another folder with -o for results or --cache-dir for \
                 the rest, and run the command again"
                    .to_owned()
            }
            _ => error.to_string(),
        };
        Self::File { path: path.to_owned(), reason }
    }
}
