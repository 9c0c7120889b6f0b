//! Stage 8: every line spoken, with phoneme times, listened back to and re-made when wrong.
//!
//! Lines are artifacts of their own: a changed line re-makes its own speech only. The length each line is spoken
//! in comes from the timing rules, by the synthesiser's own measure of the natural length, so that sound is
//! hardly ever stretched.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use redub_core::{Audio, Language, PhoneSpan, Span, Word};
use redub_media::audio;
use redub_speech::speak::{Speak, SpeakRequest, Spoken};
use redub_speech::transcribe::Transcribe;
use redub_speech::transcribe::wer;
use redub_speech::voices::fitted::{CLEAR, OwnVoice, SHARE, SOFTER};
use redub_speech::voices::{Voice, VoiceChoice};
use redub_translate::length;
use serde::{Deserialize, Serialize};

use super::delivery;
use super::own_voice::{self, OwnVoices, Sound};
use super::transcript::Heard;
use super::translation::{TargetLine, Translation};
use super::voices::of_gender;
use crate::context::Context;
use crate::error::PipelineError;
use crate::observer::Event;
use crate::store::{Artifact, Key, KeyBuilder};
use crate::timing::{Plan, TimingRules, budget, needs, plan};

/// The speech of a line, mono, at the synthesiser's rate.
const SOUND: &str = "speech.wav";
/// Error rate up to which a line counts as understood.
const UNDERSTOOD: f64 = 0.2;
/// How often a line that is not understood is made again.
const RETRIES: usize = 2;
/// A line is heard from where it passes this share of its peak (-34 dB).
pub(crate) const AUDIBLE: f32 = 0.02;
/// Silence left before a line's first sound, seconds: room for the attack.
const BREATH: f64 = 0.015;
/// Steps a line's length is set in, seconds: the synthesiser's own.
const GRID: f64 = 0.025;
/// Lines spoken in one go: what a killed run loses at most.
const BATCH: usize = 8;

/// One spoken line, as filed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpokenLine {
    /// The sounds with their places in the line's audio.
    pub phones: Vec<PhoneSpan>,
    /// Seconds at the voice's own rate.
    pub natural_seconds: f64,
    /// Seconds of audio.
    pub seconds: f64,
    /// What the recogniser understood.
    pub heard: String,
    /// Errors over words (characters for Chinese and Japanese).
    pub error_rate: f64,
    /// Words (or characters) the rate is over.
    pub words: usize,
    /// Whether it is said in the voice fitted to the speaker.
    #[serde(default)]
    pub own_voice: bool,
}

