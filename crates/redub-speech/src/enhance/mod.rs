//! Speech without noise, music and room: the network of [`crate::stems`], keeping only what it takes for speech.

use redub_core::Audio;

use crate::error::SpeechError;
use crate::stems::Splitter;

/// The speech in `audio` (48 kHz, any number of channels), as long as `audio`. A trace of the rest is kept, 30 dB down, so that
/// pauses do not fall into digital silence.
///
/// # Errors
/// As [`Splitter::split`].
pub fn enhance(splitter: &Splitter, audio: &Audio) -> Result<Audio, SpeechError> {
    const TRACE: f32 = 0.03;
    let stems = splitter.split(audio, &mut crate::progress::on)?;
    let samples =
        stems.speech.samples.iter().zip(&stems.background.samples).map(|(s, b)| s + TRACE * b).collect();
    Ok(Audio::new(audio.rate, audio.channels, samples))
}
