//! ffprobe's JSON, as it comes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::info::Rational;

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) streams: Vec<Stream>,
    #[serde(default)]
    pub(super) chapters: Vec<serde_json::Value>,
    #[serde(default)]
    pub(super) format: Format,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Format {
    #[serde(default)]
    pub(super) format_name: String,
    pub(super) start_time: Option<String>,
    pub(super) duration: Option<String>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Stream {
    pub(super) index: usize,
    pub(super) codec_type: Option<String>,
    pub(super) codec_name: Option<String>,
    #[serde(default)]
    pub(super) width: usize,
    #[serde(default)]
    pub(super) height: usize,
    pub(super) sample_aspect_ratio: Option<String>,
    pub(super) pix_fmt: Option<String>,
    pub(super) bits_per_raw_sample: Option<String>,
    pub(super) color_range: Option<String>,
    pub(super) color_space: Option<String>,
    pub(super) color_primaries: Option<String>,
    pub(super) color_transfer: Option<String>,
    pub(super) field_order: Option<String>,
    pub(super) r_frame_rate: Option<String>,
    pub(super) avg_frame_rate: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) duration: Option<String>,
    pub(super) bit_rate: Option<String>,
    pub(super) nb_frames: Option<String>,
    pub(super) sample_rate: Option<String>,
    #[serde(default)]
    pub(super) channels: usize,
    pub(super) channel_layout: Option<String>,
    #[serde(default)]
    pub(super) disposition: Disposition,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Disposition {
    #[serde(default)]
    pub(super) default: u8,
    #[serde(default)]
    pub(super) attached_pic: u8,
}

#[derive(Debug, Deserialize)]
pub(super) struct SideData {
    pub(super) rotation: Option<f64>,
}

/// A number that ffprobe writes as text; none for `N/A`.
pub(super) fn number<T: std::str::FromStr>(text: &Option<String>) -> Option<T> {
    text.as_deref().and_then(|t| t.parse().ok())
}

/// A stated word; none for `unknown` and the like.
pub(super) fn stated(text: &Option<String>) -> Option<String> {
    text.clone()
        .filter(|t| !matches!(t.as_str(), "" | "unknown" | "unspecified" | "reserved" | "und" | "N/A"))
}

/// `30000/1001` or `4:3`.
pub(super) fn rational(text: &Option<String>) -> Rational {
    let parts = text.as_deref().and_then(|t| t.split_once(['/', ':']));
    let parsed = parts.and_then(|(num, den)| Some(Rational::new(num.parse().ok()?, den.parse().ok()?)));
    parsed.unwrap_or(Rational::new(0, 0))
}
