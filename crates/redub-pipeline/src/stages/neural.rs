//! What the neural renderer needs of a job: whether it is chosen, its generator, and the mouth shapes heard in the dub.

use std::sync::Arc;

use redub_media::audio;
use redub_vision::mouth::neural::{Heard, NeuralRenderer};

use super::Dub;
use super::draw::Artist;
use super::intake::file_hash;
use super::mouth::TrackTargets;
use crate::context::Context;
use crate::engines::GENERATOR_FILE;
use crate::error::PipelineError;
use crate::job::Mode;

/// Name of the renderer in results and reports.
pub(crate) const NAME: &str = "neural";

/// Identity of the generator that draws the job's mouths; none where they are drawn without.
///
/// # Errors
/// A model that is named in the settings but not installed.
pub(crate) fn chosen(cx: &Context<'_>) -> Result<Option<String>, PipelineError> {
    let named = cx.engines.mouth_model().filter(|_| cx.job.mode == Mode::Precision);
    let file = named.map(|model| cx.engines.models().file(model, GENERATOR_FILE)).transpose()?;
    file.map(|path| cx.generator_digest(|| file_hash(&path))).transpose()
}

/// Artists that draw the faces of `targets` by the generator.
pub(crate) fn artists(
    cx: &Context<'_>,
    dub: &Dub,
    targets: Vec<TrackTargets>,
) -> Result<Vec<Artist>, PipelineError> {
    let Some(generator) = cx.engines.generator()? else { return Ok(Vec::new()) };
    let heard = Arc::new(heard(cx, dub)?);
    let artist = |target: TrackTargets| {
        let times = target.frames.iter().map(|f| (f.frame, f.time)).collect();
        let renderer = NeuralRenderer::new(Arc::clone(&generator), Arc::clone(&heard), times);
        Artist::new(target, Box::new(renderer))
    };
    Ok(targets.into_iter().map(artist).collect())
}

/// Mouth shapes heard in the dub's speech.
fn heard(cx: &Context<'_>, dub: &Dub) -> Result<Heard, PipelineError> {
    let sound = audio::resample(&audio::read_wav(&dub.voice)?.mono(), 16_000)?;
    let reading = cx.engines.visemes()?.read(&sound.samples)?;
    Ok(Heard { rate: redub_speech::visemes::FRAME_RATE, rows: reading.frames })
}
