//! From ffprobe's streams to ours.

use super::answer::{Stream, number, rational, stated};
use super::info::{AudioInfo, Rational, VideoInfo};

/// A picture stream that is not a cover picture.
pub(super) fn is_video(stream: &Stream) -> bool {
    stream.codec_type.as_deref() == Some("video") && stream.disposition.attached_pic == 0 && stream.width > 0
}

/// The longest stated stream length, in seconds.
pub(super) fn longest(streams: &[Stream]) -> f64 {
    streams.iter().filter_map(|s| number::<f64>(&s.duration)).fold(0.0, f64::max)
}

/// The first picture stream.
pub(super) fn video(streams: &[Stream], zero_s: f64, file_seconds: f64) -> Option<VideoInfo> {
    let stream = streams.iter().find(|s| is_video(s))?;
    let rotation = turn(stream);
    let sideways = rotation % 180 == 90;
    let (width, height) =
        if sideways { (stream.height, stream.width) } else { (stream.width, stream.height) };
    let r_frame_rate = rational(&stream.r_frame_rate);
    let avg_frame_rate = rational(&stream.avg_frame_rate);
    let start_time_s = number::<f64>(&stream.start_time).map_or(0.0, |t| t - zero_s);
    let duration_s = number(&stream.duration).unwrap_or(file_seconds);
    let fps = if avg_frame_rate.is_known() { avg_frame_rate } else { r_frame_rate }.value();
    let frames_estimate = number(&stream.nb_frames).unwrap_or((duration_s * fps).round().max(0.0) as u64);
    let pix_fmt = stream.pix_fmt.clone().unwrap_or_default();
    Some(VideoInfo {
        index: stream.index,
        codec: stream.codec_name.clone().unwrap_or_default(),
        coded_width: stream.width,
        coded_height: stream.height,
        rotation,
        width,
        height,
        sample_aspect: upright_aspect(rational(&stream.sample_aspect_ratio), sideways),
        r_frame_rate,
        avg_frame_rate,
        vfr: varies(r_frame_rate, avg_frame_rate),
        bit_depth: number(&stream.bits_per_raw_sample).filter(|b| *b > 0).unwrap_or_else(|| depth(&pix_fmt)),
        color_range: stated(&stream.color_range).or_else(|| pix_fmt.starts_with("yuvj").then(|| "pc".into())),
        color_space: stated(&stream.color_space),
        color_primaries: stated(&stream.color_primaries),
        color_transfer: stated(&stream.color_transfer),
        pix_fmt,
        start_time_s,
        zero_s,
        duration_s,
        frames_estimate,
        bit_rate: number(&stream.bit_rate),
        field_order: stated(&stream.field_order),
    })
}

/// Every sound stream with at least one channel.
pub(super) fn audio(streams: &[Stream], zero_s: f64) -> Vec<AudioInfo> {
    let sound = streams.iter().filter(|s| s.codec_type.as_deref() == Some("audio") && s.channels > 0);
    sound
        .filter_map(|stream| {
            let tag = |key: &str| {
                stream.tags.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v.clone())
            };
            Some(AudioInfo {
                index: stream.index,
                codec: stream.codec_name.clone()?,
                rate: number(&stream.sample_rate).filter(|r| *r > 0)?,
                channels: stream.channels,
                layout: stated(&stream.channel_layout),
                start_time_s: number::<f64>(&stream.start_time).map_or(0.0, |t| t - zero_s),
                duration_s: number(&stream.duration),
                language: stated(&tag("language")),
                title: tag("title"),
                is_default: stream.disposition.default == 1,
                bit_rate: number(&stream.bit_rate),
                zero_s,
            })
        })
        .collect()
}

/// The clockwise turn that makes the picture upright, to the next right angle; ffprobe states the counter-clockwise one.
fn turn(stream: &Stream) -> u32 {
    let stated = stream.side_data_list.iter().find_map(|side| side.rotation);
    let quarters = (-stated.unwrap_or(0.0) / 90.0).round() as i64;
    (quarters.rem_euclid(4) * 90) as u32
}

fn upright_aspect(aspect: Rational, sideways: bool) -> Rational {
    match (aspect.is_known(), sideways) {
        (false, _) => Rational::new(1, 1),
        (true, false) => aspect,
        (true, true) => Rational::new(aspect.den, aspect.num),
    }
}

/// Whether the average rate leaves the grid rate by more than a dropped frame in two hundred.
fn varies(grid: Rational, average: Rational) -> bool {
    if !grid.is_known() || !average.is_known() {
        return false;
    }
    (grid.value() / average.value() - 1.0).abs() > 0.005
}

/// Bits per sample by the name of the pixel format (`yuv420p10le` → 10).
fn depth(pix_fmt: &str) -> u32 {
    let stem = pix_fmt.trim_end_matches("le").trim_end_matches("be");
    [9, 10, 12, 14, 16]
        .into_iter()
        .find(|bits| stem.ends_with(&format!("p{bits}")) || stem.ends_with(&format!("p0{bits}")))
        .unwrap_or(8)
}
