//! How like the speakers the dub sounds, as it is heard in the finished track: voice prints of both under two independent
//! networks. Part of stage 13.

use redub_core::Audio;
use redub_core::report::VoiceSimilarity;
use redub_media::audio;
use redub_speech::voices::ge2e;

use super::mix::{DUB, Mix};
use super::speech::DubLine;
use super::stems::{HEARING, Stems};
use super::timing::Timing;
use super::transcript::{Heard, own_speech};
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// Rate the voice prints are taken at, Hz.
const RATE: u32 = 16_000;
/// Speech of one speaker that is enough, seconds.
const ENOUGH: usize = 60;

/// Compares every speaker's own speech with their dub; the mean over speakers, booked to the report.
pub(crate) fn run(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    lines: &[DubLine],
    timing: &Artifact<Timing>,
    mix: &Artifact<Mix>,
) -> Result<VoiceSimilarity, PipelineError> {
    let mut key = KeyBuilder::new("likeness", 2).input(&stems.key).input(&heard.key).input(&mix.key);
    for model in ["speaker-embedding", "speaker-embedding-ge2e"] {
        key = key.model(model, &cx.engines.digest(model));
    }
    let made = cx.store.get_or_make("likeness", key.finish(), |_| {
        let hearing = audio::read_wav(&stems.dir.join(HEARING))?;
        let track = audio::read_wav(&mix.dir.join(DUB))?;
        let transcript = &heard.value.transcript;
        let (mut campplus, mut second) = (Vec::new(), Vec::new());
        for speaker in &transcript.speakers {
            let own = own_speech(&hearing, &transcript.lines, &speaker.id);
            let dub = dubbed(lines, &timing.value, &track, &speaker.id)?;
            let prints = cx.engines.voice_prints()?;
            if let (Some(a), Some(b)) = (prints.of(&own)?, prints.of(&dub)?) {
                campplus.push(f64::from(ge2e::likeness(&a, &b)));
            }
            let prints = cx.engines.second_prints()?;
            if let (Some(a), Some(b)) = (prints.of(&own)?, prints.of(&dub)?) {
                second.push(f64::from(ge2e::likeness(&a, &b)));
            }
        }
        Ok(VoiceSimilarity { campplus: mean(&campplus), ge2e: mean(&second) })
    })?;
    cx.record("report", made.seconds, made.cached);
    Ok(made.value)
}

/// The dub of one speaker, 16 kHz mono.
fn dubbed(
    lines: &[DubLine],
    timing: &Timing,
    track: &Audio,
    speaker: &str,
) -> Result<Vec<f32>, PipelineError> {
    let mut all = Vec::new();
    for (_, timed) in lines.iter().zip(&timing.lines).filter(|(line, _)| line.target.speaker == speaker) {
        all.extend(audio::resample(&track.slice(timed.span), RATE)?.samples);
        if all.len() > ENOUGH * RATE as usize {
            break;
        }
    }
    Ok(all)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
