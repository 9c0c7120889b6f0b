//! The arguments that the time table and the pictures share.

use std::path::Path;

use redub_core::Span;

use crate::probe::VideoInfo;
use crate::tool::{self, seconds};

/// Seconds decoded before and after a span, so that a keyframe and late frames are seen.
const MARGIN_S: f64 = 5.0;
/// How far before its nominal border a frame still counts as inside: half a millisecond, the grid of Matroska.
const BORDER_S: f64 = 0.0005;

/// Everything up to the filters: the guarded input on the container's own clock, and the stream.
pub(super) fn source(path: &Path, info: &VideoInfo, span: Option<Span>, fast: bool) -> tool::Input {
    let mut before = vec!["-copyts".to_string()];
    if fast {
        // The times need no exact pixels.
        before.extend(["-skip_loop_filter", "all", "-skip_idct", "all"].map(String::from));
    }
    if let Some(span) = span.filter(|s| s.start > MARGIN_S) {
        let from = info.zero_s + span.start - MARGIN_S;
        before.extend(["-noaccurate_seek".into(), "-ss".into(), seconds(from)]);
    }
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let mut args = tool::quiet();
    args.extend(tool::input(path, &before));
    args.extend(["-map".into(), format!("0:{}", info.index).into()]);
    args.extend(["-an", "-sn", "-dn", "-fps_mode", "passthrough"].map(Into::into));
    args
}

/// The filters that keep the frames whose time lies in `span`.
pub(super) fn inside(info: &VideoInfo, span: Option<Span>) -> Vec<String> {
    let Some(span) = span else { return Vec::new() };
    let from = info.zero_s + span.start - BORDER_S;
    let to = info.zero_s + span.end - BORDER_S;
    // `trim` ends the decoding, `select` is exact: it compares in seconds, not in units of the stream.
    let end = seconds(to + MARGIN_S);
    vec![format!("trim=end={end}"), format!("select='gte(t,{from:.6})*lt(t,{to:.6})'")]
}

/// Where a time of the container's clock lies on the caller's time line.
pub(super) fn origin(info: &VideoInfo, span: Option<Span>) -> f64 {
    info.zero_s + span.map_or(0.0, |s| s.start)
}
