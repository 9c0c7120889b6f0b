//! A slot for a voice conversion network of the user's: a stock voice says the line, the network gives it the speaker's sound.
//!
//! None comes with the program (docs/adr/068 says which interface it has). The line's timing is the synthesiser's, so that captions and mouths
//! stay right: a network that moves it is refused.

use std::sync::Arc;

use ort::value::Tensor;
use redub_models::{ModelError, ModelStore, OnnxSession};

use crate::error::SpeechError;

/// The file of the model.
pub const CLONER_FILE: &str = "cloner.onnx";
/// Samples per second where the model's metadata (`sample_rate`) do not say.
const RATE: u32 = 24_000;
/// How much shorter or longer a network may make a line, seconds: what windows at its ends take or add.
const SLACK: f64 = 0.05;

/// What a speaker sounds like.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Their speech, mono, at [`Cloner::rate`].
    pub samples: Vec<f32>,
}

/// A voice conversion network.
#[derive(Debug, Clone)]
pub struct Cloner {
    session: Arc<OnnxSession>,
    rate: u32,
}

impl Cloner {
    /// Opens the network of an installed model.
    ///
    /// # Errors
    /// A model that is not installed, or a network of another interface; the message says what is missing.
    pub fn load(store: &ModelStore, model: &str, threads: usize) -> Result<Self, SpeechError> {
        let session = store.session(model, CLONER_FILE, threads)?;
        let (missing, rate) = session.with(|session| {
            let has = |name: &str| session.inputs().iter().any(|i| i.name() == name);
            let mut missing: Vec<&str> = ["speech", "reference"].into_iter().filter(|n| !has(n)).collect();
            let gives = session.outputs().iter().any(|o| o.name() == "cloned");
            missing.extend(Some("cloned").filter(|_| !gives));
            let rate = session.metadata()?.custom("sample_rate").and_then(|text| text.parse().ok());
            Ok((missing, rate.unwrap_or(RATE)))
        })?;
        if !missing.is_empty() {
            return Err(failed(&format!("the network '{model}' has no {}", missing.join(" and "))));
        }
        Ok(Self { session, rate })
    }

    /// Samples per second of what it is given and gives.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// `speech` (mono, at [`Cloner::rate`]) as the speaker would sound: as many samples, as loud.
    ///
    /// # Errors
    /// A network that fails, or moves the timing.
    pub fn convert(&self, speech: &[f32], reference: &Reference) -> Result<Vec<f32>, SpeechError> {
        let row = |samples: &[f32]| -> Result<_, ModelError> {
            Ok(Tensor::from_array(([1, samples.len()], samples.to_vec()))?)
        };
        let mut cloned = self.session.with(|session| {
            let inputs = ort::inputs!["speech" => row(speech)?, "reference" => row(&reference.samples)?];
            let outputs = session.run(inputs)?;
            Ok(outputs["cloned"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        if cloned.len().abs_diff(speech.len()) as f64 > SLACK * f64::from(self.rate) {
            let seconds = |samples: usize| samples as f64 / f64::from(self.rate);
            return Err(failed(&format!(
                "the network made {:.2} s of {:.2} s: it must keep the timing",
                seconds(cloned.len()),
                seconds(speech.len())
            )));
        }
        if !cloned.iter().all(|s| s.is_finite()) {
            return Err(failed("the network gives numbers that are no sound"));
        }
        cloned.resize(speech.len(), 0.0);
        let gain = redub_core::audio::rms(speech) / redub_core::audio::rms(&cloned).max(1e-6);
        cloned.iter_mut().for_each(|s| *s *= gain);
        Ok(cloned)
    }
}

fn failed(reason: &str) -> SpeechError {
    SpeechError::Engine { engine: "voice cloning", reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use redub_grad::{Graph, Size};

    use super::*;

    /// A model folder with a network that multiplies the speech by the reference's mean, or leaves the reference out.
    fn store(name: &str, whole: bool) -> (ModelStore, std::path::PathBuf) {
        let mut graph = Graph::new();
        let speech = graph.input("speech", &[Size::Fixed(1), Size::Free("samples", 8)]);
        let sound = if whole {
            let reference = graph.input("reference", &[Size::Fixed(1), Size::Free("more", 4)]);
            let mean = graph.mean(reference);
            graph.mul(speech, mean)
        } else {
            graph.scale(speech, 2.0)
        };
        graph.output("cloned", sound);
        let root = std::env::temp_dir().join(format!("redub-cloner-{name}-{}", std::process::id()));
        std::fs::create_dir_all(root.join("mine")).unwrap();
        std::fs::write(root.join("mine").join(CLONER_FILE), graph.model()).unwrap();
        let runtime = ModelStore::default_root().join("onnxruntime");
        std::os::unix::fs::symlink(runtime, root.join("onnxruntime")).unwrap();
        (ModelStore::new(&root), root)
    }

    #[test]
    fn a_network_is_given_line_and_speaker_and_keeps_length_and_loudness() {
        let (store, root) = store("whole", true);
        let cloner = Cloner::load(&store, "mine", 1).unwrap();
        let speech: Vec<f32> = (0..480).map(|i| 0.1 * (i as f32 * 0.3).sin()).collect();
        let reference = |level: f32| Reference { samples: vec![level; 960] };
        let cloned = cloner.convert(&speech, &reference(-0.25)).unwrap();
        // Turned round by the reference's sign, and as loud as before.
        assert!(cloned.iter().zip(&speech).all(|(a, b)| (a + b).abs() < 1e-4));
        assert!(cloner.convert(&speech, &reference(f32::NAN)).is_err());
        assert!(Cloner::load(&store, "none", 1).is_err());
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_network_of_another_interface_is_refused() {
        let (store, root) = store("part", false);
        let error = Cloner::load(&store, "mine", 1).unwrap_err().to_string();
        assert!(error.contains("has no reference"), "{error}");
        std::fs::remove_dir_all(root).unwrap();
    }
}
