//! The face detector: BlazeFace full range over the whole picture and over tiles for small faces, short range close up.

use redub_models::ModelStore;

use super::anchors::{FULL_RANGE, SHORT_RANGE};
use super::boxes::{Detection, suppress};
use super::ssd::Ssd;
use crate::error::VisionError;
use crate::picture::Picture;

const MODEL: &str = "face-detection";
/// Answers that overlap more than this are one face.
const SAME_FACE: f32 = 0.3;

/// BlazeFace (Apache-2.0, MediaPipe), short and full range.
#[derive(Debug)]
pub struct FaceDetector {
    full: Ssd,
    short: Ssd,
    threshold: f32,
}

impl FaceDetector {
    /// Opens both networks; `threshold` (0..1) is the least score of a face.
    ///
    /// # Errors
    /// Model `face-detection` is missing or refused by the runtime.
    pub fn load(store: &ModelStore, threshold: f32, threads: usize) -> Result<Self, VisionError> {
        let full = Ssd::load(store, MODEL, "face_detection_full_range.onnx", FULL_RANGE, -1.0, threads)?;
        let short = Ssd::load(store, MODEL, "face_detection_short_range.onnx", SHORT_RANGE, -1.0, threads)?;
        Ok(Self { full, short, threshold })
    }

    /// Faces in the whole picture, letterboxed into one look: those taller than about 1/12 of the longer side.
    ///
    /// # Errors
    /// The runtime failed.
    pub fn whole(&self, picture: &dyn Picture) -> Result<Vec<Detection>, VisionError> {
        let (w, h) = picture.size();
        let side = w.max(h) as f32;
        let corner = [(w as f32 - side) / 2.0, (h as f32 - side) / 2.0];
        Ok(suppress(self.full.look(picture, corner, side, self.threshold)?, SAME_FACE))
    }

    /// Faces in overlapping squares of half the shorter side: small ones, down to about 1/25 of the shorter side.
    ///
    /// # Errors
    /// The runtime failed.
    pub fn tiles(&self, picture: &dyn Picture) -> Result<Vec<Detection>, VisionError> {
        let mut found = Vec::new();
        for (corner, side) in tiling(picture.size()) {
            found.extend(self.full.look(picture, corner, side, self.threshold)?);
        }
        Ok(suppress(found, SAME_FACE))
    }

    /// Both networks' looks at squares around a face whose place is roughly known: its box has its middle at (`x`, `y`) and
    /// `size` pixels at its longer side. The threshold is halved, since the place already speaks for a face.
    ///
    /// # Errors
    /// The runtime failed.
    pub fn near(
        &self,
        picture: &dyn Picture,
        x: f32,
        y: f32,
        size: f32,
    ) -> Result<Vec<Detection>, VisionError> {
        let look = |net: &Ssd, side: f32| {
            net.look(picture, [x - side / 2.0, y - side / 2.0], side, 0.5 * self.threshold)
        };
        let found = look(&self.short, 2.4 * size)?;
        let found = if found.is_empty() { look(&self.full, 4.5 * size)? } else { found };
        Ok(suppress(found, SAME_FACE))
    }
}

/// Squares of 0.6 of the shorter side that cover the picture with at least a quarter of overlap.
fn tiling((w, h): (usize, usize)) -> Vec<([f32; 2], f32)> {
    let side = 0.6 * w.min(h) as f32;
    let starts = |length: f32| {
        let count = ((length - 0.25 * side) / (0.75 * side)).ceil().max(1.0) as usize;
        let step = if count > 1 { (length - side) / (count - 1) as f32 } else { 0.0 };
        (0..count).map(move |i| i as f32 * step)
    };
    starts(h as f32).flat_map(|y| starts(w as f32).map(move |x| ([x, y], side))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_picture() {
        for size in [(1920, 1080), (480, 360), (720, 1280), (450, 450)] {
            let tiles = tiling(size);
            assert!(tiles.len() <= 12, "{size:?}: {}", tiles.len());
            for x in (0..size.0).step_by(7) {
                for y in (0..size.1).step_by(7) {
                    let (x, y) = (x as f32, y as f32);
                    assert!(
                        tiles.iter().any(|(c, s)| x >= c[0] && y >= c[1] && x <= c[0] + s && y <= c[1] + s)
                    );
                }
            }
        }
    }
}
