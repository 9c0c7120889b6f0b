//! The network, whatever made it: three inputs and one output by name.
//!
//! | name | shape | what |
//! |---|---|---|
//! | `masked` | 1 × 3 × 256 × 256 | the face, R G B planes 0..1, its lower half black |
//! | `reference` | 1 × 3 × 256 × 256 | the same face as it is: identity, light, pose |
//! | `audio` | 1 × T × 13 | probabilities of the mouth shapes ([`redub_core::Viseme::ALL`]) every 20 ms, the frame in the middle |
//! | `face` (out) | 1 × 3 × 256 × 256 | the face saying it |

use std::sync::Arc;

use ort::session::Session;
use ort::value::TensorRef;
use redub_core::Viseme;
use redub_models::{ModelError, ModelStore, OnnxSession};

use crate::error::VisionError;

/// Side of the faces, pixels.
pub const SIDE: usize = 256;
/// Mouth shapes per step of sound.
pub const SHAPES: usize = Viseme::ALL.len();
/// Steps of sound a second.
const STEP_RATE: f64 = 50.0;
/// Steps taken where the network takes any number.
const USUAL_STEPS: usize = 11;
/// The file in the model's folder.
const FILE: &str = "generator.onnx";

/// A loaded generator.
#[derive(Debug)]
pub struct Generator {
    session: Arc<OnnxSession>,
    steps: usize,
}

/// Mouth shapes heard in the dub.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Rows a second; row `t` is centred on `t / rate` seconds.
    pub rate: f64,
    /// Natural logarithms of the shapes' probabilities.
    pub rows: Vec<[f32; SHAPES]>,
}

impl Generator {
    /// Opens `generator.onnx` of a model with `threads` threads inside an operator.
    ///
    /// # Errors
    /// A missing file or runtime, or a network with other inputs and outputs than the table above.
    pub fn load(store: &ModelStore, model: &str, threads: usize) -> Result<Self, VisionError> {
        let session = store.session(model, FILE, threads)?;
        let steps = session.with(|s| steps(s).map_err(ModelError::Onnx))?;
        Ok(Self { session, steps })
    }

    /// The generated face. Planes as in the table; `audio` comes from [`Heard::around`].
    ///
    /// # Errors
    /// The runtime failed or answered in another shape.
    pub fn run(&self, masked: &[f32], reference: &[f32], audio: &[f32]) -> Result<Vec<f32>, VisionError> {
        let face = self.session.with(|session| {
            let size = [1, 3, SIDE, SIDE];
            let inputs = ort::inputs![
                "masked" => TensorRef::from_array_view((size, masked))?,
                "reference" => TensorRef::from_array_view((size, reference))?,
                "audio" => TensorRef::from_array_view(([1, self.steps, SHAPES], audio))?,
            ];
            Ok(session.run(inputs)?["face"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        if face.len() != 3 * SIDE * SIDE || face.iter().any(|v| !v.is_finite()) {
            let reason = format!("{} numbers came back, not a face of {SIDE} × {SIDE}", face.len());
            return Err(VisionError::Engine { engine: "mouth generator", reason });
        }
        Ok(face)
    }

    /// Steps of sound that it takes.
    pub fn steps(&self) -> usize {
        self.steps
    }
}

impl Heard {
    /// Probabilities of `steps` steps round `time` (seconds), row by row; silence beyond the ends.
    pub fn around(&self, time: f64, steps: usize) -> Vec<f32> {
        let silence = std::array::from_fn(|shape| f32::from(u8::from(shape == 0)));
        let first = -((steps / 2) as f64);
        (0..steps)
            .flat_map(|k| {
                let row = ((time + (first + k as f64) / STEP_RATE) * self.rate).round();
                let row = (row >= 0.0).then(|| self.rows.get(row as usize)).flatten();
                row.map_or(silence, |logs| logs.map(f32::exp))
            })
            .collect()
    }
}

/// Checks names and shapes; the number of steps the network takes.
fn steps(session: &Session) -> Result<usize, String> {
    let shape = |name: &str| -> Result<Vec<i64>, String> {
        let outlet = session.inputs().iter().chain(session.outputs()).find(|o| o.name() == name);
        let outlet = outlet.ok_or_else(|| format!("a mouth generator has '{name}', this network has not"))?;
        Ok(outlet.dtype().tensor_shape().map(|s| s.to_vec()).unwrap_or_default())
    };
    let side = SIDE as i64;
    for name in ["masked", "reference", "face"] {
        let found = shape(name)?;
        // -1 stands for any size.
        let fits = found.len() == 4 && found.iter().zip([1, 3, side, side]).all(|(a, b)| *a == -1 || *a == b);
        if !fits {
            return Err(format!("'{name}' is {found:?}, not 1 × 3 × {SIDE} × {SIDE}"));
        }
    }
    match shape("audio")?[..] {
        [1 | -1, steps, shapes] if shapes == SHAPES as i64 || shapes == -1 => {
            Ok(usize::try_from(steps).unwrap_or(USUAL_STEPS).max(1))
        }
        ref other => Err(format!("'audio' is {other:?}, not 1 × steps × {SHAPES}")),
    }
}
