//! MediaPipe's attention mesh network (Apache-2.0).

use ort::value::TensorRef;
use redub_models::{ModelError, ModelStore, OnnxSession};

use super::mesh::Mesh;
use super::refine::Answers;
use super::roi::Roi;
use crate::error::VisionError;
use crate::picture::Picture;

/// Side of the network's input in pixels.
const SIDE: usize = 192;

/// The loaded network.
#[derive(Debug)]
pub struct MeshNet(OnnxSession);

impl MeshNet {
    /// Opens the network with `threads` threads inside an operator.
    ///
    /// # Errors
    /// Model `face-landmarks` is missing or refused by the runtime.
    pub fn load(store: &ModelStore, threads: usize) -> Result<Self, VisionError> {
        Ok(Self(store.own_session("face-landmarks", "face_landmarks_attention.onnx", threads)?))
    }

    /// The mesh inside `roi`, in picture pixels, and the belief (0..1) that a face is there.
    ///
    /// # Errors
    /// The runtime failed or answered in another shape than this network's.
    pub fn run(&self, picture: &dyn Picture, roi: &Roi) -> Result<(Mesh, f32), VisionError> {
        let map = roi.map(SIDE);
        let mut input = picture.crop(&map, SIDE, SIDE);
        input.iter_mut().for_each(|v| *v *= 1.0 / 255.0);
        let (answers, presence) = self.answers(&input)?;
        if !answers.complete() {
            let reason = "the network's answers have an unknown shape".to_owned();
            return Err(VisionError::Engine { engine: "face mesh", reason });
        }
        let scale = roi.side / SIDE as f32;
        let place = |p: [f32; 3]| {
            let [x, y] = map.apply(p[0], p[1]);
            [x, y, p[2] * scale]
        };
        Ok((Mesh { points: answers.merge().into_iter().map(place).collect() }, presence))
    }

    fn answers(&self, input: &[f32]) -> Result<(Answers, f32), ModelError> {
        self.0.with(|session| {
            let tensor = TensorRef::from_array_view(([1, SIDE, SIDE, 3], input))?;
            let outputs = session.run(ort::inputs![tensor])?;
            let values = |name: &str| -> Result<Vec<f32>, ModelError> {
                let output =
                    outputs.get(name).ok_or_else(|| ModelError::Onnx(format!("no output '{name}'")))?;
                Ok(output.try_extract_tensor::<f32>()?.1.to_vec())
            };
            let answers = Answers {
                mesh: values("output_mesh_identity")?,
                lips: values("output_lips")?,
                eyes: [values("output_left_eye")?, values("output_right_eye")?],
                irises: [values("output_left_iris")?, values("output_right_iris")?],
            };
            let logit = values("conv_faceflag")?.first().copied().unwrap_or(f32::NEG_INFINITY);
            Ok((answers, 1.0 / (1.0 + (-logit).exp())))
        })
    }
}
