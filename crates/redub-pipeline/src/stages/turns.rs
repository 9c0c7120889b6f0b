//! Stage 3: who speaks when.

use redub_media::audio;
use redub_speech::turns::{Diarize, Turns};

use super::stems::{HEARING, Stems};
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// Runs the stage.
pub(crate) fn run(cx: &Context<'_>, stems: &Artifact<Stems>) -> Result<Artifact<Turns>, PipelineError> {
    let key = KeyBuilder::new("turns", 3)
        .input(&stems.key)
        .param("speaker_num", &cx.job.speaker_num)
        .model("silero-vad", &cx.engines.digest("silero-vad"))
        .model("speaker-segmentation", &cx.engines.digest("speaker-segmentation"))
        .model("speaker-embedding", &cx.engines.digest("speaker-embedding"))
        .finish();
    let summary = |turns: &Turns| match turns.speakers {
        1 => "1 speaker".to_owned(),
        n => format!("{n} speakers"),
    };
    let made = cx.stage("turns", None, key, summary, |_, _| {
        let hearing = audio::read_wav(&stems.dir.join(HEARING))?;
        Ok(cx.engines.diarizer()?.turns(&hearing.samples, cx.job.speaker_num)?)
    })?;
    if made.value.speech.is_empty() {
        return Err(PipelineError::NoSpeech);
    }
    if let Some(note) = &made.value.note {
        cx.warn(note.clone());
    }
    Ok(made)
}
