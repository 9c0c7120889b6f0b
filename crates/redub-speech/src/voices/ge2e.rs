//! GE2E voice prints (Wan et al., 2018, as trained for Resemblyzer): 256 numbers, the second opinion on whether two
//! voices are one person's. Matching never looks at them, so they can judge it.

use std::sync::Arc;

use ort::value::Tensor;
use redub_models::{ModelStore, OnnxSession};

use super::bank::{cosine, unit};
use crate::error::SpeechError;
use crate::mel::{HOP, Mel};

/// Mel filters, so numbers per frame.
const BINS: usize = 40;
/// Frames the network is shown at once (1.6 s).
const WINDOW: usize = 160;
/// Frames from one window to the next (1.3 windows a second).
const STEP: usize = 77;
/// Share of the last window that must be sound for it to count.
const COVERED: f32 = 0.75;
/// Level that quieter speech is raised to, dBFS.
const LEVEL_DB: f32 = -30.0;

/// The GE2E network.
pub struct Ge2e {
    session: Arc<OnnxSession>,
    mel: Mel,
}

impl Ge2e {
    /// Opens the network.
    ///
    /// # Errors
    /// A missing or refused model.
    pub fn load(store: &ModelStore, threads: usize) -> Result<Self, SpeechError> {
        let session = store.session("speaker-embedding-ge2e", "speaker_embedding_ge2e.onnx", threads)?;
        Ok(Self { session, mel: Mel::new(BINS) })
    }

    /// Unit-length voice print of 16 kHz mono speech (without its pauses): the mean over windows of 1.6 s. `None` for
    /// less than a second.
    ///
    /// # Errors
    /// A network that fails.
    pub fn of(&self, audio: &[f32]) -> Result<Option<Vec<f32>>, SpeechError> {
        if audio.len() < 16_000 {
            return Ok(None);
        }
        let audio = raised(audio);
        let frames = audio.len() / HOP + 1;
        let starts = windows(frames);
        let rows = starts.last().map_or(0, |s| s + WINDOW);
        let mut mels = vec![0.0_f32; rows.max(frames) * BINS];
        self.mel.frames(&audio, frames, |t, energies| {
            mels[t * BINS..(t + 1) * BINS].copy_from_slice(energies);
        })?;
        let input: Vec<f32> =
            starts.iter().flat_map(|s| &mels[s * BINS..(s + WINDOW) * BINS]).copied().collect();
        let input = Tensor::from_array(([starts.len(), WINDOW, BINS], input))
            .map_err(|e| SpeechError::Engine { engine: "GE2E", reason: e.to_string() })?;
        let prints = self.session.with(|session| {
            let outputs = session.run(ort::inputs!["mels" => input])?;
            Ok(outputs["embed"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        let size = prints.len() / starts.len();
        let mut sum = vec![0.0_f32; size];
        for print in prints.chunks_exact(size) {
            sum.iter_mut().zip(print).for_each(|(s, p)| *s += p);
        }
        Ok(Some(unit(sum)))
    }
}

/// Cosine similarity of two voice prints.
pub fn likeness(a: &[f32], b: &[f32]) -> f32 {
    cosine(a, b)
}

/// Speech brought up to [`LEVEL_DB`] where it is quieter.
fn raised(audio: &[f32]) -> Vec<f32> {
    let level = 20.0 * redub_core::audio::rms(audio).max(1e-9).log10();
    let gain = 10.0_f32.powf((LEVEL_DB - level).max(0.0) / 20.0);
    audio.iter().map(|s| s * gain).collect()
}

/// First frames of the windows; the last counts only when enough of it is sound.
fn windows(frames: usize) -> Vec<usize> {
    let mut starts: Vec<usize> =
        (0..(frames + STEP + 1).saturating_sub(WINDOW).max(1)).step_by(STEP).collect();
    let covered = |start: usize| frames.saturating_sub(start) as f32 / WINDOW as f32;
    if starts.len() > 1 && starts.last().is_some_and(|s| covered(*s) < COVERED) {
        starts.pop();
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_reference() {
        let store = ModelStore::new(ModelStore::default_root());
        let Ok(ge2e) = Ge2e::load(&store, 1) else {
            eprintln!("skipped: the model is not installed (redub models pull speaker-embedding-ge2e)");
            return;
        };
        let signal: Vec<f32> = (0..40_000)
            .map(|i| {
                let t = f64::from(i) / 16_000.0;
                (0.3 * (6.0 * (440.0 * t + 3_000.0 * t * t)).sin() + 0.1 * (2_000.0 * t).cos()) as f32
            })
            .collect();
        let golden: Vec<f32> = serde_json::from_str(include_str!("../../tests/golden/ge2e.json")).unwrap();
        let ours = ge2e.of(&signal).unwrap().unwrap();
        assert!(likeness(&ours, &golden) > 0.9999, "{}", likeness(&ours, &golden));
    }

    #[test]
    fn windows_are_resemblyzer_s() {
        assert_eq!(windows(100), [0]);
        assert_eq!(windows(251), [0, 77]);
        assert_eq!(windows(300), [0, 77, 154]);
    }
}
