//! How like the speakers the dub sounds: voice prints of both under two independent networks. Part of stage 13.

use redub_core::Language;
use redub_core::report::VoiceSimilarity;
use redub_media::audio;
use redub_speech::voices::ge2e;

use super::speech::DubLine;
use super::stems::{HEARING, Stems};
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
    to: &Language,
) -> Result<VoiceSimilarity, PipelineError> {
    let mut key = KeyBuilder::new("likeness", 1).input(&stems.key).input(&heard.key).param("to", to);
    for line in lines {
        key = key.input(&line.key);
    }
    for model in ["speaker-embedding", "speaker-embedding-ge2e"] {
        key = key.model(model, &cx.engines.digest(model));
    }
    let made = cx.store.get_or_make("likeness", key.finish(), |_| {
        let hearing = audio::read_wav(&stems.dir.join(HEARING))?;
        let transcript = &heard.value.transcript;
        let (mut campplus, mut second) = (Vec::new(), Vec::new());
        for speaker in &transcript.speakers {
            let own = own_speech(&hearing, &transcript.lines, &speaker.id);
            let dub = dubbed(lines, &speaker.id)?;
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
fn dubbed(lines: &[DubLine], speaker: &str) -> Result<Vec<f32>, PipelineError> {
    let mut all = Vec::new();
    for line in lines.iter().filter(|l| l.target.speaker == speaker) {
        all.extend(audio::resample(&audio::read_wav(&line.sound)?.mono(), RATE)?.samples);
        if all.len() > ENOUGH * RATE as usize {
            break;
        }
    }
    Ok(all)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
