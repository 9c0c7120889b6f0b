//! How the lips should stand, as far as a sound tells.

use std::path::Path;

use redub_core::Span;
use redub_media::audio;
use redub_vision::mouth::{self as lips, av};

use super::mouth::envelope;
use crate::context::Context;
use crate::error::PipelineError;

/// The opening (0 shut, 1 widest) that the speech in a sound file leads one to expect, [`av::RATE`] times a second.
pub(crate) fn openings(cx: &Context<'_>, path: &Path) -> Result<Vec<f32>, PipelineError> {
    let sound = audio::read_wav(path)?;
    let hearing = audio::resample(&sound.mono(), 16_000)?;
    let reading = cx.engines.visemes()?.read(&hearing.samples)?;
    let phones = reading.phones(Span::new(0.0, hearing.seconds()));
    let times: Vec<f64> = (0..(hearing.seconds() * av::RATE) as usize).map(|i| i as f64 / av::RATE).collect();
    Ok(lips::openings(&phones, Some(&envelope(&sound)), &times))
}