/// A line with everything needed to place it.
#[derive(Debug, Clone)]
pub(crate) struct DubLine {
    /// The line, with the text that is really spoken.
    pub target: TargetLine,
    /// Its speech.
    pub spoken: SpokenLine,
    /// Where its audio is.
    pub sound: PathBuf,
    /// Key of its artifact.
    pub key: Key,
    /// Name of its voice.
    pub voice: String,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
) -> Result<Vec<DubLine>, PipelineError> {
    let clock = Instant::now();
    let speaker = cx.engines.synthesiser()?;
    let expected_seconds = crate::estimate::seconds("speech", cx.seconds);
    cx.observer.event(Event::Started { stage: "speech", language: Some(to), expected_seconds });
    let requests = requests(cx, translation, voices, own, heard, to)?;
    let keys: Vec<Key> = requests.iter().map(|r| line_key(cx, r)).collect();
    let missing: Vec<usize> =
        (0..keys.len()).filter(|i| cx.store.get::<SpokenLine>("line", &keys[*i]).is_none()).collect();
    for (done, batch) in missing.chunks(BATCH).enumerate() {
        cx.cancel.check()?;
        let fraction = (done * BATCH) as f32 / missing.len() as f32;
        cx.observer.event(Event::Progress { stage: "speech", language: Some(to), fraction });
        let lines: Vec<SpeakRequest> = batch.iter().map(|i| requests[*i].request.clone()).collect();
        for (i, made) in batch.iter().zip(speak(cx, speaker.as_ref(), &lines, to)?) {
            file(cx, keys[*i].clone(), made)?;
        }
    }
    let lines = requests
        .into_iter()
        .zip(keys)
        .map(|(request, key)| {
            let filed = cx.store.get::<SpokenLine>("line", &key);
            let filed = filed.ok_or_else(|| {
                PipelineError::Artifact(format!("the speech of line {} is gone", key.as_str()))
            })?;
            let sound = filed.dir.join(SOUND);
            Ok(DubLine { target: request.target, spoken: filed.value, sound, key, voice: request.voice })
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    let (seconds, cached) = (clock.elapsed().as_secs_f64(), missing.is_empty());
    cx.record("speech", if cached { 0.0 } else { seconds }, cached);
    let summary = format!("{} lines, {} made now", lines.len(), missing.len());
    cx.observer.event(Event::Finished { stage: "speech", language: Some(to), seconds, cached, summary });
    warn_of_unclear(cx, &lines);
    Ok(lines)
}

/// A line and how it is to be spoken.
pub(crate) struct Request {
    /// The line, with the text that will be spoken.
    pub target: TargetLine,
    /// Name of its voice.
    pub voice: String,
    /// Seconds the text takes at the voice's own rate.
    pub natural_seconds: f64,
    /// Seconds it may take: its own and the silence behind it.
    pub budget_seconds: f64,
    /// Key of the voice fitted to the speaker, where there is one.
    own: Option<Key>,
    request: SpeakRequest,
}

/// Chooses every line's text and length: a text too long for its place is shortened once, then the timing rules
/// say how long each line takes.
pub(crate) fn requests(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
) -> Result<Vec<Request>, PipelineError> {
    let speaker = cx.engines.synthesiser()?;
    let choices: HashMap<&str, &VoiceChoice> = voices.value.iter().map(|c| (c.speaker.as_str(), c)).collect();
    let mut requests: Vec<Request> = Vec::new();
    for target in &translation.value.lines {
        let other = target.gender.map(|g| of_gender(&target.speaker, g));
        // What is heard of a speaker fits neither another gender nor a voice that a reviewer named.
        let unchanged = other.is_none() && target.voice.is_none();
        let fitted = own.get(&target.speaker).filter(|_| unchanged);
        let choice = other.and_then(|id| choices.get(id.as_str()).copied());
        let choice = choice.or_else(|| choices.get(target.speaker.as_str()).copied());
        let choice = choice.or_else(|| voices.value.first()).ok_or(PipelineError::NoSpeech)?;
        // A voice that a reviewer named is heard as it is.
        let (voice, f0_scale) = match &target.voice {
            Some(name) => (Voice::named(name.clone()), 1.0),
            None => (choice.voice.clone(), choice.f0_scale),
        };
        let mut request = SpeakRequest::new(target.text.clone(), to.clone(), voice.clone());
        request.f0_scale = f0_scale;
        request.lexicon.clone_from(&cx.job.lexicon);
        match fitted {
            Some((Sound::Fitted(voice), _)) => {
                request.own = Some(OwnVoice { voice: voice.clone(), share: SHARE });
            }
            Some((Sound::Heard(reference), _)) => request.reference = Some(reference.clone()),
            None => (),
        }
        let own = fitted.map(|(_, key)| key.clone());
        let (natural_seconds, budget_seconds) = (0.0, 0.0);
        requests.push(Request {
            target: target.clone(),
            voice: voice.to_string(),
            natural_seconds,
            budget_seconds,
            own,
            request,
        });
    }
    let lines: Vec<SpeakRequest> = requests.iter().map(|r| r.request.clone()).collect();
    let mut natural = speaker.measure(&lines)?;
    let rules = TimingRules::new(cx.job.dynamic_duration);
    speak_on(cx, speaker.as_ref(), &mut requests, &mut natural, &rules)?;
    let first = timing(&requests, &natural, cx.seconds, &rules);
    let long: Vec<usize> =
        (0..requests.len()).filter(|i| first.lines[*i].speed_factor > rules.fastest).collect();
    for i in long {
        // What a user wrote or read is spoken as it stands.
        if requests[i].target.engine == "captions" || cx.job.reviewed.is_some() {
            continue;
        }
        for shorter in length::shorter(&requests[i].target.text, to) {
            let mut request = requests[i].request.clone();
            request.text.clone_from(&shorter);
            let seconds =
                speaker.measure(std::slice::from_ref(&request))?.first().copied().unwrap_or(f64::INFINITY);
            if seconds < natural[i] {
                natural[i] = seconds;
                requests[i].target.text = shorter;
                requests[i].request = request;
                break;
            }
        }
    }
    // Time that the line has left goes to the pauses the speaker makes, before it goes to slower speech.
    let words: Vec<Word> = heard.value.transcript.lines.iter().flat_map(|l| l.words.clone()).collect();
    for (request, natural) in requests.iter_mut().zip(&mut natural) {
        let source = delivery::inside(&words, request.target.span);
        let room = request.target.span.seconds() - *natural;
        request.request.pauses = delivery::pauses(&source, &request.request.text, to, room);
        *natural += request.request.pauses.iter().map(|(_, seconds)| seconds).sum::<f64>();
    }
    let plan = timing(&requests, &natural, cx.seconds, &rules);
    let spans: Vec<Span> = requests.iter().map(|r| r.target.span).collect();
    for (i, (request, placed)) in requests.iter_mut().zip(&plan.lines).enumerate() {
        request.natural_seconds = natural[i];
        request.budget_seconds = budget(&spans, i, cx.seconds);
        // To the synthesiser's grid, so that a neighbour's change does not move a line by a hair.
        let steps = (placed.span.seconds() / GRID + 1e-6).floor().max(1.0);
        request.request.target_seconds = Some(steps * GRID);
    }
    Ok(requests)
}

/// Lines that would be hurried do without the pauses that the voice makes at marks by itself: the source says as much in that
/// time without them, and a pause is missed less than time is.
fn speak_on(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    requests: &mut [Request],
    natural: &mut [f64],
    rules: &TimingRules,
) -> Result<(), PipelineError> {
    let unhurried = TimingRules { picture: 1.0, ..*rules };
    let plan = timing(requests, natural, cx.seconds, &unhurried);
    let hurried = |i: &usize| plan.lines[*i].speed_factor > rules.comfortable + 1e-6;
    let hurried: Vec<usize> = (0..requests.len()).filter(hurried).collect();
    let on = |i: &usize| SpeakRequest { speaks_on: true, ..requests[*i].request.clone() };
    let lines: Vec<SpeakRequest> = hurried.iter().map(on).collect();
    for ((i, line), seconds) in hurried.into_iter().zip(lines.clone()).zip(speaker.measure(&lines)?) {
        if seconds < natural[i] {
            (requests[i].request, natural[i]) = (line, seconds);
        }
    }
    Ok(())
}

/// Speaks one line alone, as the whole run would.
pub(crate) fn one(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
    index: usize,
) -> Result<DubLine, PipelineError> {
    let speaker = cx.engines.synthesiser()?;
    let request = requests(cx, translation, voices, own, heard, to)?.into_iter().nth(index);
    let request = request.ok_or_else(|| PipelineError::Artifact(format!("there is no line {index}")))?;
    let key = line_key(cx, &request);
    if cx.store.get::<SpokenLine>("line", &key).is_none() {
        for made in speak(cx, speaker.as_ref(), std::slice::from_ref(&request.request), to)? {
            file(cx, key.clone(), made)?;
        }
    }
    let filed = cx.store.get::<SpokenLine>("line", &key);
    let filed =
        filed.ok_or_else(|| PipelineError::Artifact(format!("the speech of line {index} is gone")))?;
    let sound = filed.dir.join(SOUND);
    Ok(DubLine { target: request.target, spoken: filed.value, sound, key, voice: request.voice })
}

fn timing<'a>(requests: &'a [Request], natural: &[f64], seconds: f64, rules: &TimingRules) -> Plan {
    let need = |(r, n): (&'a Request, &f64)| (r.target.span, r.target.speaker.as_str(), *n);
    plan(&needs(requests.iter().zip(natural).map(need)), seconds, rules)
}

fn line_key(cx: &Context<'_>, request: &Request) -> Key {
    let r = &request.request;
    let key = KeyBuilder::new("line", 4);
    let shares = format!("{SHARE} {SOFTER} {CLEAR}");
    let key = request.own.iter().fold(key, |key, own| key.input(own).param("shares", &shares));
    key.param("text", &r.text)
        .param("language", &r.language)
        .param("voice", &r.voice)
        .param("f0_scale", &r.f0_scale)
        .param("pauses", &r.pauses.iter().map(|(i, s)| (*i, (s * 1000.0).round() as i64)).collect::<Vec<_>>())
        .param("speaks_on", &r.speaks_on)
        .param("lexicon", &r.lexicon.as_ref().map(|l| l.reading_of(&r.text, &r.language)))
        .param("target_seconds", &r.target_seconds.map(|s| (s * 1000.0).round() as i64))
        .model("kokoro", &cx.engines.digest("kokoro"))
        .model("whisper-base", &cx.engines.digest("whisper-base"))
        .finish()
}

/// Speaks lines and listens back; what is not understood is made again, first nearer to the voice's own pitch and a
/// little shorter, then at the voice's own pitch and rate; the best attempt that fits is kept. A line that is heard no better the
/// second time is not made a third time: it is not the delivery that is at fault.
///
/// A line in a fitted voice that is not clear is first said in a softer one; the other deliveries are in the stock voice.
fn speak(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    lines: &[SpeakRequest],
    to: &Language,
) -> Result<Vec<(Spoken, SpokenLine)>, PipelineError> {
    let mut best = listen(cx, lines, spoken(cx, speaker, lines)?, to)?;
    let unclear: Vec<usize> =
        (0..lines.len()).filter(|i| lines[*i].own.is_some() && best[*i].1.error_rate > CLEAR).collect();
    let softer: Vec<SpeakRequest> = unclear.iter().map(|i| softer(&lines[*i])).collect();
    for (i, candidate) in unclear.into_iter().zip(listen(cx, &softer, spoken(cx, speaker, &softer)?, to)?) {
        if candidate.1.error_rate < best[i].1.error_rate {
            best[i] = candidate;
        }
    }
    let mut wrong: Vec<usize> = (0..lines.len()).collect();
    for attempt in 0..RETRIES {
        wrong.retain(|i| best[*i].1.error_rate > UNDERSTOOD);
        if wrong.is_empty() {
            break;
        }
        let again: Vec<SpeakRequest> = wrong.iter().map(|i| other_delivery(&lines[*i], attempt)).collect();
        let made = listen(cx, &again, spoken(cx, speaker, &again)?, to)?;
        let mut helped = Vec::new();
        for (i, candidate) in wrong.into_iter().zip(made) {
            if candidate.1.error_rate >= best[i].1.error_rate {
                continue;
            }
            helped.push(i);
            if candidate.1.seconds <= best[i].1.seconds * 1.02 + 0.05 {
                best[i] = candidate;
            }
        }
        wrong = helped;
    }
    Ok(best)
}

/// The lines' speech, each beginning when it begins to sound: what is placed at a line's start shall be heard there.
fn spoken(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    lines: &[SpeakRequest],
) -> Result<Vec<Spoken>, PipelineError> {
    let mut said: Vec<Spoken> = speaker.speak(lines)?.into_iter().map(without_lead).collect();
    if let Some((cloner, _)) = own_voice::cloner(cx)? {
        for (line, request) in said.iter_mut().zip(lines) {
            let Some(reference) = request.reference.as_ref().filter(|_| line.audio.frames() > 0) else {
                continue;
            };
            cx.cancel.check()?;
            let sound = audio::resample(&line.audio, cloner.rate())?;
            let cloned = Audio::new(cloner.rate(), 1, cloner.convert(&sound.samples, reference)?);
            let mut cloned = audio::resample(&cloned, line.audio.rate)?;
            cloned.samples.resize(line.audio.samples.len(), 0.0);
            line.audio = cloned;
        }
    }
    Ok(said)
}

/// Takes away what is silent before the first sound, but for [`BREATH`].
fn without_lead(mut line: Spoken) -> Spoken {
    let rate = f64::from(line.audio.rate);
    let peak = line.audio.samples.iter().fold(0.0f32, |m, s| m.max(s.abs()));
    let first = line.audio.samples.iter().position(|s| s.abs() > peak * AUDIBLE).unwrap_or(0);
    let cut = first.saturating_sub((BREATH * rate) as usize);
    let seconds = cut as f64 / rate;
    line.audio.samples.drain(..cut);
    line.natural_seconds = (line.natural_seconds - seconds).max(0.0);
    let earlier = |s: &Span| Span::new((s.start - seconds).max(0.0), (s.end - seconds).max(0.0));
    line.phones.iter_mut().for_each(|phone| phone.span = earlier(&phone.span));
    line.phones.retain(|phone| phone.span.seconds() > 0.0);
    line.words.iter_mut().for_each(|(_, span)| *span = earlier(span));
    line
}

/// The same line in a voice nearer to the stock voice.
fn softer(line: &SpeakRequest) -> SpeakRequest {
    let own = line.own.clone().map(|own| OwnVoice { share: SOFTER, ..own });
    SpeakRequest { own, ..line.clone() }
}

/// The same line spoken another way within the same time: at another pitch, or a little faster.
fn other_delivery(line: &SpeakRequest, attempt: usize) -> SpeakRequest {
    let mut other = SpeakRequest { own: None, reference: None, ..line.clone() };
    if attempt == 0 {
        other.f0_scale = 1.0 + (line.f0_scale - 1.0) * 0.5;
        other.target_seconds = line.target_seconds.map(|s| s * 0.97);
    } else {
        other.f0_scale = 1.0;
        other.target_seconds = None;
    }
    other
}

fn listen(
    cx: &Context<'_>,
    lines: &[SpeakRequest],
    spoken: Vec<Spoken>,
    to: &Language,
) -> Result<Vec<(Spoken, SpokenLine)>, PipelineError> {
    let clips = spoken.iter().map(|s| Ok(audio::resample(&s.audio, 16_000)?.samples));
    let clips = clips.collect::<Result<Vec<Vec<f32>>, PipelineError>>()?;
    let slices: Vec<&[f32]> = clips.iter().map(Vec::as_slice).collect();
    let heard = cx.engines.recogniser()?.listen_many(&slices, to)?;
    let judge = |((spoken, heard), line): ((Spoken, String), &SpeakRequest)| {
        let error_rate = wer::spoken_error_rate(to, &line.text, &heard);
        let words = words_of(&line.text, to);
        let filed = SpokenLine {
            phones: spoken.phones.clone(),
            natural_seconds: spoken.natural_seconds,
            seconds: spoken.audio.seconds(),
            heard,
            error_rate,
            words,
            own_voice: line.own.is_some() || line.reference.is_some(),
        };
        (spoken, filed)
    };
    Ok(spoken.into_iter().zip(heard).zip(lines).map(judge).collect())
}

/// Words, or characters in a language without spaces: what an error rate is over.
fn words_of(text: &str, language: &Language) -> usize {
    let plain = wer::normalise(text);
    if language.is_unspaced() {
        plain.chars().filter(|c| *c != ' ').count()
    } else {
        plain.split_whitespace().count()
    }
}

fn file(cx: &Context<'_>, key: Key, (spoken, filed): (Spoken, SpokenLine)) -> Result<(), PipelineError> {
    cx.store.get_or_make("line", key, |dir| {
        audio::write_wav(&dir.join(SOUND), &spoken.audio)?;
        Ok(filed)
    })?;
    Ok(())
}

fn warn_of_unclear(cx: &Context<'_>, lines: &[DubLine]) {
    let unclear: Vec<String> = lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l.spoken.error_rate > 0.5)
        .map(|(i, _)| (i + 1).to_string())
        .collect();
    if !unclear.is_empty() {
        cx.warn(format!("listened back and not well understood: line {}", unclear.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use redub_core::Audio;

    use super::*;

    #[test]
    fn the_silence_before_a_line_goes_and_its_sounds_move_with_it() {
        let mut samples = vec![0.0; 1800];
        samples.extend(vec![0.5; 4800]);
        let phone = |symbol: &str, start: f64, end: f64| PhoneSpan {
            symbol: symbol.into(),
            span: Span::new(start, end),
        };
        let line = without_lead(Spoken {
            audio: Audio::new(24_000, 1, samples),
            phones: vec![phone(" ", 0.0, 0.05), phone("a", 0.05, 0.275)],
            words: vec![("a".into(), Span::new(0.05, 0.275))],
            natural_seconds: 0.3,
        });
        assert_eq!(line.audio.frames(), 4800 + 360);
        assert!((line.natural_seconds - 0.24).abs() < 1e-9);
        assert_eq!(line.phones.len(), 1);
        assert!((line.phones[0].span.end - line.audio.seconds()).abs() < 1e-9);
    }
}
