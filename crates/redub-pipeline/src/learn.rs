//! Learning a person's voice from an input, to keep it.

use redub_speech::speak::Speak;
use redub_speech::voices::fitted::SavedVoice;

use crate::engines::Engines;
use crate::error::PipelineError;
use crate::graph;
use crate::job::Job;
use crate::observer::{Cancel, Observer};
use crate::stages::own_voice::{self, Sound};
use crate::stages::transcript::Heard;
use crate::stages::voices;
use crate::store::{Artifact, Store};

/// Fits a voice to a speaker of the job's input as a dub would, and a dub of the input finds it made. `speaker` need not be given where
/// only one is heard. Of the job, input, source language, number of speakers and span are heeded.
///
/// # Errors
/// Whatever stopped it; an input with several speakers and none named, or with too little to learn from.
pub fn learn_voice(
    job: &Job,
    speaker: Option<&str>,
    engines: &Engines,
    store: &Store,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<SavedVoice, PipelineError> {
    let job = Job { fit_voices: true, ..job.clone() };
    let (cx, intake) = graph::open(&job, engines, store, observer, cancel)?;
    let (stems, heard) = graph::listen(&cx, &intake)?;
    let language = heard.value.transcript.language.clone();
    let spoken = cx.engines.synthesiser()?.languages();
    if !spoken.iter().any(|s| s.language.primary() == language.primary()) {
        let reason = format!("the speech is {}, which the synthesiser does not speak", language.name());
        return Err(PipelineError::NoVoice(reason));
    }
    let speaker = named(&heard, speaker)?;
    let choices = voices::run(&cx, &stems, &heard, &language)?;
    let choice = choices.value.iter().find(|c| c.speaker == speaker).cloned();
    let choice = choice.ok_or(PipelineError::NoSpeech)?;
    let mut own = own_voice::run(&cx, &stems, &heard, std::slice::from_ref(&choice))?;
    let Some((Sound::Fitted(fitted), _)) = own.remove(&speaker) else {
        let reason =
            format!("{speaker} says too little that nobody talks into: 5 seconds are needed, 16 are best");
        return Err(PipelineError::NoVoice(reason));
    };
    Ok(SavedVoice {
        gender: choice.gender,
        pitch_hz: choice.pitch_hz,
        language,
        seconds: own_voice::said(&heard, &speaker).iter().map(|(_, span)| span.seconds()).sum(),
        synthesiser: engines.digest("kokoro"),
        fitted: fitted.as_ref().clone(),
    })
}

/// The speaker that is meant.
fn named(heard: &Artifact<Heard>, speaker: Option<&str>) -> Result<String, PipelineError> {
    let transcript = &heard.value.transcript;
    let seconds = |id: &str| -> f64 {
        transcript.lines.iter().filter(|l| l.speaker == id).map(|l| l.span.seconds()).sum()
    };
    let all = || {
        let each = transcript.speakers.iter().map(|s| format!("{} ({:.0} s)", s.id, seconds(&s.id)));
        each.collect::<Vec<_>>().join(", ")
    };
    match (speaker, transcript.speakers.as_slice()) {
        (_, []) => Err(PipelineError::NoSpeech),
        (None, [only]) => Ok(only.id.clone()),
        (None, _) => Err(PipelineError::NoVoice(format!("say whose with --speaker: {} are heard", all()))),
        (Some(name), speakers) if speakers.iter().any(|s| s.id == name) => Ok(name.to_owned()),
        (Some(name), _) => {
            Err(PipelineError::NoVoice(format!("there is no speaker {name}: {} are heard", all())))
        }
    }
}
