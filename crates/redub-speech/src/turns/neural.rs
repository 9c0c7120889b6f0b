//! The diarizer: networks and clustering put together.

use redub_core::Span;
use redub_models::{ModelStore, threads};

use super::clustering::{Print, cluster};
use super::embedding::{VoicePrint, cosine};
use super::segmentation::Segmenter;
use super::vad::{SileroVad, VadSettings};
use super::{Diarize, Turn, Turns, draw};
use crate::error::SpeechError;

/// Length of the stretches that voice prints are taken from, in seconds.
const STRETCH: f64 = 1.5;
/// Seconds from one stretch to the next.
const STRETCH_HOP: f64 = 0.5;

/// Silero VAD, pyannote segmentation 3.0 and CAM++ with clustering.
pub struct NeuralDiarizer {
    vad: SileroVad,
    segmenter: Segmenter,
    voice_print: VoicePrint,
    settings: VadSettings,
}

impl NeuralDiarizer {
    /// Opens the three networks.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore) -> Result<Self, SpeechError> {
        let threads = threads::budget();
        Ok(Self {
            vad: SileroVad::load(store)?,
            segmenter: Segmenter::load(store, threads)?,
            voice_print: VoicePrint::load(store, threads)?,
            settings: VadSettings::default(),
        })
    }
}

impl Diarize for NeuralDiarizer {
    fn turns(&self, audio: &[f32], speakers_hint: Option<usize>) -> Result<Turns, SpeechError> {
        let clear = self.vad.speech(audio, &self.settings)?;
        // Music makes the segmentation network hear voices; without one clear word there is no speech.
        if clear.is_empty() {
            return Ok(Turns::default());
        }
        let segmentation = self.segmenter.run(audio)?;
        let speech = draw::speech(&clear, &segmentation);
        let features = self.voice_print.features(audio)?;
        let mut stretches = Vec::new();
        let mut prints = Vec::new();
        for (span, seconds) in clear.iter().flat_map(|s| cut(*s)) {
            if let Some(vector) = self.voice_print.of_part(&features, span.start, span.end)? {
                stretches.push(span);
                prints.push(Print { vector, seconds });
            }
        }
        let same = |i: usize, j: usize| segmentation.same_speaker(stretches[i], stretches[j]);
        let clusters = cluster(&prints, speakers_hint, &same);
        if clusters.centres.is_empty() {
            return Ok(Turns { speech, ..Turns::default() });
        }
        let similarity: Vec<Vec<f32>> =
            prints.iter().map(|p| clusters.centres.iter().map(|c| cosine(c, &p.vector)).collect()).collect();
        let turns = draw::turns(&speech, &stretches, &similarity, &segmentation);
        Ok(ordered(speech, turns, clusters.centres, clusters.note))
    }
}

/// Stretches of [`STRETCH`] seconds over a span of speech, each with the seconds it adds to those before it.
fn cut(span: Span) -> Vec<(Span, f64)> {
    if span.seconds() <= STRETCH {
        return vec![(span, span.seconds())];
    }
    let mut stretches = Vec::new();
    let mut start = span.start;
    while start + STRETCH < span.end {
        let new = if stretches.is_empty() { STRETCH } else { STRETCH_HOP };
        stretches.push((Span::new(start, start + STRETCH), new));
        start += STRETCH_HOP;
    }
    let new = span.end - (start - STRETCH_HOP + STRETCH);
    stretches.push((Span::new(span.end - STRETCH, span.end), new));
    stretches
}

/// Sorts turns and numbers speakers by first appearance.
fn ordered(speech: Vec<Span>, mut turns: Vec<Turn>, centres: Vec<Vec<f32>>, note: Option<String>) -> Turns {
    turns.sort_by(|a, b| a.span.start.total_cmp(&b.span.start));
    let mut appearance: Vec<usize> = Vec::new();
    for turn in &turns {
        if !appearance.contains(&turn.speaker) {
            appearance.push(turn.speaker);
        }
    }
    for turn in &mut turns {
        turn.speaker = appearance.iter().position(|s| *s == turn.speaker).unwrap_or_default();
    }
    let embeddings: Vec<Vec<f32>> = appearance.iter().filter_map(|s| centres.get(*s).cloned()).collect();
    Turns { speech, turns, speakers: embeddings.len(), embeddings, note }
}
