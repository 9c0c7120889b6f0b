//! Every contact with ffmpeg: probe, decode, encode, mux, sound.
//!
//! Everything is synchronous; ffmpeg and ffprobe run as children under limits (see `tool`), because every media file is
//! taken to be hostile. All times are seconds on one time line per file, whose zero is [`probe::MediaInfo::zero_s`] on
//! the container's own clock.

pub mod audio;
pub mod captions;
mod container;
pub mod doctor;
pub mod encode;
pub mod error;
pub mod fetch;
pub mod frames;
pub mod loudness;
pub mod mark;
pub mod mux;
mod pending;
pub mod probe;
mod tool;
pub mod yuv;

pub use container::Container;
pub use encode::{EncodeSettings, Timing, VideoCodec, VideoWriter};
pub use error::{MediaError, Result};
pub use frames::FrameReader;
pub use mux::{MuxPlan, mux};
pub use probe::{AudioInfo, MediaInfo, Rational, VideoInfo, probe};
pub use tool::{Limits, end_children};
pub use yuv::{Matrix, Rect, YuvColor, YuvFrame};
