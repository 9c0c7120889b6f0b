//! One SSD network: a square of the picture in, boxes out.

use ort::value::TensorRef;
use redub_models::{ModelError, ModelStore, OnnxSession};

use super::anchors::Layout;
use super::boxes::Detection;
use crate::error::VisionError;
use crate::picture::{Affine, Picture};

/// A loaded network with its anchors.
#[derive(Debug)]
pub(crate) struct Ssd {
    session: OnnxSession,
    layout: Layout,
    anchors: Vec<[f32; 2]>,
    /// Input = byte · gain + offset.
    gain: f32,
    offset: f32,
}

impl Ssd {
    /// Opens `file` of `model`, which takes colours in `low..1`.
    pub fn load(
        store: &ModelStore,
        model: &str,
        file: &str,
        layout: Layout,
        low: f32,
        threads: usize,
    ) -> Result<Self, VisionError> {
        let session = store.own_session(model, file, threads)?;
        let gain = (1.0 - low) / 255.0;
        Ok(Self { session, layout, anchors: layout.anchors(), gain, offset: low })
    }

    /// Answers above `threshold` in the square with its corner at `corner` and side `side` (picture pixels), before
    /// suppression. What lies outside the picture is black.
    pub fn look(
        &self,
        picture: &dyn Picture,
        corner: [f32; 2],
        side: f32,
        threshold: f32,
    ) -> Result<Vec<Detection>, VisionError> {
        let n = self.layout.side;
        let scale = side / n as f32;
        let map = Affine([[scale, 0.0, corner[0]], [0.0, scale, corner[1]]]);
        let mut input = picture.crop(&map, n, n);
        blacken_outside(&mut input, picture.size(), &map, n);
        input.iter_mut().for_each(|v| *v = *v * self.gain + self.offset);
        let (boxes, scores) = self.run(&input)?;
        let values = self.layout.values();
        let logit = (threshold / (1.0 - threshold)).ln();
        let found = scores.iter().zip(boxes.chunks_exact(values)).zip(&self.anchors);
        Ok(found
            .filter(|((score, _), _)| **score > logit)
            .map(|((score, raw), anchor)| decode(*score, raw, *anchor, corner, scale))
            .collect())
    }

    /// Raw boxes and score logits.
    fn run(&self, input: &[f32]) -> Result<(Vec<f32>, Vec<f32>), VisionError> {
        let n = self.layout.side;
        let values = self.layout.values();
        let (boxes, scores) = self.session.with(|session| {
            let tensor = TensorRef::from_array_view(([1, n, n, 3], input))?;
            let outputs = session.run(ort::inputs![tensor])?;
            // The two outputs carry different names in each network; their widths tell them apart.
            let mut boxes = Vec::new();
            let mut scores = Vec::new();
            for (_, value) in outputs.iter() {
                let (shape, data) = value.try_extract_tensor::<f32>()?;
                let target = if shape.last() == Some(&1) { &mut scores } else { &mut boxes };
                target.extend_from_slice(data);
            }
            Ok::<_, ModelError>((boxes, scores))
        })?;
        if scores.len() != self.anchors.len() || boxes.len() != self.anchors.len() * values {
            let reason = format!("{} boxes for {} anchors", scores.len(), self.anchors.len());
            return Err(VisionError::Engine { engine: "detector", reason });
        }
        Ok((boxes, scores))
    }
}

/// An answer in picture pixels: offsets and sizes are in input pixels, measured from the anchor.
fn decode(logit: f32, raw: &[f32], anchor: [f32; 2], corner: [f32; 2], scale: f32) -> Detection {
    let place = |x: f32, y: f32| [(x + anchor[0]) * scale + corner[0], (y + anchor[1]) * scale + corner[1]];
    let [x, y] = place(raw[0], raw[1]);
    let (w, h) = (raw[2] * scale * 0.5, raw[3] * scale * 0.5);
    Detection {
        score: 1.0 / (1.0 + (-logit.clamp(-100.0, 100.0)).exp()),
        bounds: [x - w, y - h, x + w, y + h],
        keypoints: raw[4..].chunks_exact(2).map(|k| place(k[0], k[1])).collect(),
    }
}

/// The networks were trained on letterboxed pictures.
fn blacken_outside(crop: &mut [f32], size: (usize, usize), map: &Affine, n: usize) {
    for row in 0..n {
        for column in 0..n {
            let [x, y] = map.apply(column as f32 + 0.5, row as f32 + 0.5);
            if x < 0.0 || y < 0.0 || x >= size.0 as f32 || y >= size.1 as f32 {
                crop[(row * n + column) * 3..][..3].fill(0.0);
            }
        }
    }
}
