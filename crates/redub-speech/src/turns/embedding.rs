//! Voice prints with CAM++ (Apache-2.0): 192 numbers that are near each other when the same person speaks.

use std::sync::Arc;

use ort::value::Tensor;
use redub_models::{ModelStore, OnnxSession};

use super::fbank::{BINS, Fbank, HOP};
use super::{RATE, vad::onnx};
use crate::error::SpeechError;

/// Least frames the network can make something of (0.25 s).
const LEAST_FRAMES: usize = 25;

/// The CAM++ network.
pub struct VoicePrint {
    session: Arc<OnnxSession>,
    fbank: Fbank,
}

/// Features of a whole file, from which voice prints of any part can be taken.
pub(super) struct Features(Vec<f32>);

impl VoicePrint {
    /// Opens the network.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore, threads: usize) -> Result<Self, SpeechError> {
        let session = store.session("speaker-embedding", "speaker_embedding_campplus.onnx", threads)?;
        Ok(Self { session, fbank: Fbank::new() })
    }

    /// Unit-length voice print of 16 kHz mono audio; `None` for less than 0.3 s.
    ///
    /// # Errors
    /// A network that fails.
    pub fn of(&self, audio: &[f32]) -> Result<Option<Vec<f32>>, SpeechError> {
        let features = self.features(audio)?;
        self.of_frames(features.0)
    }

    /// Features of a whole file.
    pub(super) fn features(&self, audio: &[f32]) -> Result<Features, SpeechError> {
        Ok(Features(self.fbank.frames(audio)?))
    }

    /// Voice print of `from..to` (seconds) of a file; `None` when too little is there.
    pub(super) fn of_part(
        &self,
        file: &Features,
        from: f64,
        to: f64,
    ) -> Result<Option<Vec<f32>>, SpeechError> {
        let row = |time: f64| {
            ((time * f64::from(RATE) / HOP as f64).round().max(0.0) as usize * BINS).min(file.0.len())
        };
        self.of_frames(file.0[row(from)..row(to).max(row(from))].to_vec())
    }

    /// Voice print of feature rows; the mean of every filter is removed first, which takes the channel away.
    fn of_frames(&self, mut rows: Vec<f32>) -> Result<Option<Vec<f32>>, SpeechError> {
        let frames = rows.len() / BINS;
        if frames < LEAST_FRAMES {
            return Ok(None);
        }
        let mut mean = [0.0_f64; BINS];
        for row in rows.chunks_exact(BINS) {
            mean.iter_mut().zip(row).for_each(|(m, v)| *m += f64::from(*v));
        }
        for row in rows.chunks_exact_mut(BINS) {
            row.iter_mut().zip(&mean).for_each(|(v, m)| *v -= (m / frames as f64) as f32);
        }
        let input = Tensor::from_array(([1, frames, BINS], rows)).map_err(onnx)?;
        let print = self.session.with(|session| {
            let outputs = session.run(ort::inputs!["fbank" => input])?;
            let (_, print) = outputs["embedding"].try_extract_tensor::<f32>()?;
            Ok(print.to_vec())
        })?;
        Ok(Some(unit(print)))
    }
}

/// The vector scaled to length 1.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|v| *v /= length);
    vector
}

/// Cosine of the angle between two unit vectors.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
