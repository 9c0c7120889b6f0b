//! Looks at a media file without decoding it.

mod answer;
mod info;
mod refusal;
mod streams;

use std::collections::BTreeMap;
use std::path::Path;

pub use info::{AudioInfo, MediaInfo, Rational, VideoInfo};

use crate::error::{MediaError, Result};
use crate::tool::{self, Limits, Tool};
use answer::{Answer, number};

/// Probes `path` with ffprobe.
///
/// # Errors
/// The file is missing, empty, not media, cut off, without streams, or over the limits of 64 streams and 8192 pixels
/// in either direction; or ffprobe failed.
pub fn probe(path: &Path) -> Result<MediaInfo> {
    let meta = std::fs::metadata(path).map_err(MediaError::file("read", path))?;
    if !meta.is_file() {
        return Err(MediaError::Request(format!("{} is not a file", path.display())));
    }
    if meta.len() == 0 {
        return Err(MediaError::Empty(path.into()));
    }
    let answer = ask(path)?;
    describe(path, meta.len(), answer)
}

fn ask(path: &Path) -> Result<Answer> {
    let mut args: tool::Input =
        ["-hide_banner", "-loglevel", "error", "-of", "json"].map(Into::into).to_vec();
    args.extend(["-show_format", "-show_streams", "-show_chapters"].map(Into::into));
    args.extend(tool::input(path, &[]));
    let task = format!("reading {}", path.display());
    let json =
        tool::run(Tool::Ffprobe, &task, &args, None, Limits::PROBE).map_err(|e| refusal::explain(path, e))?;
    serde_json::from_slice(&json).map_err(|e| MediaError::Answer { path: path.into(), reason: e.to_string() })
}

fn describe(path: &Path, bytes: u64, answer: Answer) -> Result<MediaInfo> {
    refusal::check_limits(path, &answer)?;
    let zero_s = time_zero(&answer);
    let end = number::<f64>(&answer.format.duration).filter(|d| d.is_finite() && *d > 0.0);
    let duration_s = end.unwrap_or_else(|| streams::longest(&answer.streams));
    let video = streams::video(&answer.streams, zero_s, duration_s);
    let audio = streams::audio(&answer.streams, zero_s);
    if video.is_none() && audio.is_empty() {
        return Err(MediaError::NoStreams(path.into()));
    }
    let tags: BTreeMap<_, _> = answer.format.tags.into_iter().map(|(k, v)| (k.to_lowercase(), v)).collect();
    Ok(MediaInfo {
        container: answer.format.format_name,
        duration_s,
        bytes,
        zero_s,
        video,
        audio,
        has_subtitles: answer.streams.iter().any(|s| s.codec_type.as_deref() == Some("subtitle")),
        chapters: answer.chapters.len(),
        tags,
    })
}

/// Time zero on the container's clock: the container's start where it is late (MPEG streams start at 0.5 s or more),
/// the first frame where it is early; an early start of the sound alone is a decoder's warm-up and does not count.
fn time_zero(answer: &Answer) -> f64 {
    let start = number::<f64>(&answer.format.start_time).unwrap_or(0.0);
    if start > 0.0 {
        return start;
    }
    let pictures = answer.streams.iter().filter(|s| streams::is_video(s));
    pictures.filter_map(|s| number::<f64>(&s.start_time)).fold(0.0, f64::min)
}
