//! Failures in the words of the API.

use std::path::Path;

use redub_media::MediaError;
use redub_pipeline::PipelineError;

use super::JobRow;

/// Why a job failed, as its client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// An error code of the contract (§14).
    pub code: &'static str,
    /// What failed, why, and what to try.
    pub message: String,
}

/// What HeyGen says when a video cannot be fetched; clients look for it.
const DOWNLOAD: &str =
    "Failed to download video from url, please check the url is valid or the video is public";
/// What HeyGen says of a video without speech.
const AUDIO: &str = "Your video's audio is missing or corrupted, please try with another video";

impl Failure {
    /// A file that could not be fetched.
    pub fn download(why: impl std::fmt::Display) -> Self {
        Self { code: "download_failed", message: format!("{DOWNLOAD} ({why})") }
    }

    /// An input that was fetched and cannot be used.
    pub fn input(message: impl Into<String>) -> Self {
        Self { code: "invalid_parameter", message: message.into() }
    }

    /// Something that is not the client's fault.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { code: "internal_error", message: message.into() }
    }

    /// The failure without what only this machine knows: the folders a job lies in.
    pub fn outside(self, work: &Path, job: &JobRow) -> Self {
        let folders = [&job.group_id, &job.id].map(|id| format!("{}/", work.join(id).display()));
        let message = folders.iter().fold(self.message, |text, folder| text.replace(folder, ""));
        Self { message, ..self }
    }

    /// Whether the input is at fault, as found before the first stage or in it.
    pub fn is_input(&self) -> bool {
        self.code == "invalid_parameter"
    }
}

impl From<&PipelineError> for Failure {
    fn from(error: &PipelineError) -> Self {
        match error {
            PipelineError::NoSpeech => Self::input(format!("{AUDIO} (no speech found: nobody speaks in it)")),
            PipelineError::NoAudio => Self::input(format!(
                "{AUDIO} (it has no sound; give the speech in audio to only move the lips)"
            )),
            PipelineError::EmptySpan { start, end, seconds } => Self::input(format!(
                "There is nothing between start_time {start:.3} s and end_time {end:.3} s: the video is {seconds:.3} s long"
            )),
            PipelineError::SameLanguage(name) => Self::input(format!(
                "The speech is already {name}: choose another output language, or state the spoken one in input_language"
            )),
            PipelineError::UnknownVoice { .. }
            | PipelineError::Unspeakable { .. }
            | PipelineError::Captions { .. }
            | PipelineError::CaptionsDoNotFit(_)
            | PipelineError::Translate(_) => Self::input(plain(error)),
            PipelineError::Media(media) if !is_ours(media) => Self::input(plain(error)),
            PipelineError::Interrupted => Self::internal("The job was stopped"),
            _ => Self::internal(plain(error)),
        }
    }
}

/// A full disk or a missing ffmpeg is not the input's fault.
fn is_ours(error: &MediaError) -> bool {
    let text = error.to_string();
    ["disk is full", "not installed", "cannot start"].iter().any(|t| text.contains(t))
}

/// An error's text without what only the command line has.
fn plain(error: &PipelineError) -> String {
    let words = [
        ("--from", "input_language"),
        ("--to", "output_languages"),
        ("--audio FILE", "audio"),
        ("--start", "start_time"),
        ("--end", "end_time"),
    ];
    words.iter().fold(error.to_string(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_speak_of_fields_and_know_whose_fault_it_is() {
        let silent = Failure::from(&PipelineError::NoSpeech);
        assert!(silent.is_input() && silent.message.starts_with(AUDIO));
        let same = Failure::from(&PipelineError::SameLanguage("Spanish".into()));
        assert!(same.message.contains("input_language") && !same.message.contains("--"));
        assert!(!Failure::from(&PipelineError::Artifact("x".into())).is_input());
    }
}
