//! Hands before the mouth.

use redub_models::ModelStore;

use super::anchors::PALM;
use super::boxes::{Detection, suppress};
use super::ssd::Ssd;
use crate::error::VisionError;
use crate::landmarks::Mesh;
use crate::picture::Picture;

/// MediaPipe's palm detector (Apache-2.0), lite.
#[derive(Debug)]
pub struct PalmDetector(Ssd);

impl PalmDetector {
    /// Opens the network.
    ///
    /// # Errors
    /// Model `palm-detection` is missing or refused by the runtime.
    pub fn load(store: &ModelStore, threads: usize) -> Result<Self, VisionError> {
        Ok(Self(Ssd::load(store, "palm-detection", "palm_detection_lite.onnx", PALM, 0.0, threads)?))
    }

    /// Palms in a square around a face, whose mesh is given.
    ///
    /// # Errors
    /// The runtime failed.
    pub fn around(&self, picture: &dyn Picture, face: &Mesh) -> Result<Vec<Detection>, VisionError> {
        let [left, top, right, bottom] = face.bounds();
        let side = 2.2 * (right - left).max(bottom - top);
        // Hands come from below: the square reaches further down than up.
        let corner = [(left + right - side) / 2.0, (top + bottom - side) / 2.0 + 0.1 * side];
        Ok(suppress(self.0.look(picture, corner, side, 0.5)?, 0.3))
    }
}

/// Box of what a hand can cover, `[left, top, right, bottom]` in pixels: the palm's box reaches from the wrist's end to the roots of
/// the fingers, so it is stretched by most of its own length in the direction the fingers point.
pub fn reach(palm: &Detection) -> [f32; 4] {
    let b = palm.bounds;
    let (Some(wrist), Some(middle)) = (palm.keypoints.first(), palm.keypoints.get(2)) else { return b };
    let (dx, dy) = (0.8 * (middle[0] - wrist[0]), 0.8 * (middle[1] - wrist[1]));
    [b[0].min(b[0] + dx), b[1].min(b[1] + dy), b[2].max(b[2] + dx), b[3].max(b[3] + dy)]
}
