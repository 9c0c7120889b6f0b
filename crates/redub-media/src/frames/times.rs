//! When every picture is shown.

use std::path::Path;

use redub_core::Span;

use super::decode;
use crate::error::{MediaError, Result};
use crate::probe::VideoInfo;
use crate::tool::{self, Limits, Tool};

/// Least distance of two frames, in seconds: frames with equal or falling times are moved apart by this much.
const LEAST_STEP_S: f64 = 0.0005;

/// The presentation time of every frame that decodes, in seconds from the start of `span` (from time zero of the file
/// without one), rising.
///
/// The stream is decoded (without loop filter and transforms where the codec allows): the index of a damaged file or
/// one with edit lists does not tell which frames come out.
///
/// # Errors
/// ffmpeg failed, or no frame at all could be decoded.
pub fn times(path: &Path, info: &VideoInfo, span: Option<Span>) -> Result<Vec<f64>> {
    let mut args = decode::source(path, info, span, true);
    let filters = decode::inside(info, span);
    if !filters.is_empty() {
        args.extend(["-vf".into(), filters.join(",").into()]);
    }
    // -1 is the time base of the demuxer, so times come back exactly.
    args.extend(
        ["-enc_time_base", "-1", "-c:v", "wrapped_avframe", "-f", "framecrc", "pipe:1"].map(Into::into),
    );
    let task = format!("listing the frames of {}", path.display());
    let table = tool::run(Tool::Ffmpeg, &task, &args, None, Limits::WORK)?;
    let times = parse(&String::from_utf8_lossy(&table), decode::origin(info, span));
    if times.is_empty() && span.is_none() {
        let reason = "no frame of its video stream can be decoded".into();
        return Err(MediaError::NotMedia { path: path.into(), reason });
    }
    Ok(times)
}

/// Lines `stream, dts, pts, duration, size, checksum` after a head with `#tb 0: num/den`.
fn parse(table: &str, origin: f64) -> Vec<f64> {
    let mut unit = 0.0;
    let mut times: Vec<f64> = Vec::new();
    for line in table.lines() {
        if let Some(base) = line.strip_prefix("#tb 0:") {
            let parts = base.trim().split_once('/').map(|(n, d)| (n.parse::<f64>(), d.parse::<f64>()));
            if let Some((Ok(num), Ok(den))) = parts {
                unit = num / den;
            }
            continue;
        }
        let Some(ticks) = line.split(',').nth(2).and_then(|t| t.trim().parse::<i64>().ok()) else { continue };
        let time = ticks as f64 * unit - origin;
        // A frame on the border of a span may lie a hair before it.
        let least = times.last().map_or(0.0, |last| last + LEAST_STEP_S);
        times.push(time.max(least));
    }
    times
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_come_from_the_table_and_always_rise() {
        let table =
            "#tb 0: 1/1000\n0, 7, 7, 33, 472, 0x1\n0, 40, 40, 33, 472, 0x1\n0, 40, 40, 33, 472, 0x1\n";
        assert_eq!(super::parse(table, 0.007), vec![0.0, 0.033, 0.0335]);
        // A span that starts 0.2 ms behind the frame on its border.
        assert_eq!(super::parse(table, 0.0072)[0], 0.0);
    }
}
