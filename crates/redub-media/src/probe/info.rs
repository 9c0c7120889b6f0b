//! What is known of a media file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fraction `num / den`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rational {
    /// Above the line.
    pub num: u64,
    /// Below the line; 0 means "unknown".
    pub den: u64,
}

impl Rational {
    /// `num / den`, unreduced.
    pub const fn new(num: u64, den: u64) -> Self {
        Self { num, den }
    }

    /// As a number; 0 when unknown.
    pub fn value(self) -> f64 {
        if self.den == 0 { 0.0 } else { self.num as f64 / self.den as f64 }
    }

    /// Whether it is a positive number.
    pub fn is_known(self) -> bool {
        self.num > 0 && self.den > 0
    }
}

/// A media file as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MediaInfo {
    /// ffmpeg's name of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`.
    pub container: String,
    /// Length in seconds from time zero.
    pub duration_s: f64,
    /// Size in bytes.
    pub bytes: u64,
    /// Seconds of the container's clock at time zero; every other time of this crate counts from there.
    pub zero_s: f64,
    /// The first picture stream that is not a cover picture.
    pub video: Option<VideoInfo>,
    /// Every sound stream, in file order.
    pub audio: Vec<AudioInfo>,
    /// Whether a subtitle stream is present.
    pub has_subtitles: bool,
    /// Number of chapters.
    pub chapters: usize,
    /// Tags of the container (title, artist, …), keys in lower case.
    pub tags: BTreeMap<String, String>,
}

impl MediaInfo {
    /// The sound stream that players choose: the default one, else the first.
    pub fn main_audio(&self) -> Option<&AudioInfo> {
        self.audio.iter().find(|a| a.is_default).or_else(|| self.audio.first())
    }
}

/// A picture stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoInfo {
    /// Stream index in the file.
    pub index: usize,
    /// ffmpeg's name of the codec, for example `h264`.
    pub codec: String,
    /// Width as coded, before rotation, in pixels.
    pub coded_width: usize,
    /// Height as coded, before rotation, in pixels.
    pub coded_height: usize,
    /// Clockwise turn that makes the picture upright: 0, 90, 180 or 270 degrees.
    pub rotation: u32,
    /// Width of the upright picture, in pixels.
    pub width: usize,
    /// Height of the upright picture, in pixels.
    pub height: usize,
    /// Shape of an upright pixel (width / height); 1/1 when not stated.
    pub sample_aspect: Rational,
    /// The rate on whose grid all frames lie, in frames per second.
    pub r_frame_rate: Rational,
    /// Frames divided by duration, in frames per second.
    pub avg_frame_rate: Rational,
    /// Whether the frame rate varies.
    pub vfr: bool,
    /// ffmpeg's name of the pixel format, for example `yuv420p`.
    pub pix_fmt: String,
    /// Bits per sample.
    pub bit_depth: u32,
    /// `tv` or `pc`, when stated.
    pub color_range: Option<String>,
    /// Matrix, for example `bt709`, when stated.
    pub color_space: Option<String>,
    /// Primaries, when stated.
    pub color_primaries: Option<String>,
    /// Transfer curve, when stated.
    pub color_transfer: Option<String>,
    /// Time of the first frame, in seconds from time zero.
    pub start_time_s: f64,
    /// Seconds of the container's clock at time zero (the same as in [`MediaInfo`]).
    pub zero_s: f64,
    /// Length of the stream in seconds, or of the file when the stream does not say.
    pub duration_s: f64,
    /// Frames in the stream: stated by the file, else estimated from the rate.
    pub frames_estimate: u64,
    /// Bits per second, when stated.
    pub bit_rate: Option<u64>,
    /// `progressive`, `tt`, `bb`, `tb`, `bt`, when stated.
    pub field_order: Option<String>,
}

impl VideoInfo {
    /// The frame rate to count with: the average one where it is known.
    pub fn fps(&self) -> f64 {
        if self.avg_frame_rate.is_known() { self.avg_frame_rate.value() } else { self.r_frame_rate.value() }
    }
}

/// A sound stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioInfo {
    /// Stream index in the file.
    pub index: usize,
    /// ffmpeg's name of the codec, for example `aac`.
    pub codec: String,
    /// Samples per second.
    pub rate: u32,
    /// Number of channels.
    pub channels: usize,
    /// Channel layout, for example `5.1(side)`, when stated.
    pub layout: Option<String>,
    /// Time of the first sample, in seconds from time zero.
    pub start_time_s: f64,
    /// Length in seconds, when stated.
    pub duration_s: Option<f64>,
    /// Three-letter language tag, when stated and not `und`.
    pub language: Option<String>,
    /// Title, when stated.
    pub title: Option<String>,
    /// Whether players start with this stream.
    pub is_default: bool,
    /// Bits per second, when stated.
    pub bit_rate: Option<u64>,
    /// Seconds of the container's clock at time zero (the same as in [`MediaInfo`]).
    pub zero_s: f64,
}
