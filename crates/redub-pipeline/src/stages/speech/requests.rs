//! What each line says, in which voice, and how long it takes: settled before anything is spoken.
//!
//! Lengths come from the timing rules, by the synthesiser's own measure of the natural length, so that sound is hardly ever
//! stretched.

use redub_core::{Language, Span, Word};
use redub_speech::speak::{Speak, SpeakRequest};
use redub_speech::voices::fitted::{CLEAR, OwnVoice, SHARE, SOFTER};
use redub_speech::voices::{Voice, VoiceChoice};
use redub_translate::length;

use crate::context::Context;
use crate::error::PipelineError;
use crate::stages::delivery;
use crate::stages::own_voice::{OwnVoices, Sound};
use crate::stages::transcript::Heard;
use crate::stages::translation::{TargetLine, Translation};
use crate::stages::voices::of_gender;
use crate::store::{Artifact, Key, KeyBuilder};
use crate::timing::{Placed, Plan, TimingRules, budget, needs, plan};

/// Steps a line's length is set in, seconds: the synthesiser's own.
const GRID: f64 = 0.025;

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
    /// What the synthesiser is asked.
    pub request: SpeakRequest,
    /// Key of the voice fitted to the speaker, where there is one.
    own: Option<Key>,
}

impl Request {
    /// Key of the line's speech.
    pub fn key(&self, cx: &Context<'_>) -> Key {
        let r = &self.request;
        let key = KeyBuilder::new("line", 5);
        let shares = format!("{SHARE} {SOFTER} {CLEAR}");
        let key = self.own.iter().fold(key, |key, own| key.input(own).param("shares", &shares));
        let pauses: Vec<(usize, i64)> = r.pauses.iter().map(|(i, s)| (*i, milliseconds(*s))).collect();
        key.param("text", &r.text)
            .param("language", &r.language)
            .param("voice", &r.voice)
            .param("f0_scale", &r.f0_scale)
            .param("pauses", &pauses)
            .param("speaks_on", &r.speaks_on)
            .param("lexicon", &r.lexicon.as_ref().map(|l| l.reading_of(&r.text, &r.language)))
            .param("target_seconds", &r.target_seconds.map(milliseconds))
            .model("kokoro", &cx.engines.digest("kokoro"))
            .model("whisper-base", &cx.engines.digest("whisper-base"))
            .finish()
    }
}

/// Chooses every line's text and length. A line without time for it does without the voice's own pauses; then its text is
/// shortened as far as it must be; then the timing rules say how long each line takes.
pub(crate) fn requests(
    cx: &Context<'_>,
    translation: &Artifact<Translation>,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    heard: &Artifact<Heard>,
    to: &Language,
) -> Result<Vec<Request>, PipelineError> {
    let speaker = cx.engines.synthesiser()?;
    let rules = TimingRules::new(cx.job.dynamic_duration);
    let lines = translation.value.lines.iter();
    let mut requests =
        lines.map(|target| asked(cx, target, voices, own, to)).collect::<Result<Vec<_>, _>>()?;
    measure(speaker.as_ref(), &mut requests)?;
    speak_on(cx, speaker.as_ref(), &mut requests, &rules)?;
    shorten(cx, speaker.as_ref(), &mut requests, &rules, to)?;
    pause(&mut requests, heard, to);
    let plan = timing(cx, &requests, &rules);
    let spans: Vec<Span> = requests.iter().map(|r| r.target.span).collect();
    for (i, (request, placed)) in requests.iter_mut().zip(&plan.lines).enumerate() {
        request.budget_seconds = budget(&spans, i, cx.seconds);
        request.request.target_seconds = Some(on_grid(placed, &rules));
    }
    Ok(requests)
}

/// A line in its voice, of no length yet.
fn asked(
    cx: &Context<'_>,
    target: &TargetLine,
    voices: &Artifact<Vec<VoiceChoice>>,
    own: &OwnVoices,
    to: &Language,
) -> Result<Request, PipelineError> {
    let choice_of = |id: &str| voices.value.iter().find(|c| c.speaker == id);
    let other = target.gender.map(|g| of_gender(&target.speaker, g));
    // What is heard of a speaker fits neither another gender nor a voice that a reviewer named.
    let unchanged = other.is_none() && target.voice.is_none();
    let fitted = own.get(&target.speaker).filter(|_| unchanged);
    let choice = other.and_then(|id| choice_of(&id)).or_else(|| choice_of(&target.speaker));
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
    Ok(Request {
        target: target.clone(),
        voice: voice.to_string(),
        natural_seconds: 0.0,
        budget_seconds: 0.0,
        request,
        own: fitted.map(|(_, key)| key.clone()),
    })
}

