//! Stage 2: speech and background.

use redub_media::audio;
use serde::{Deserialize, Serialize};

use super::intake::{self, Intake};
use crate::context::{Context, stoppable};
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// The speech alone, 48 kHz, in the source's channels.
pub(crate) const SPEECH: &str = "speech.wav";
/// Music, effects and room, 48 kHz, in the source's channels: the source less the speech.
pub(crate) const BED: &str = "bed.wav";
/// What the recogniser listens to, 16 kHz mono.
pub(crate) const HEARING: &str = "hearing.wav";

/// What came out of the separation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stems {
    /// Whether there is a background worth keeping.
    pub background_present: bool,
    /// What the user should know.
    pub note: Option<String>,
}

/// Runs the stage.
pub(crate) fn run(cx: &Context<'_>, intake: &Artifact<Intake>) -> Result<Artifact<Stems>, PipelineError> {
    let key = KeyBuilder::new("stems", 2)
        .input(&intake.key)
        .param("enhance", &cx.job.enhance_speech)
        .model("deepfilternet3", &cx.engines.digest("deepfilternet3"))
        .finish();
    let summary = |stems: &Stems| {
        if stems.background_present { "speech and background" } else { "speech, next to no background" }
            .to_owned()
    };
    cx.stage("stems", None, key, summary, |dir, progress| {
        let sound = audio::read_wav(&intake.dir.join(intake::SOUND))?;
        let splitter = cx.engines.splitter()?;
        let stems = stoppable(progress, |progress| splitter.split(&sound, progress))?;
        audio::write_wav(&dir.join(SPEECH), &stems.speech)?;
        audio::write_wav(&dir.join(BED), &stems.background)?;
        // Cleaned speech is easier to read under music; without music the separation only takes away.
        let clean = stems.background_present || cx.job.enhance_speech;
        let heard = if clean { stems.speech.mono() } else { sound.mono() };
        audio::write_wav(&dir.join(HEARING), &audio::resample(&heard, 16_000)?)?;
        Ok(Stems { background_present: stems.background_present, note: stems.note })
    })
}
