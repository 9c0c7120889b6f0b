//! What goes into a file.

use std::path::PathBuf;

use redub_core::Span;

use crate::container::Container;
use crate::probe::{AudioInfo, VideoInfo};

/// The final file.
#[derive(Debug, Clone, PartialEq)]
pub struct MuxPlan {
    /// The picture.
    pub video: VideoPart,
    /// Sound tracks, in order; the first one marked as default is what players start with.
    pub audio: Vec<AudioPart>,
    /// A sound track of the source, put before the others.
    pub keep_original_audio: Option<KeptAudio>,
    /// Captions that can be switched on and off.
    pub captions: Vec<CaptionPart>,
    /// Where chapters and tags come from.
    pub metadata_from: Option<MetadataFrom>,
    /// How the file was made, as keys and values: tags of their own in Matroska and WebM, lines of the comment
    /// elsewhere.
    pub provenance: Vec<(String, String)>,
    /// The format to write.
    pub container: Container,
    /// ffmpeg's name of the sound codec to use where the container takes it and an encoder is there; none leaves the
    /// choice to the container.
    pub audio_codec: Option<String>,
}

/// The picture of a file.
// One value per file written: its size does not matter, and a box would be in every caller's way.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum VideoPart {
    /// None: a file of sound alone.
    None,
    /// The video stream of a file made by [`crate::VideoWriter`], taken over as it is.
    File(PathBuf),
    /// The stream of a source file, taken over as it is, on the source's time line.
    CopyFrom {
        /// The source.
        path: PathBuf,
        /// Its video stream.
        info: VideoInfo,
    },
}

/// A sound track to encode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioPart {
    /// A wav file that starts at time zero.
    pub path: PathBuf,
    /// Language tag (BCP 47, for example `pt-BR`).
    pub language: Option<String>,
    /// Title that players show.
    pub title: Option<String>,
    /// Whether players start with it.
    pub default: bool,
}

/// A sound track of the source that is kept beside the dub.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAudio {
    /// The source.
    pub path: PathBuf,
    /// Its sound stream.
    pub info: AudioInfo,
    /// The part of the source that is used, in seconds from time zero; none keeps all and copies without re-coding
    /// where the container allows it.
    pub span: Option<Span>,
    /// Language tag; none takes the stream's own.
    pub language: Option<String>,
    /// Title; none takes the stream's own.
    pub title: Option<String>,
}

/// Captions to put into the file as a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptionPart {
    /// A SubRip file in UTF-8.
    pub srt: PathBuf,
    /// Language tag (BCP 47).
    pub language: Option<String>,
    /// Title that players show.
    pub title: Option<String>,
    /// Whether players show it unasked.
    pub default: bool,
}

/// A source whose chapters and tags are taken over.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataFrom {
    /// The source.
    pub path: PathBuf,
    /// The part of it that is used, in seconds from time zero: chapters are moved and cut by it.
    pub span: Option<Span>,
    /// How the part was retimed: pairs of times in seconds (of the part, of the result), both rising, with straight
    /// lines between. Empty when it was not.
    pub clock: Vec<(f64, f64)>,
}
