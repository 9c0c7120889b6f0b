//! What can go wrong with media.

use std::path::{Path, PathBuf};

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, MediaError>;

/// Why a media file cannot be read, made or fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// A file could not be opened, read, written or renamed.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried, as a verb (`read`, `write`, `rename`).
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why the system refused.
        source: std::io::Error,
    },
    /// There is no room left for what is being written.
    #[error(
        "the disk is full: {}; free some space, or choose another folder with -o for results or --cache-dir for the rest",
        what
    )]
    DiskFull {
        /// What was being done, as a participle (`writing talk.es.mp4`).
        what: String,
    },
    /// ffmpeg or ffprobe is not installed.
    #[error("cannot start {tool}: {source}; install ffmpeg 5 or newer, or name it in {variable}")]
    NoTool {
        /// The program looked for.
        tool: String,
        /// The environment variable that names another one.
        variable: &'static str,
        /// Why the system refused.
        source: std::io::Error,
    },
    /// ffmpeg ended with an error, was killed by a limit, or died.
    #[error("{tool} failed while {task} ({status}){}", last_lines(stderr))]
    Tool {
        /// The program.
        tool: &'static str,
        /// What it was doing, as a participle (`decoding talk.mp4`).
        task: String,
        /// How it ended.
        status: String,
        /// The last lines it wrote to its error stream.
        stderr: Vec<String>,
    },
    /// ffmpeg took longer than it may.
    #[error("{tool} took longer than {seconds} s while {task} and was stopped; the file may be damaged")]
    TooSlow {
        /// The program.
        tool: &'static str,
        /// What it was doing.
        task: String,
        /// The limit, in seconds.
        seconds: u64,
    },
    /// The file has no bytes.
    #[error("{} is empty (0 bytes)", .0.display())]
    Empty(PathBuf),
    /// No demuxer knows the file.
    #[error("{} is not a media file: {reason}", path.display())]
    NotMedia {
        /// The file.
        path: PathBuf,
        /// What ffprobe said.
        reason: String,
    },
    /// The index of the file is missing, as after an interrupted copy or recording.
    #[error("the file is cut off: {} has no index ({reason}); copy or export it again", path.display())]
    CutOff {
        /// The file.
        path: PathBuf,
        /// What ffprobe said.
        reason: String,
    },
    /// The container holds neither sound nor picture.
    #[error("{} holds no audio and no video stream", .0.display())]
    NoStreams(PathBuf),
    /// The file asks for more than we are willing to decode.
    #[error("{} is over the limit: {what}", path.display())]
    OverLimit {
        /// The file.
        path: PathBuf,
        /// Which limit, with the figures.
        what: String,
    },
    /// A stream that was asked for is not in the file.
    #[error("{} has no {kind} stream {index}", path.display())]
    NoSuchStream {
        /// The file.
        path: PathBuf,
        /// `audio` or `video`.
        kind: &'static str,
        /// The stream index asked for.
        index: usize,
    },
    /// ffmpeg's answer could not be understood.
    #[error("cannot understand ffprobe's answer for {}: {reason}", path.display())]
    Answer {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// The caller asked for something that cannot be done.
    #[error("{0}")]
    Request(String),
    /// A wav file could not be read or written.
    #[error("wav file {}: {source}", path.display())]
    Wav {
        /// The file.
        path: PathBuf,
        /// Why.
        source: hound::Error,
    },
    /// A resampler or a loudness meter refused the sound.
    #[error("cannot {action}: {reason}")]
    Sound {
        /// What was tried, as a verb.
        action: &'static str,
        /// Why.
        reason: String,
    },
    /// A file could not be fetched from the network.
    #[error(transparent)]
    Fetch(#[from] crate::fetch::FetchError),
}

impl MediaError {
    /// The disk has no room for the file at `path`.
    pub(crate) fn full(path: &Path) -> Self {
        MediaError::DiskFull { what: format!("cannot write {}", path.display()) }
    }

    /// An error of a wav file; a full disk says so.
    pub(crate) fn wav(path: &Path) -> impl Fn(hound::Error) -> MediaError {
        let path = path.to_path_buf();
        move |source| match source {
            hound::Error::IoError(e) if e.kind() == std::io::ErrorKind::StorageFull => Self::full(&path),
            source => MediaError::Wav { path: path.clone(), source },
        }
    }

    /// A closure for `map_err` that adds the action and the file to a system error.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> MediaError {
        let path = path.to_path_buf();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => MediaError::full(&path),
            _ => MediaError::File { action, path, source },
        }
    }
}

fn last_lines(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!(": {}", lines.join(" | ")) }
}
