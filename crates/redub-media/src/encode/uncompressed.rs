//! Raw pictures with times, as the smallest Matroska stream that ffmpeg reads from a pipe.
//!
//! `rawvideo` has no times, and y4m only a constant rate; Matroska's codec `V_UNCOMPRESSED` has both. Element ids are
//! those of RFC 9559; times count microseconds.

use std::io::{Result, Write};

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
const MUXING_APP: u32 = 0x4D80;
const WRITING_APP: u32 = 0x5741;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_NUMBER: u32 = 0xD7;
const TRACK_UID: u32 = 0x73C5;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const DEFAULT_DURATION: u32 = 0x23_E383;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;
const UNCOMPRESSED_FOURCC: u32 = 0x2E_B524;
const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP: u32 = 0xE7;
const BLOCK_GROUP: u32 = 0xA0;
const BLOCK: u32 = 0xA1;
const BLOCK_DURATION: u32 = 0x9B;

/// Nanoseconds per unit of time.
const SCALE_NS: u64 = 1000;
/// A size field that says "until the end".
const UNKNOWN_SIZE: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
/// Track number 1, no relative time, no flags.
const BLOCK_HEAD: [u8; 4] = [0x81, 0, 0, 0];

/// Writes the head of a stream of I420 pictures; `step_s` is the usual distance of two frames in seconds.
pub(super) fn head(out: &mut impl Write, width: usize, height: usize, step_s: f64) -> Result<()> {
    let video = [
        element(PIXEL_WIDTH, &number(width as u64)),
        element(PIXEL_HEIGHT, &number(height as u64)),
        element(UNCOMPRESSED_FOURCC, b"I420"),
    ]
    .concat();
    let track = [
        element(TRACK_NUMBER, &number(1)),
        element(TRACK_UID, &number(1)),
        element(TRACK_TYPE, &number(1)),
        element(CODEC_ID, b"V_UNCOMPRESSED"),
        element(DEFAULT_DURATION, &number((step_s * 1e9).round() as u64)),
        element(VIDEO, &video),
    ]
    .concat();
    let info = [
        element(TIMESTAMP_SCALE, &number(SCALE_NS)),
        element(MUXING_APP, b"redub"),
        element(WRITING_APP, b"redub"),
    ]
    .concat();
    out.write_all(&element(EBML, &element(DOC_TYPE, b"matroska")))?;
    out.write_all(&id(SEGMENT))?;
    out.write_all(&UNKNOWN_SIZE)?;
    out.write_all(&element(INFO, &info))?;
    out.write_all(&element(TRACKS, &element(TRACK_ENTRY, &track)))
}

/// Writes one picture shown at `time_s` for `duration_s`, in a cluster of its own (a block's relative time has 16
/// bits only).
pub(super) fn frame(out: &mut impl Write, time_s: f64, duration_s: f64, picture: &[u8]) -> Result<()> {
    let units = |seconds: f64| number((seconds * 1e9 / SCALE_NS as f64).round().max(0.0) as u64);
    let timestamp = element(TIMESTAMP, &units(time_s));
    let duration = element(BLOCK_DURATION, &units(duration_s));
    let block = prefix(BLOCK, BLOCK_HEAD.len() + picture.len());
    let group = block.len() + BLOCK_HEAD.len() + picture.len() + duration.len();
    let group_prefix = prefix(BLOCK_GROUP, group);
    let cluster = prefix(CLUSTER, timestamp.len() + group_prefix.len() + group);
    let before = [cluster, timestamp, group_prefix, block, BLOCK_HEAD.to_vec()].concat();
    out.write_all(&before)?;
    out.write_all(picture)?;
    out.write_all(&duration)
}

/// A whole element.
fn element(name: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = prefix(name, content.len());
    bytes.extend_from_slice(content);
    bytes
}

/// Id and size of an element; the size always in eight bytes.
fn prefix(name: u32, size: usize) -> Vec<u8> {
    let mut bytes = id(name);
    bytes.extend_from_slice(&((1u64 << 56) | size as u64).to_be_bytes());
    bytes
}

/// An id without its leading zero bytes.
fn id(name: u32) -> Vec<u8> {
    name.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// An unsigned integer in eight bytes.
fn number(value: u64) -> Vec<u8> {
    value.to_be_bytes().to_vec()
}