fn measure(speaker: &dyn Speak, requests: &mut [Request]) -> Result<(), PipelineError> {
    let lines: Vec<SpeakRequest> = requests.iter().map(|r| r.request.clone()).collect();
    for (request, seconds) in requests.iter_mut().zip(speaker.measure(&lines)?) {
        request.natural_seconds = seconds;
    }
    Ok(())
}

/// Lines that would be hurried do without the pauses that the voice makes at marks by itself: the source says as much in that
/// time without them, and a pause is missed less than time is.
fn speak_on(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    requests: &mut [Request],
    rules: &TimingRules,
) -> Result<(), PipelineError> {
    // Before the picture is slowed for them.
    let plan = timing(cx, requests, &TimingRules { picture: 1.0, ..*rules });
    let hurried = |i: &usize| plan.lines[*i].speed_factor > rules.comfortable + 1e-6;
    let hurried: Vec<usize> = (0..requests.len()).filter(hurried).collect();
    let on = |i: &usize| SpeakRequest { speaks_on: true, ..requests[*i].request.clone() };
    let lines: Vec<SpeakRequest> = hurried.iter().map(on).collect();
    let seconds = speaker.measure(&lines)?;
    for ((i, line), seconds) in hurried.into_iter().zip(lines).zip(seconds) {
        if seconds < requests[i].natural_seconds {
            (requests[i].request, requests[i].natural_seconds) = (line, seconds);
        }
    }
    Ok(())
}

/// Texts too long for their place are shortened: to the mildest that fits, else to the shortest there is.
fn shorten(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    requests: &mut [Request],
    rules: &TimingRules,
    to: &Language,
) -> Result<(), PipelineError> {
    let plan = timing(cx, requests, rules);
    for (request, placed) in requests.iter_mut().zip(&plan.lines) {
        // What a user wrote or read is spoken as it stands.
        let as_it_stands = request.target.engine == "captions" || cx.job.reviewed.is_some();
        if placed.speed_factor <= rules.fastest || as_it_stands {
            continue;
        }
        let fits = request.natural_seconds * rules.fastest / placed.speed_factor;
        for shorter in length::shorter(&request.target.text, to) {
            let said = SpeakRequest { text: shorter.clone(), ..request.request.clone() };
            let seconds = speaker.measure(std::slice::from_ref(&said))?.first().copied();
            let Some(seconds) = seconds.filter(|s| *s < request.natural_seconds) else { continue };
            (request.target.text, request.request, request.natural_seconds) = (shorter, said, seconds);
            if seconds <= fits {
                break;
            }
        }
    }
    Ok(())
}

/// Time that a line has left goes to the pauses the speaker makes, before it goes to slower speech.
fn pause(requests: &mut [Request], heard: &Artifact<Heard>, to: &Language) {
    let words: Vec<Word> = heard.value.transcript.lines.iter().flat_map(|l| l.words.clone()).collect();
    for request in requests {
        let source = delivery::inside(&words, request.target.span);
        let room = request.target.span.seconds() - request.natural_seconds;
        request.request.pauses = delivery::pauses(&source, &request.request.text, to, room);
        request.natural_seconds += request.request.pauses.iter().map(|(_, seconds)| seconds).sum::<f64>();
    }
}

/// A line's length on the synthesiser's grid, so that a neighbour's change does not move it by a hair. A hurried line takes
/// the longer of the two lengths beside its own: the gap behind it is wider than a step, and every moment counts.
fn on_grid(placed: &Placed, rules: &TimingRules) -> f64 {
    let steps = placed.span.seconds() / GRID;
    let hurried = placed.speed_factor > rules.comfortable + 1e-6;
    let steps = if hurried { (steps - 1e-6).ceil() } else { (steps + 1e-6).floor() };
    steps.max(1.0) * GRID
}

fn timing<'a>(cx: &Context<'_>, requests: &'a [Request], rules: &TimingRules) -> Plan {
    let need = |r: &'a Request| (r.target.span, r.target.speaker.as_str(), r.natural_seconds);
    plan(&needs(requests.iter().map(need)), cx.seconds, rules)
}

fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hurried_line_is_not_hurried_more_by_the_grid() {
        let rules = TimingRules::new(true);
        let placed = |seconds, speed_factor| Placed { span: Span::new(2.0, 2.0 + seconds), speed_factor };
        let length = |seconds, speed| (on_grid(&placed(seconds, speed), &rules) / GRID).round() as usize;
        assert_eq!((length(1.01, 1.2), length(1.01, 1.0)), (41, 40));
        assert_eq!((length(1.0, 1.2), length(1.0, 1.0)), (40, 40));
        assert_eq!(length(0.001, 1.0), 1);
    }
}
