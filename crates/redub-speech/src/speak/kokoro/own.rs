//! Kokoro with a decoder of a speaker's own: its text half as it is, and the decoder as it was fitted.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ort::value::Tensor;
use redub_grad::{Graph, Size};
use redub_models::{ModelStore, OnnxSession, kokoro as parts};

use super::{GRAPH, Kokoro, MODEL, PITCHES, Run, padded};
use crate::error::SpeechError;
use crate::speak::SpeakRequest;
use crate::voices::Voice;
use crate::voices::fitted::{Decoder, Inputs, OwnVoice, TIMBRE, Weights, merge, weights};

/// Decoders kept open: each takes 0.3 GB.
const OPEN: usize = 3;

/// What the text half gives the decoder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// Text features, 512 rows of `frames` of 25 ms.
    pub text: Vec<f32>,
    /// Pitch, Hz, two values a frame.
    pub pitch: Vec<f32>,
    /// Loudness on the network's own scale, two values a frame.
    pub loudness: Vec<f32>,
}

impl Features {
    /// Frames of 25 ms.
    pub fn frames(&self) -> usize {
        self.pitch.len() / 2
    }
}

/// The text half and the decoders that are open.
#[derive(Default)]
pub(super) struct OwnVoices {
    text_half: OnceLock<OnnxSession>,
    decoders: Mutex<Vec<(OwnVoice, Arc<OnnxSession>)>>,
}

impl std::fmt::Debug for OwnVoices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnVoices")
    }
}

pub(super) fn failed(reason: impl ToString) -> SpeechError {
    SpeechError::Engine { engine: "own voice", reason: reason.to_string() }
}

/// The decoder's weights as installed.
///
/// # Errors
/// A missing or foreign model file.
pub fn installed(store: &ModelStore) -> Result<Weights, SpeechError> {
    weights::read(&std::fs::read(store.file(MODEL, GRAPH)?)?).map_err(failed)
}

impl Kokoro {
    /// What the decoder is given for `tokens` of these lengths (units of 25 ms, edges included).
    pub(super) fn features(
        &self,
        tokens: &[i64],
        units: &[i64],
        style: &[f32],
        pitch: f32,
    ) -> Result<Features, SpeechError> {
        let shape = [1, tokens.len()];
        let found = self.text_half()?.with(|session| {
            let outputs = session.run(ort::inputs![
                "tokens" => Tensor::from_array((shape, tokens.to_vec()))?,
                "style" => Tensor::from_array(([1, style.len()], style.to_vec()))?,
                "speed" => Tensor::from_array(([1], vec![1.0_f32]))?,
                "dur_in" => Tensor::from_array((shape, units.to_vec()))?,
                "f0_mul" => Tensor::from_array(([1], vec![pitch]))?,
                "f0_add" => Tensor::from_array(([1], vec![0.0_f32]))?,
            ])?;
            let row = |i: usize| outputs[i].try_extract_tensor::<f32>().map(|(_, values)| values.to_vec());
            Ok(Features { text: row(0)?, pitch: row(1)?, loudness: row(2)? })
        })?;
        Ok(found)
    }

    fn text_half(&self) -> Result<&OnnxSession, SpeechError> {
        if let Some(session) = self.own.text_half.get() {
            return Ok(session);
        }
        let model = std::fs::read(self.store.file(MODEL, GRAPH)?)?;
        let half = parts::text_half(&model).map_err(failed)?;
        let session = self.store.session_of(&half, redub_models::threads::budget())?;
        Ok(self.own.text_half.get_or_init(|| session))
    }

    /// The sound of a whole run, edges included, in a fitted voice.
    pub(super) fn synthesize_own(
        &self,
        run: &Run,
        line: &SpeakRequest,
        own: &OwnVoice,
    ) -> Result<Vec<f32>, SpeechError> {
        let style = self.styles.row(&line.voice, run.symbols.len())?;
        let pitch = line.f0_scale.clamp(*PITCHES.start(), *PITCHES.end());
        let features = self.features(&padded(&run.symbols), &run.plan.all_units(), &style, pitch)?;
        self.decode(&features, own)
    }

    /// The sound of features in a fitted voice, 24 kHz.
    pub(super) fn decode(&self, features: &Features, own: &OwnVoice) -> Result<Vec<f32>, SpeechError> {
        let (source, session) = self.decoder(own, &features.pitch)?;
        let frames = features.frames();
        let sound = session.with(|session| {
            let outputs = session.run(ort::inputs![
                "text" => Tensor::from_array(([1, 512, frames], features.text.clone()))?,
                "pitch" => Tensor::from_array(([1, 1, 2 * frames], features.pitch.clone()))?,
                "loudness" => Tensor::from_array(([1, 1, 2 * frames], features.loudness.clone()))?,
                "source" => Tensor::from_array(([1, 22, source.len() / 22], source))?,
                "timbre" => Tensor::from_array(([1, TIMBRE], own.voice.timbre_at(own.share)))?,
            ])?;
            Ok(outputs["sound"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        Ok(sound)
    }

    /// The harmonics of a pitch, and the open decoder of a voice.
    fn decoder(&self, own: &OwnVoice, pitch: &[f32]) -> Result<(Vec<f32>, Arc<OnnxSession>), SpeechError> {
        let source = own.voice.source.harmonics(pitch);
        let mut open = self.own.decoders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, session)) = open.iter().find(|(of, _)| of == own) {
            return Ok((source, session.clone()));
        }
        let mut weights = installed(&self.store)?;
        merge(&mut weights, &own.voice.learnt, own.share).map_err(failed)?;
        let mut graph = Graph::new();
        let timbre = graph.input("timbre", &[Size::Fixed(1), Size::Fixed(TIMBRE)]);
        let inputs = Inputs::free(&mut graph, 100, timbre);
        let (sound, _) = Decoder::new(&mut graph, &weights, false).build(inputs).map_err(failed)?;
        drop(weights);
        graph.output("sound", sound);
        let session = Arc::new(self.store.session_of(&graph.model(), redub_models::threads::budget())?);
        if open.len() == OPEN {
            open.remove(0);
        }
        open.push((own.clone(), session.clone()));
        Ok((source, session))
    }

    /// The timbre of a voice (half of its style), as it is for sentences of middling length.
    ///
    /// # Errors
    /// A voice that is not installed.
    pub fn timbre(&self, voice: &Voice) -> Result<Vec<f32>, SpeechError> {
        let mut style = self.styles.row(voice, 60)?;
        style.truncate(TIMBRE);
        Ok(style)
    }
}
