//! Stage 7, second half: what makes each speaker's stock voice theirs, learnt from what they say in the source.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use redub_core::{Audio, Line};
use redub_media::audio;
use redub_speech::speak::{Speak, SpeakRequest};
use redub_speech::voices::VoiceChoice;
use redub_speech::voices::convert::{Examples, Pair, RATE};
use serde::{Deserialize, Serialize};

use super::stems::{SPEECH, Stems};
use super::transcript::Heard;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, Key, KeyBuilder};

/// The examples of one speaker.
const EXAMPLES: &str = "examples.bin";
/// Speech of a speaker that is learnt from, seconds: more is hardly heard and costs time.
const ENOUGH: f64 = 25.0;
/// Lines learnt from are at least this long, seconds.
const LEAST: f64 = 1.0;

/// What was learnt of a speaker, as filed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Learnt {
    /// Examples; 0 when there was too little to learn from, and then there is no file.
    examples: usize,
}

/// What was learnt of one speaker, and its key.
pub(crate) type OwnVoice = (Arc<Examples>, Key);

/// Speakers by name with what was learnt of them.
pub(crate) type OwnVoices = HashMap<String, OwnVoice>;

/// Learns from every speaker whose voice the program chose. Voices named by the user are left as they are, and who says too
/// little, or in a language that the voice cannot speak, keeps the stock voice.
pub(crate) fn run(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    choices: &[VoiceChoice],
) -> Result<OwnVoices, PipelineError> {
    let mut found = OwnVoices::new();
    if !cx.job.voice_conversion {
        return Ok(found);
    }
    let speaks = cx.engines.synthesiser()?.languages();
    let language = &heard.value.transcript.language;
    if cx.job.stock_voice.is_some() || !speaks.iter().any(|s| s.language.primary() == language.primary()) {
        return Ok(found);
    }
    for choice in choices {
        cx.cancel.check()?;
        let lines = taught(&heard.value.transcript.lines, &choice.speaker);
        if lines.is_empty() || cx.job.voices.iter().any(|(speaker, _)| *speaker == choice.speaker) {
            continue;
        }
        let key = KeyBuilder::new("own-voice", 1)
            .input(&stems.key)
            .input(&heard.key)
            .param("speaker", &choice.speaker)
            .param("voice", &choice.voice)
            .param("f0_scale", &choice.f0_scale)
            .model("kokoro", &cx.engines.digest("kokoro"))
            .finish();
        let made =
            cx.store.get_or_make("own-voice", key, |dir| learn(cx, stems, heard, &lines, choice, dir))?;
        cx.record("voices", made.seconds, made.cached);
        if made.value.examples > 0 {
            let examples = Examples::read(&made.dir.join(EXAMPLES))?;
            found.insert(choice.speaker.clone(), (Arc::new(examples), made.key));
        }
    }
    Ok(found)
}

/// The voice says what the speaker says, as long as they do, and both are compared.
fn learn(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    lines: &[&Line],
    choice: &VoiceChoice,
    dir: &Path,
) -> Result<Learnt, PipelineError> {
    let speech = audio::read_wav(&stems.dir.join(SPEECH))?.mono();
    let language = &heard.value.transcript.language;
    let request = |line: &&Line| SpeakRequest {
        f0_scale: choice.f0_scale,
        target_seconds: Some(line.span.seconds()),
        ..SpeakRequest::new(line.text.clone(), language.clone(), choice.voice.clone())
    };
    let requests: Vec<SpeakRequest> = lines.iter().map(request).collect();
    let spoken = cx.engines.synthesiser()?.speak(&requests)?;
    let mut pairs = Vec::with_capacity(lines.len());
    for (spoken, line) in spoken.into_iter().zip(lines) {
        let own: Audio = audio::resample(&speech.slice(line.span), RATE)?;
        pairs.push(Pair { stock: spoken.audio.samples, own: own.samples });
    }
    let Some(examples) = Examples::learn(&pairs)? else { return Ok(Learnt { examples: 0 }) };
    examples.write(&dir.join(EXAMPLES))?;
    Ok(Learnt { examples: examples.len() })
}

/// Lines of a speaker that nobody talks into, as many as are enough.
fn taught<'a>(lines: &'a [Line], speaker: &str) -> Vec<&'a Line> {
    let alone = |line: &Line| {
        !lines.iter().any(|other| other.speaker != line.speaker && other.span.overlap(&line.span) > 0.1)
    };
    let mut seconds = 0.0;
    lines
        .iter()
        .filter(|l| l.speaker == speaker && l.span.seconds() >= LEAST && alone(l))
        .take_while(|line| {
            let before = seconds;
            seconds += line.span.seconds();
            before < ENOUGH
        })
        .collect()
}
