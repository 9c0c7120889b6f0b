//! Decodes a sound stream onto the time line of its file.

use std::io::Read;
use std::path::Path;

use redub_core::{Audio, Span};
use serde::{Deserialize, Serialize};

use crate::audio::mix;
use crate::error::{MediaError, Result};
use crate::probe::AudioInfo;
use crate::tool::{self, Child, Limits, Stdio3, Tool, seconds};

/// Which channels are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channels {
    /// As in the stream.
    Keep,
    /// One: the mean of left and right.
    Mono,
    /// Two: surround is mixed down as ITU-R BS.775 says (centre and surrounds at -3 dB, no LFE), without lowering
    /// the whole; peaks may pass 1.
    Stereo,
    /// 5.1 and 7.1 as they are (left, right, centre, effects, surrounds); anything else as [`Channels::Stereo`].
    Surround,
}

impl Channels {
    /// ffmpeg's name of the layout a stream of `channels` is brought into; `None` where it stays as it is.
    fn layout(self, channels: usize) -> Option<(&'static str, usize)> {
        match (self, channels) {
            (Channels::Keep, _) | (_, 0..=2) => None,
            (Channels::Surround, 6) => Some(("5.1", 6)),
            (Channels::Surround, 8) => Some(("7.1", 8)),
            _ => Some(("stereo", 2)),
        }
    }
}

/// Seconds decoded before a span, so that codecs with memory are in order at its start.
const MARGIN_S: f64 = 2.0;
/// Gaps and overlaps in the stream's times from this many seconds on are filled or cut.
const GAP_S: f64 = 0.03;

/// Decodes the stream `info` of `path` at `rate` Hz.
///
/// The first sample is at the start of `span` (seconds from time zero; time zero without one): a stream that begins
/// later is preceded by silence, gaps are filled with silence. With a span the result has exactly its length,
/// otherwise it ends with the stream.
///
/// # Errors
/// The rate is 0, or ffmpeg failed.
pub fn decode(
    path: &Path,
    info: &AudioInfo,
    rate: u32,
    channels: Channels,
    span: Option<Span>,
) -> Result<Audio> {
    if rate == 0 {
        return Err(MediaError::Request("sound cannot be decoded at a rate of 0 Hz".into()));
    }
    let layout = channels.layout(info.channels);
    let count = layout.map_or(info.channels, |l| l.1);
    let args = arguments(path, info, rate, layout.map(|l| l.0), count, span);
    let samples = collect(path, &args)?;
    let mut audio = Audio::new(rate, count, samples);
    if let Some(span) = span {
        let frames = (span.seconds() * f64::from(rate)).round() as usize;
        audio.samples.resize(frames * count, 0.0);
    }
    Ok(match channels {
        Channels::Keep => audio,
        Channels::Mono => audio.mono(),
        Channels::Surround if audio.channels > 2 => audio,
        Channels::Stereo | Channels::Surround => mix::stereo(&audio),
    })
}

fn arguments(
    path: &Path,
    info: &AudioInfo,
    rate: u32,
    layout: Option<&str>,
    count: usize,
    span: Option<Span>,
) -> tool::Input {
    let start = info.zero_s + span.map_or(0.0, |s| s.start);
    let mut before = vec!["-copyts".to_string()];
    if span.is_some_and(|s| s.start > MARGIN_S) {
        before.extend(["-noaccurate_seek".into(), "-ss".into(), seconds(start - MARGIN_S)]);
    }
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let mut args = tool::quiet();
    args.extend(tool::input(path, &before));
    let filter = on_time_line(start, span.map(|s| s.seconds()), Some(rate));
    let filter = match layout {
        Some(layout) => format!("{filter},aformat=channel_layouts={layout}"),
        None => filter,
    };
    args.extend([
        "-map".into(),
        format!("0:{}", info.index).into(),
        "-vn".into(),
        "-sn".into(),
        "-dn".into(),
    ]);
    args.extend(["-af".into(), filter.into(), "-ac".into(), count.to_string().into()]);
    args.extend(["-ar".into(), rate.to_string().into()]);
    args.extend(["-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"].map(Into::into));
    args
}

/// Filters that put the sound at `start` (seconds on the container's clock) to zero, cut what lies before and after
/// `length`, fill gaps, and convert to floating point at `rate` when one is given.
pub(crate) fn on_time_line(start: f64, length: Option<f64>, rate: Option<u32>) -> String {
    let end = length.map(|l| format!(":end={}", seconds(l))).unwrap_or_default();
    let rate = rate.map(|r| format!("osr={r}:")).unwrap_or_default();
    format!(
        "asetpts=PTS-({start:.6})/TB,atrim=start=0{end},\
         aresample={rate}async=1:min_hard_comp={GAP_S}:first_pts=0:filter_size=64:osf=flt"
    )
}

/// Runs the decoder and collects its samples without keeping the bytes as well.
fn collect(path: &Path, args: &[std::ffi::OsString]) -> Result<Vec<f32>> {
    let task = format!("decoding the sound of {}", path.display());
    let stdio = Stdio3 { stdin: false, stdout: true };
    let mut child = Child::start(Tool::Ffmpeg, &task, args, stdio, Limits::WORK)?;
    let mut samples = Vec::new();
    let Some(mut pipe) = child.take_stdout() else {
        return Err(MediaError::Request("the decoder has no output pipe".into()));
    };
    let mut bytes = vec![0u8; 1 << 18];
    let mut held = 0;
    loop {
        let got = match pipe.read(&mut bytes[held..]) {
            Ok(0) => break,
            Ok(got) => got,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(MediaError::file("decode", path)(e)),
        };
        let whole = (held + got) / 4 * 4;
        let words = bytes[..whole].chunks_exact(4);
        samples.extend(words.map(|w| tame(f32::from_le_bytes([w[0], w[1], w[2], w[3]]))));
        bytes.copy_within(whole..held + got, 0);
        held = held + got - whole;
    }
    child.finish()?;
    Ok(samples)
}

/// A damaged floating-point stream may hold anything; not-a-number and infinity become silence.
fn tame(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}
