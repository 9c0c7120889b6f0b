//! Stage 7: a voice for each speaker.

use redub_core::{Gender, Language, Speaker};
use redub_media::audio;
use redub_speech::voices::{self, Matching, SpeakerSample, Voice, VoiceChoice};

use super::stems::{HEARING, Stems};
use super::transcript::{Heard, own_speech};
use crate::context::Context;
use crate::error::PipelineError;
use crate::job::PinnedVoice;
use crate::store::{Artifact, KeyBuilder};

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    to: &Language,
) -> Result<Artifact<Vec<VoiceChoice>>, PipelineError> {
    let speakers = &heard.value.transcript.speakers;
    let saved: Vec<_> = speakers.iter().filter_map(|s| cx.job.pinned(&s.id)).map(traits).collect();
    let key = KeyBuilder::new("voices", 4)
        .input(&heard.key)
        .param("to", to)
        // Asked for without a name is something else than not asked for.
        .param("stock", &cx.job.stock_voice.as_ref().map(|name| name.as_deref().unwrap_or("any")))
        .param("preferred", &cx.job.preferred_voices)
        .param("genders", &chosen_genders(cx))
        .param("chosen", &cx.job.voices)
        .param("saved", &saved)
        .model("kokoro-voices", &cx.engines.digest("kokoro-voices"))
        .model("speaker-embedding", &cx.engines.digest("speaker-embedding"))
        .finish();
    let summary = |choices: &Vec<VoiceChoice>| {
        choices.iter().map(|c| format!("{}: {}", c.speaker, c.voice)).collect::<Vec<_>>().join(", ")
    };
    let made = cx.stage("voices", Some(to), key, summary, |_, _| {
        let hearing = audio::read_wav(&stems.dir.join(HEARING))?;
        let transcript = &heard.value.transcript;
        if let Some(Some(name)) = &cx.job.stock_voice {
            return named(&Voice::named(name), to, &transcript.speakers);
        }
        if cx.job.stock_voice.is_some() && !cx.job.preferred_voices.is_empty() {
            return preferred(&cx.job.preferred_voices, to, &transcript.speakers);
        }
        let sample = |s: &Speaker| {
            let audio = own_speech(&hearing, &transcript.lines, &s.id);
            // Who speaks in somebody else's voice speaks as a man or a woman as they do.
            let gender = cx.job.pinned(&s.id).and_then(|pinned| pinned.voice.gender).or(s.gender);
            SpeakerSample { id: s.id.clone(), audio, gender }
        };
        let mut samples: Vec<SpeakerSample> = transcript.speakers.iter().map(sample).collect();
        for (speaker, gender) in chosen_genders(cx) {
            let audio = own_speech(&hearing, &transcript.lines, &speaker);
            samples.push(SpeakerSample { id: of_gender(&speaker, gender), audio, gender: Some(gender) });
        }
        let matching = if cx.job.stock_voice.is_some() { Matching::Stock } else { Matching::Matched };
        let (prints, bank) = (cx.engines.voice_prints()?, cx.engines.voice_bank()?);
        let mut choices = voices::assign(&samples, to, matching, &prints, &bank)?;
        for choice in &mut choices {
            let chosen = cx.job.voices.iter().rev().find(|(speaker, _)| *speaker == choice.speaker);
            let own = |s: &&Speaker| s.id == choice.speaker;
            if let Some(((_, voice), speaker)) = chosen.zip(transcript.speakers.iter().find(own)) {
                choice.clone_from(&one(voice, to, speaker)?);
            }
            if let Some(pinned) = cx.job.pinned(&choice.speaker) {
                choice.f0_scale = pinned.voice.f0_scale(bank.pitch_hz(&choice.voice));
                choice.reason = format!("the saved voice '{}'", pinned.name);
            }
        }
        Ok(choices)
    })?;
    let named = cx.job.voices.iter().map(|(speaker, voice)| (speaker, voice.to_string()));
    let pinned = cx.job.saved_voices.iter().map(|pinned| (&pinned.speaker, pinned.name.clone()));
    for (speaker, voice) in named.chain(pinned) {
        if !speakers.iter().any(|s| s.id == *speaker) {
            let heard: Vec<&str> = speakers.iter().map(|s| s.id.as_str()).collect();
            cx.warn(format!(
                "no speaker {speaker} is heard to give the voice {voice} to: there is {}",
                heard.join(", ")
            ));
        }
    }
    Ok(made)
}

/// What the choice heeds of a voice that was learnt before.
fn traits(pinned: &PinnedVoice) -> (&str, &str, Option<Gender>, Option<f32>) {
    (&pinned.speaker, &pinned.name, pinned.voice.gender, pinned.voice.pitch_hz)
}

/// Name of a speaker's voice of a gender that a reviewer chose.
pub(crate) fn of_gender(speaker: &str, gender: Gender) -> String {
    let gender = if gender == Gender::Female { "female" } else { "male" };
    format!("{speaker} as {gender}")
}

/// Speakers and the genders that a reviewer chose for lines of theirs.
fn chosen_genders(cx: &Context<'_>) -> Vec<(String, Gender)> {
    let mut chosen: Vec<(String, Gender)> = Vec::new();
    for line in cx.job.reviewed.iter().flatten() {
        let pair = line.gender.map(|g| (line.speaker.clone(), g));
        chosen.extend(pair.filter(|pair| !chosen.contains(pair)));
    }
    chosen
}

/// The first of the preferred voices that has the speaker's gender and that no other speaker has; else any of them.
fn preferred(
    names: &[String],
    to: &Language,
    speakers: &[Speaker],
) -> Result<Vec<VoiceChoice>, PipelineError> {
    let mut free: Vec<&String> = names.iter().collect();
    let mut choices = Vec::new();
    for (i, speaker) in speakers.iter().enumerate() {
        let fits = |name: &&String| {
            let gender = voices::catalog::find(name).map(|v| v.gender);
            speaker.gender.is_none() || gender == speaker.gender
        };
        let found = free.iter().position(fits).or(if free.is_empty() { None } else { Some(0) });
        let name = found.map_or(&names[i % names.len()], |at| free.remove(at));
        choices.extend(named(&Voice::named(name.clone()), to, std::slice::from_ref(speaker))?);
    }
    Ok(choices)
}

/// The voice the user named, for everybody.
fn named(voice: &Voice, to: &Language, speakers: &[Speaker]) -> Result<Vec<VoiceChoice>, PipelineError> {
    speakers.iter().map(|speaker| one(voice, to, speaker)).collect()
}

/// The voice the user named, for one speaker.
fn one(voice: &Voice, to: &Language, speaker: &Speaker) -> Result<VoiceChoice, PipelineError> {
    if let Some((name, _)) = voice.parts().iter().find(|(name, _)| voices::catalog::find(name).is_none()) {
        let native = voices::catalog::native_accent(to);
        let available: Vec<&str> =
            voices::catalog::all().filter(|v| Some(v.accent) == native).map(|v| v.name).collect();
        let (name, language, available) = (name.to_owned(), to.name(), available.join(", "));
        return Err(PipelineError::UnknownVoice { name, language, available });
    }
    Ok(VoiceChoice {
        speaker: speaker.id.clone(),
        voice: voice.clone(),
        gender: speaker.gender,
        pitch_hz: speaker.pitch_hz,
        f0_scale: 1.0,
        reason: "named by the user".into(),
    })
}
