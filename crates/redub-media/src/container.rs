//! Kinds of media files that are written.

use serde::{Deserialize, Serialize};

use crate::probe::MediaInfo;

/// A container format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Container {
    /// MPEG-4, `.mp4`.
    Mp4,
    /// QuickTime, `.mov`.
    Mov,
    /// Matroska, `.mkv`.
    Mkv,
    /// WebM, `.webm`.
    Webm,
    /// Audio Video Interleave, `.avi`.
    Avi,
    /// MPEG program stream, `.mpg`.
    Mpeg,
    /// MPEG-4 with sound alone, `.m4a`.
    M4a,
    /// MPEG audio layer III, `.mp3`.
    Mp3,
    /// Uncompressed, `.wav`.
    Wav,
    /// Lossless, `.flac`.
    Flac,
    /// Opus in Ogg, `.ogg`.
    Ogg,
}

impl Container {
    /// The file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Container::Mp4 => "mp4",
            Container::Mov => "mov",
            Container::Mkv => "mkv",
            Container::Webm => "webm",
            Container::Avi => "avi",
            Container::Mpeg => "mpg",
            Container::M4a => "m4a",
            Container::Mp3 => "mp3",
            Container::Wav => "wav",
            Container::Flac => "flac",
            Container::Ogg => "ogg",
        }
    }

    /// The MIME type.
    pub fn mime(self) -> &'static str {
        match self {
            Container::Mp4 => "video/mp4",
            Container::Mov => "video/quicktime",
            Container::Mkv => "video/x-matroska",
            Container::Webm => "video/webm",
            Container::Avi => "video/x-msvideo",
            Container::Mpeg => "video/mpeg",
            Container::M4a => "audio/mp4",
            Container::Mp3 => "audio/mpeg",
            Container::Wav => "audio/wav",
            Container::Flac => "audio/flac",
            Container::Ogg => "audio/ogg",
        }
    }

    /// The container named by a file name extension (any case, without the dot).
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "mp4" | "m4v" => Container::Mp4,
            "mov" | "qt" => Container::Mov,
            "mkv" => Container::Mkv,
            "webm" => Container::Webm,
            "avi" => Container::Avi,
            "mpg" | "mpeg" => Container::Mpeg,
            "m4a" => Container::M4a,
            "mp3" => Container::Mp3,
            "wav" => Container::Wav,
            "flac" => Container::Flac,
            "ogg" | "opus" | "oga" => Container::Ogg,
            _ => return None,
        })
    }

    /// The container of a source file; none when it is one that is not written here.
    pub fn of(media: &MediaInfo) -> Option<Self> {
        let brand = media.tags.get("major_brand").map(|b| b.trim().to_string()).unwrap_or_default();
        let sound_only = media.video.is_none();
        let webm = || {
            let codecs = media
                .video
                .iter()
                .map(|v| v.codec.as_str())
                .chain(media.audio.iter().map(|a| a.codec.as_str()));
            codecs.into_iter().all(|c| matches!(c, "vp8" | "vp9" | "av1" | "opus" | "vorbis"))
        };
        Some(match media.container.as_str() {
            name if name.starts_with("mov,") => match (sound_only, brand.as_str()) {
                (true, _) => Container::M4a,
                (false, "qt") => Container::Mov,
                (false, _) => Container::Mp4,
            },
            name if name.starts_with("matroska") => {
                if webm() {
                    Container::Webm
                } else {
                    Container::Mkv
                }
            }
            "avi" => Container::Avi,
            "mpeg" => Container::Mpeg,
            "mp3" => Container::Mp3,
            "wav" | "w64" => Container::Wav,
            "flac" => Container::Flac,
            "ogg" if sound_only => Container::Ogg,
            _ => return None,
        })
    }

    /// Whether it carries pictures.
    pub fn has_pictures(self) -> bool {
        use Container::*;
        matches!(self, Mp4 | Mov | Mkv | Webm | Avi | Mpeg)
    }

    /// Whether frames may come at any time.
    pub fn varies_rate(self) -> bool {
        use Container::*;
        matches!(self, Mp4 | Mov | Mkv | Webm)
    }

    /// ffmpeg's name of the muxer.
    pub(crate) fn muxer(self) -> &'static str {
        match self {
            Container::Mp4 => "mp4",
            Container::Mov => "mov",
            Container::Mkv => "matroska",
            Container::Webm => "webm",
            Container::Avi => "avi",
            Container::Mpeg => "mpeg",
            Container::M4a => "ipod",
            Container::Mp3 => "mp3",
            Container::Wav => "wav",
            Container::Flac => "flac",
            Container::Ogg => "ogg",
        }
    }

    /// Whether it is of the MPEG-4 family, whose index can be moved to the front.
    pub fn is_mpeg4(self) -> bool {
        matches!(self, Container::Mp4 | Container::Mov | Container::M4a)
    }
}
