//! Codecs that are written, with the quality they are written at.

use serde::{Deserialize, Serialize};

use crate::container::Container;
use crate::doctor;

/// A video codec to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264 by x264.
    H264,
    /// H.265 by x265.
    Hevc,
    /// AV1 by SVT-AV1.
    Av1,
    /// VP9 by libvpx.
    Vp9,
    /// VP8 by libvpx.
    Vp8,
    /// MPEG-4 part 2.
    Mpeg4,
    /// MPEG-2 video.
    Mpeg2,
    /// MPEG-1 video.
    Mpeg1,
}

impl VideoCodec {
    /// The codec of a stream by ffmpeg's name of it; none when it is not written here.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "h264" => VideoCodec::H264,
            "hevc" => VideoCodec::Hevc,
            "av1" => VideoCodec::Av1,
            "vp9" => VideoCodec::Vp9,
            "vp8" => VideoCodec::Vp8,
            "mpeg4" | "msmpeg4v3" | "msmpeg4v2" => VideoCodec::Mpeg4,
            "mpeg2video" => VideoCodec::Mpeg2,
            "mpeg1video" => VideoCodec::Mpeg1,
            _ => return None,
        })
    }

    /// ffmpeg's name of the encoder.
    pub fn encoder(self) -> &'static str {
        match self {
            VideoCodec::H264 => "libx264",
            VideoCodec::Hevc => "libx265",
            VideoCodec::Av1 => "libsvtav1",
            VideoCodec::Vp9 => "libvpx-vp9",
            VideoCodec::Vp8 => "libvpx",
            VideoCodec::Mpeg4 => "mpeg4",
            VideoCodec::Mpeg2 => "mpeg2video",
            VideoCodec::Mpeg1 => "mpeg1video",
        }
    }

    /// Whether the installed ffmpeg can write it.
    pub fn is_available(self) -> bool {
        doctor::has_encoder(self.encoder())
    }

    /// Whether players expect it in `container`.
    pub fn fits(self, container: Container) -> bool {
        use VideoCodec::*;
        match container {
            Container::Mp4 => matches!(self, H264 | Hevc | Av1 | Vp9 | Mpeg4),
            Container::Mov => matches!(self, H264 | Hevc | Mpeg4),
            Container::Mkv => true,
            Container::Webm => matches!(self, Vp8 | Vp9 | Av1),
            Container::Avi => matches!(self, H264 | Mpeg4 | Mpeg2 | Mpeg1),
            Container::Mpeg => matches!(self, Mpeg2 | Mpeg1),
            _ => false,
        }
    }

    /// Whether 4:2:0 pictures of odd width or height can be written.
    pub(crate) fn takes_odd_sizes(self) -> bool {
        matches!(self, VideoCodec::Vp8 | VideoCodec::Vp9 | VideoCodec::Mpeg4)
    }

    /// Whether frame rates outside the standard's short list can be written.
    pub(crate) fn takes_any_rate(self) -> bool {
        !matches!(self, VideoCodec::Mpeg1 | VideoCodec::Mpeg2)
    }

    /// Holds the bit rate under a ceiling, for encoders that keep their constant quality below it.
    pub(crate) fn ceiling(self, bits: u64) -> Vec<String> {
        match self {
            VideoCodec::H264 | VideoCodec::Hevc => {
                ["-maxrate".into(), bits.to_string(), "-bufsize".into(), (2 * bits).to_string()].into()
            }
            _ => Vec::new(),
        }
    }

    /// Quality (about that of x264 at `crf`) and speed.
    pub(crate) fn options(self, crf: u32, preset: &str) -> Vec<String> {
        let shifted = |by: u32| (crf + by).to_string();
        let options: Vec<&str> = match self {
            VideoCodec::H264 => vec!["-crf", "{0}", "-preset", preset],
            VideoCodec::Hevc => vec!["-crf", "{2}", "-preset", preset, "-x265-params", "log-level=error"],
            VideoCodec::Av1 => vec!["-crf", "{10}", "-preset", "8", "-svtav1-params", "enable-overlays=0"],
            VideoCodec::Vp9 => {
                vec!["-crf", "{6}", "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-row-mt", "1"]
            }
            // VP8 takes the bit rate as a ceiling of its constant quality.
            VideoCodec::Vp8 => vec!["-crf", "6", "-b:v", "20M", "-deadline", "good", "-cpu-used", "4"],
            VideoCodec::Mpeg4 => vec!["-q:v", "2", "-mbd", "rd"],
            VideoCodec::Mpeg2 | VideoCodec::Mpeg1 => vec!["-q:v", "2", "-mbd", "rd"],
        };
        let fill = |option: &str| match option {
            "{0}" => shifted(0),
            "{2}" => shifted(2),
            "{6}" => shifted(6),
            "{10}" => shifted(10),
            other => other.to_string(),
        };
        options.into_iter().map(fill).collect()
    }
}
