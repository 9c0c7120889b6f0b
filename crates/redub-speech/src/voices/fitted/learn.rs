//! From what a speaker says to a voice of their own.

use std::time::Instant;

use redub_core::audio::rms;
use redub_core::{Gender, Language, Span, Word};
use redub_models::ModelStore;

use super::fit::{Course, fit};
use super::pieces::pieces;
use super::record::Fitted;
use crate::error::SpeechError;
use crate::speak::{Kokoro, SpeakRequest};
use crate::voices::{Ge2e, Voice, catalog};

/// Speech of a speaker that is learnt from, seconds: more is hardly heard and costs time.
const ENOUGH: f64 = 16.0;
/// Less than this is too little to tell a voice by, seconds.
const LEAST: f64 = 5.0;
/// Level that what is learnt from is brought to (-26 dBFS), and below which there is nothing in it (-80 dBFS).
const LEVEL: f32 = 0.05;
const SILENT: f32 = 1e-4;

/// Something a speaker says.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Their sound, mono, at 24 kHz.
    pub sound: Vec<f32>,
    /// The same at 16 kHz.
    pub sound_16k: Vec<f32>,
}

/// Which parts of the lines a speaker's voice is learnt from: texts with their places in the sound. None when they say too little.
pub fn chosen<'a>(lines: impl Iterator<Item = &'a [Word]>) -> Vec<(String, Span)> {
    let mut seconds = 0.0;
    let mut found = lines.flat_map(pieces).collect::<Vec<_>>();
    found.retain(|(_, span)| {
        let wanted = seconds < ENOUGH;
        seconds += if wanted { span.seconds() } else { 0.0 };
        wanted
    });
    if seconds < LEAST { Vec::new() } else { found }
}

/// Fits a voice to the speaker of these pieces, in `language`. `progress` is told the share that is done and the loss, and may stop. `None` when
/// what can be followed of the pieces is too little.
///
/// # Errors
/// Models that are missing or fail, or a stop.
pub fn learn(
    kokoro: &Kokoro,
    store: &ModelStore,
    pieces: &[Piece],
    language: &Language,
    gender: Option<Gender>,
    course: Course,
    progress: impl FnMut(f32, f32) -> Result<(), SpeechError>,
) -> Result<Option<Fitted>, SpeechError> {
    let teacher = Voice::named(catalog::teacher(language, gender).name);
    let heard: Vec<&Piece> = pieces.iter().filter(|p| rms(&p.sound) > SILENT).collect();
    // Quiet recordings are brought to where the analysis has its floors, all by as much: what is said softly stays soft.
    let all: Vec<f32> = heard.iter().flat_map(|p| &p.sound).copied().collect();
    let gain = (LEVEL / rms(&all).max(SILENT)).max(1.0);
    let line = |p: &&Piece| {
        let request = SpeakRequest::new(p.text.clone(), language.clone(), teacher.clone());
        (request, p.sound.iter().map(|s| s * gain).collect())
    };
    let clock = Instant::now();
    let lessons = kokoro.taught(&heard.iter().map(line).collect::<Vec<_>>())?;
    tracing::debug!("{} pieces brought into step in {:.1} s", lessons.len(), clock.elapsed().as_secs_f64());
    let own: Vec<f32> = pieces.iter().flat_map(|p| &p.sound_16k).copied().collect();
    let Some(print) = Ge2e::load(store, 1)?.of(&own)? else { return Ok(None) };
    fit(store, &kokoro.timbre(&teacher)?, &lessons, &print, course, progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_chosen_and_too_little_is_nothing() {
        // Sentences of two seconds.
        let word = |i: usize| {
            let start = 2.5 * i as f64;
            Word { text: "So.".into(), span: Span::new(start, start + 2.0), probability: 1.0 }
        };
        let words: Vec<Word> = (0..20).map(word).collect();
        assert_eq!(chosen(std::iter::once(&words[..])).len(), 8);
        assert_eq!(chosen(words.chunks(1)).len(), 8);
        assert!(chosen(words[..2].chunks(1)).is_empty());
    }
}
