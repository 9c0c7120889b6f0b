//! Voice activity detection with Silero VAD (MIT), and the rules that make spans of its probabilities.

use std::sync::Arc;

use ort::value::Tensor;
use redub_core::Span;
use redub_models::{ModelStore, OnnxSession};

use super::RATE;
use crate::error::SpeechError;

/// Samples the network judges at a time (32 ms).
const WINDOW: usize = 512;
/// Samples of the previous window that it wants in front.
const CONTEXT: usize = 64;
const STATE: usize = 2 * 128;

/// The rules that turn probabilities into spans; all times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// Probability at which speech starts.
    pub start: f32,
    /// Probability under which it ends (lower than `start`, so that speech does not flicker).
    pub end: f32,
    /// Shorter speech is dropped.
    pub min_speech: f64,
    /// Shorter pauses are bridged.
    pub min_pause: f64,
    /// Added before and after each span, as far as the neighbours allow.
    pub pad: f64,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self { start: 0.5, end: 0.35, min_speech: 0.2, min_pause: 0.2, pad: 0.06 }
    }
}

/// The Silero network.
#[derive(Debug, Clone)]
pub struct SileroVad {
    session: Arc<OnnxSession>,
}

impl SileroVad {
    /// Opens the network.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore) -> Result<Self, SpeechError> {
        // One window is far too little work to share between threads.
        Ok(Self { session: store.session("silero-vad", "silero_vad.onnx", 1)? })
    }

    /// Spans with speech in 16 kHz mono audio, in order.
    ///
    /// # Errors
    /// A network that fails.
    pub fn speech(&self, audio: &[f32], settings: &VadSettings) -> Result<Vec<Span>, SpeechError> {
        let probabilities = self.probabilities(audio)?;
        Ok(spans(&probabilities, audio.len() as f64 / f64::from(RATE), settings))
    }

    /// Probability of speech for every window of 512 samples (32 ms); the last window is padded with silence.
    ///
    /// # Errors
    /// A network that fails.
    pub fn probabilities(&self, audio: &[f32]) -> Result<Vec<f32>, SpeechError> {
        let mut state = vec![0.0_f32; STATE];
        let mut input = vec![0.0_f32; CONTEXT + WINDOW];
        let mut probabilities = Vec::with_capacity(audio.len().div_ceil(WINDOW));
        for window in audio.chunks(WINDOW) {
            input.copy_within(WINDOW.., 0);
            input[CONTEXT..CONTEXT + window.len()].copy_from_slice(window);
            input[CONTEXT + window.len()..].fill(0.0);
            let (probability, next) = self.step(&input, &state)?;
            probabilities.push(probability);
            state = next;
        }
        Ok(probabilities)
    }

    fn step(&self, input: &[f32], state: &[f32]) -> Result<(f32, Vec<f32>), SpeechError> {
        let input = Tensor::from_array(([1, input.len()], input.to_vec())).map_err(onnx)?;
        let state = Tensor::from_array(([2_usize, 1, 128], state.to_vec())).map_err(onnx)?;
        let rate = Tensor::from_array((Vec::<i64>::new(), vec![i64::from(RATE)])).map_err(onnx)?;
        Ok(self.session.with(|session| {
            let outputs = session.run(ort::inputs!["input" => input, "state" => state, "sr" => rate])?;
            let (_, probability) = outputs["output"].try_extract_tensor::<f32>()?;
            let (_, next) = outputs["stateN"].try_extract_tensor::<f32>()?;
            Ok((probability.first().copied().unwrap_or_default(), next.to_vec()))
        })?)
    }
}

/// The runtime's error as ours.
pub(super) fn onnx(error: ort::Error) -> SpeechError {
    SpeechError::Model(error.into())
}

/// Spans of speech from window probabilities: hysteresis, short pauses bridged, short bursts dropped, padding.
fn spans(probabilities: &[f32], seconds: f64, settings: &VadSettings) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut open: Option<f64> = None;
    for (i, p) in probabilities.iter().enumerate() {
        let time = (i * WINDOW) as f64 / f64::from(RATE);
        match open {
            None if *p >= settings.start => open = Some(time),
            Some(start) if *p < settings.end => {
                found.push(Span::new(start, time));
                open = None;
            }
            _ => {}
        }
    }
    found.extend(open.map(|start| Span::new(start, seconds)));

    let mut joined: Vec<Span> = Vec::new();
    for span in found {
        match joined.last_mut() {
            Some(last) if span.start - last.end < settings.min_pause => last.end = span.end,
            _ => joined.push(span),
        }
    }
    joined.retain(|s| s.seconds() >= settings.min_speech);
    padded(&joined, seconds, settings.pad)
}

/// Every span grown by `pad` on both sides, to the middle of a pause that is too short for both neighbours.
fn padded(spans: &[Span], seconds: f64, pad: f64) -> Vec<Span> {
    let room = |i: usize| (spans[i + 1].start - spans[i].end) / 2.0;
    (0..spans.len())
        .map(|i| {
            let before = if i == 0 { pad } else { pad.min(room(i - 1)) };
            let after = if i + 1 == spans.len() { pad } else { pad.min(room(i)) };
            Span::new((spans[i].start - before).max(0.0), (spans[i].end + after).min(seconds))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(parts: &[(usize, f32)]) -> Vec<f32> {
        parts.iter().flat_map(|(n, p)| std::iter::repeat_n(*p, *n)).collect()
    }

    #[test]
    fn short_pauses_are_bridged_and_clicks_dropped() {
        // 0.96 s speech, 0.096 s pause, 0.96 s speech, 0.96 s pause, one window of 32 ms.
        let p = windows(&[(30, 0.9), (3, 0.1), (30, 0.9), (30, 0.1), (1, 0.9), (10, 0.0)]);
        let settings = VadSettings { pad: 0.0, ..VadSettings::default() };
        let spans = spans(&p, 104.0 * 0.032, &settings);
        assert_eq!(spans.len(), 1);
        assert!((spans[0].seconds() - 63.0 * 0.032).abs() < 1e-9);
    }

    #[test]
    fn wavering_probability_does_not_split() {
        let p = windows(&[(10, 0.9), (10, 0.4), (10, 0.9)]);
        assert_eq!(spans(&p, 0.96, &VadSettings::default()).len(), 1);
    }

    #[test]
    fn padding_stays_inside_and_never_overlaps() {
        let out = padded(&[Span::new(0.01, 1.0), Span::new(1.1, 2.0)], 2.0, 0.1);
        assert_eq!(out[0].start, 0.0);
        assert!(out[0].end <= out[1].start && out[1].end == 2.0);
    }
}
