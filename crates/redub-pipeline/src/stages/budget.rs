//! How many characters fit into a line. Part of stage 6.
//!
//! A voice's characters a second are measured once per voice; a line's time is its own and what of the pause behind it
//! may be used.

use std::collections::HashMap;

use redub_core::{Language, Line};
use redub_speech::speak::pace;
use redub_speech::voices::{Voice, VoiceChoice};
use redub_translate::length;

use crate::context::Context;
use crate::error::PipelineError;

/// Most seconds of the pause behind a line that count as its own.
const PAUSE: f64 = 0.6;
/// Silence left before the next line, seconds.
const GAP: f64 = 0.15;
/// Characters that fit into each line; `None` for all where the language has no sample or cannot be spoken.
pub(crate) fn budgets(
    cx: &Context<'_>,
    lines: &[Line],
    voices: &[VoiceChoice],
    to: &Language,
) -> Result<Vec<Option<usize>>, PipelineError> {
    let synthesiser = cx.engines.synthesiser()?;
    let spoken: Vec<Voice> = voices.iter().map(|v| v.voice.clone()).collect();
    let Some(measured) = pace::characters_per_second(synthesiser.as_ref(), to, &spoken)? else {
        return Ok(vec![None; lines.len()]);
    };
    let rates: HashMap<&str, f64> = voices
        .iter()
        .zip(measured)
        .filter(|(_, rate)| *rate > 0.0)
        .map(|(voice, rate)| (voice.speaker.as_str(), rate))
        .collect();
    let any = rates.values().copied().next();
    let budget = |(i, line): (usize, &Line)| {
        let characters_per_second = rates.get(line.speaker.as_str()).copied().or(any)?;
        let pause = lines.get(i + 1).map_or(PAUSE, |next| next.span.start - line.span.end - GAP);
        let seconds = line.span.seconds() + pause.clamp(0.0, PAUSE);
        Some(length::Budget { seconds, characters_per_second }.characters().max(1))
    };
    Ok(lines.iter().enumerate().map(budget).collect())
}
