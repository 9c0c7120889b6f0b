//! Mouth shapes heard in speech, whatever its language.
//!
//! A small convolutional network (trained by `tools/visemes` on synthetic speech whose phoneme times are known) gives
//! the probability of each of the 13 mouth shapes for every 10 ms. [`Reading::phones`] makes spans of them without
//! knowing a word; [`Reading::align`] places sounds that are known from a transcript.

mod align;
mod decode;
mod features;

use std::sync::Arc;

use ort::value::Tensor;
use redub_core::{PhoneSpan, Span, Viseme};
use redub_models::{ModelStore, OnnxSession};

use crate::error::SpeechError;
use crate::mel::HOP;
use features::{BANDS, Features};

/// Frames a second.
pub const FRAME_RATE: f64 = 100.0;
/// Mouth shapes told apart.
const SHAPES: usize = Viseme::ALL.len();
/// Frames given to the network at once: half a minute. Longer speech is cut, with [`OVERLAP`] frames of both neighbours.
const PIECE: usize = 3000;
/// More than the network sees to either side.
const OVERLAP: usize = 50;

/// The network.
#[derive(Debug, Clone)]
pub struct VisemeNet {
    session: Arc<OnnxSession>,
}

/// What was heard: for every 10 ms the natural logarithm of each mouth shape's probability, in the order of
/// [`Viseme::ALL`]. Frame `t` is centred on `t / 100` seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The frames.
    pub frames: Vec<[f32; SHAPES]>,
}

impl VisemeNet {
    /// Opens the network.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore) -> Result<Self, SpeechError> {
        Ok(Self { session: store.session("visemes", "visemes.onnx", 1)? })
    }

    /// Hears the mouth shapes in 16 kHz mono speech.
    ///
    /// # Errors
    /// A network that fails.
    pub fn read(&self, audio: &[f32]) -> Result<Reading, SpeechError> {
        let features = Features::of(audio)?;
        let count = features.frames();
        let mut frames = Vec::with_capacity(count);
        for first in (0..count).step_by(PIECE) {
            let end = (first + PIECE).min(count);
            let (from, to) = (first.saturating_sub(OVERLAP), (end + OVERLAP).min(count));
            let all = self.run(features.rows(from..to), to - from)?;
            frames.extend_from_slice(&all[first - from..end - from]);
        }
        // The last frames only hold what the window reaches past the end.
        frames.truncate(audio.len() / HOP + 1);
        Ok(Reading { frames })
    }

    fn run(&self, rows: &[f32], frames: usize) -> Result<Vec<[f32; SHAPES]>, SpeechError> {
        let input = Tensor::from_array(([1, frames, BANDS], rows.to_vec()))
            .map_err(|e| SpeechError::Model(e.into()))?;
        let logs = self.session.with(|session| {
            let outputs = session.run(ort::inputs!["features" => input])?;
            let (_, logs) = outputs["log_probabilities"].try_extract_tensor::<f32>()?;
            Ok(logs.to_vec())
        })?;
        Ok(logs.as_chunks::<SHAPES>().0.to_vec())
    }
}

impl Reading {
    /// The mouth shapes of `span`, most likely as a whole, as phones named by [`Viseme::example`]; silence is left out.
    pub fn phones(&self, span: Span) -> Vec<PhoneSpan> {
        let range = self.range(span);
        let runs = decode::best(&self.frames[range.clone()]);
        let named = runs.into_iter().filter(|(viseme, _)| *viseme != Viseme::Rest);
        named
            .map(|(viseme, run)| PhoneSpan {
                symbol: viseme.example().to_owned(),
                span: self.seconds(range.start + run.start, range.start + run.end),
            })
            .collect()
    }

    /// The best times of known sounds inside `span`; `words` holds the symbols of each word, with silence allowed
    /// between words. `None` where there are more sounds than time, or where what is heard speaks against them:
    /// a transcript that is wrong.
    pub fn align(&self, span: Span, words: &[Vec<String>]) -> Option<Vec<PhoneSpan>> {
        let range = self.range(span);
        let frames = &self.frames[range.clone()];
        let aligned = align::best(frames, words)?;
        if !decode::agrees(frames, &aligned) {
            return None;
        }
        let placed = aligned.into_iter().map(|a| PhoneSpan {
            symbol: a.symbol,
            span: self.seconds(range.start + a.frames.start, range.start + a.frames.end),
        });
        Some(placed.collect())
    }

    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let at = |t: f64| ((t * FRAME_RATE).round().max(0.0) as usize).min(self.frames.len());
        at(span.start)..at(span.end).max(at(span.start))
    }

    fn seconds(&self, first: usize, end: usize) -> Span {
        // Frames are centred on their times: a run begins half a frame before its first one.
        let at = |frame: usize| ((frame as f64 - 0.5) / FRAME_RATE).max(0.0);
        Span::new(at(first), at(end))
    }
}
