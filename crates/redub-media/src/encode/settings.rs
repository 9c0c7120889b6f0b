//! How the result is encoded.

use serde::{Deserialize, Serialize};

use super::codec::VideoCodec;
use crate::captions::Burn;
use crate::container::Container;
use crate::mark::Mark;
use crate::probe::{MediaInfo, Rational, VideoInfo};
use crate::yuv::{Matrix, YuvColor, is_rgb};

/// Everything an encoder needs to know besides the pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncodeSettings {
    /// Codec.
    pub codec: VideoCodec,
    /// Container of the video-only file (and, as a rule, of the result).
    pub container: Container,
    /// Width of the frames that will be written, in pixels.
    pub width: usize,
    /// Height of the frames that will be written, in pixels.
    pub height: usize,
    /// Shape of a pixel (width / height).
    pub sample_aspect: Rational,
    /// How the samples of the frames are to be read.
    pub color: YuvColor,
    /// ffmpeg's name of the matrix to state in the file; none leaves it unstated, as in the source.
    pub color_space: Option<String>,
    /// Primaries to state.
    pub color_primaries: Option<String>,
    /// Transfer curve to state.
    pub color_transfer: Option<String>,
    /// Whether the range is stated.
    pub states_range: bool,
    /// Constant quality on x264's scale (18 is visually lossless); other codecs are set to match.
    pub crf: u32,
    /// The most the encoder may spend, bits per second; none leaves it to the quality.
    pub most_bits: Option<u64>,
    /// Preset of x264 and x265.
    pub preset: String,
    /// Captions to draw into the picture.
    pub burn: Option<Burn>,
    /// A visible mark to draw into the picture.
    pub mark: Option<Mark>,
    /// What differs from the source, and why; for the report.
    pub notes: Vec<String>,
}

impl EncodeSettings {
    /// H.264 in MP4 (crf 18, preset veryfast), which plays everywhere.
    pub fn standard(info: &VideoInfo) -> Self {
        let color = YuvColor::of(info);
        // A converted RGB source has a matrix now, and must say which.
        let made = is_rgb(&info.pix_fmt).then(|| matrix_name(color.matrix).to_string());
        let mut settings = Self {
            codec: VideoCodec::H264,
            container: Container::Mp4,
            width: info.width,
            height: info.height,
            sample_aspect: info.sample_aspect,
            color,
            color_space: made.or_else(|| info.color_space.clone()),
            color_primaries: info.color_primaries.clone(),
            color_transfer: info.color_transfer.clone(),
            states_range: info.color_range.is_some() || is_rgb(&info.pix_fmt),
            crf: 18,
            most_bits: None,
            preset: "veryfast".into(),
            burn: None,
            mark: None,
            notes: Vec::new(),
        };
        if info.bit_depth > 8 {
            settings
                .notes
                .push(format!("the picture has {} bits per sample and is written with 8", info.bit_depth));
        }
        settings
    }

    /// The container and codec family of the source where they can be written, else the nearest that can, with the
    /// reason in [`EncodeSettings::notes`].
    pub fn same_format(media: &MediaInfo, info: &VideoInfo) -> Self {
        let mut settings = Self::standard(info);
        let source = Container::of(media).filter(|c| c.has_pictures());
        settings.container = match source {
            None => {
                settings.note(format!("{} files are not written; the result is MP4", media.container));
                Container::Mp4
            }
            Some(container) if info.vfr && !container.varies_rate() => {
                settings.note(format!(
                    "{} cannot hold a varying frame rate; the result is MP4",
                    container.extension()
                ));
                Container::Mp4
            }
            Some(container) => container,
        };
        settings.codec = settings.nearest_codec(info);
        // A little above the source's rate: encoding again costs something.
        settings.most_bits = info.bit_rate.map(|bits| bits + bits / 5);
        settings
    }

    fn nearest_codec(&mut self, info: &VideoInfo) -> VideoCodec {
        let container = self.container;
        let refusal = match VideoCodec::of(&info.codec) {
            None => format!("{} is not written", info.codec),
            Some(codec) if !codec.fits(container) => {
                format!("{} does not go into {}", info.codec, container.extension())
            }
            Some(codec) if !codec.takes_any_rate() && !is_standard_rate(info) => {
                format!("{} cannot be written at {:.3} frames per second", info.codec, info.fps())
            }
            Some(codec) if !codec.is_available() => format!("this ffmpeg has no {}", codec.encoder()),
            Some(codec) => return codec,
        };
        let choices = [VideoCodec::H264, VideoCodec::Vp9, VideoCodec::Vp8, VideoCodec::Mpeg2];
        let standard = |c: &VideoCodec| c.takes_any_rate() || is_standard_rate(info);
        let chosen = choices.into_iter().find(|c| c.fits(container) && c.is_available() && standard(c));
        match chosen {
            Some(codec) => {
                self.note(format!("{refusal}; the picture is encoded by {}", codec.encoder()));
                codec
            }
            None => {
                self.note(format!("{refusal}; the result is H.264 in MP4"));
                self.container = Container::Mp4;
                VideoCodec::H264
            }
        }
    }

    /// Size of the encoded picture: an odd last column or row is cut off where the codec (H.264, H.265, AV1, MPEG-1/2
    /// with 4:2:0) needs even sizes.
    pub fn encoded_size(&self) -> (usize, usize) {
        if self.codec.takes_odd_sizes() {
            (self.width, self.height)
        } else {
            (self.width & !1, self.height & !1)
        }
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

fn matrix_name(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "smpte170m",
        Matrix::Bt709 => "bt709",
        Matrix::Bt2020 => "bt2020nc",
    }
}

/// Whether MPEG-1 and MPEG-2 have a code for the rate.
fn is_standard_rate(info: &VideoInfo) -> bool {
    let known = [24000.0 / 1001.0, 24.0, 25.0, 30000.0 / 1001.0, 30.0, 50.0, 60000.0 / 1001.0, 60.0];
    !info.vfr && known.iter().any(|rate| (info.r_frame_rate.value() / rate - 1.0).abs() < 1e-5)
}
