//! Speaking lines, listening back, and making again what is not understood.

use redub_core::{Audio, Language, Span};
use redub_media::audio;
use redub_speech::speak::{Speak, SpeakRequest, Spoken};
use redub_speech::transcribe::{Transcribe, wer};
use redub_speech::voices::fitted::{CLEAR, OwnVoice, SOFTER};

use super::{AUDIBLE, SpokenLine};
use crate::context::Context;
use crate::error::PipelineError;
use crate::stages::own_voice;

/// Error rate up to which a line counts as understood.
const UNDERSTOOD: f64 = 0.2;
/// How often a line that is not understood is made again.
const RETRIES: usize = 2;
/// Silence left before a line's first sound, seconds: room for the attack.
const BREATH: f64 = 0.015;

/// Speaks lines and listens back; what is not understood is made again, first nearer to the voice's own pitch and a
/// little shorter, then at the voice's own pitch and rate; the best attempt that fits is kept. A line that is heard no better the
/// second time is not made a third time: it is not the delivery that is at fault.
///
/// A line in a fitted voice that is not clear is first said in a softer one; the other deliveries are in the stock voice.
pub(super) fn speak(
    cx: &Context<'_>,
    speaker: &dyn Speak,
    lines: &[SpeakRequest],
    to: &Language,
) -> Result<Vec<(Spoken, SpokenLine)>, PipelineError> {
    let mut best = listen(cx, lines, spoken(cx, speaker, lines)?, to)?;
    let unclear = |i: &usize| lines[*i].own.is_some() && best[*i].1.error_rate > CLEAR;
    let unclear: Vec<usize> = (0..lines.len()).filter(unclear).collect();
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
    // At the voice's own rate the silence is as much longer, or shorter, as the rest is.
    line.natural_seconds *= 1.0 - seconds / line.audio.seconds().max(f64::MIN_POSITIVE);
    line.audio.samples.drain(..cut);
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

#[cfg(test)]
mod tests {
    use redub_core::{Audio, PhoneSpan};

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
        assert!((line.natural_seconds - 0.3 * 0.215 / 0.275).abs() < 1e-6);
        assert_eq!(line.phones.len(), 1);
        assert!((line.phones[0].span.end - line.audio.seconds()).abs() < 1e-9);
    }
}
