//! Writes pictures into a video file without sound.

mod codec;
mod settings;
mod timing;
mod uncompressed;
mod writer;

pub use codec::VideoCodec;
pub use settings::EncodeSettings;
pub use timing::Timing;
pub use writer::VideoWriter;
