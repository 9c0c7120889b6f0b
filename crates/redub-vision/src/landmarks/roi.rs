//! The rotated square the mesh network looks into.

use super::mesh::{EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FACE_POINTS, Mesh};
use crate::detect::Detection;
use crate::picture::Affine;

/// Side of the square compared with the face's longer side, as MediaPipe trains it.
const MARGIN: f32 = 1.5;

/// A square of the picture, turned so that the eyes are level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roi {
    /// Middle, `[x, y]` in pixels.
    pub centre: [f32; 2],
    /// Length of a side in pixels.
    pub side: f32,
    /// Radians clockwise in the picture.
    pub angle: f32,
}

impl Roi {
    /// Around a detected face: level by its two eyes; `None` without keypoints.
    pub fn from_detection(face: &Detection) -> Option<Self> {
        let (left, right) = (face.keypoints.first()?, face.keypoints.get(1)?);
        let [x0, y0, x1, y1] = face.bounds;
        let side = MARGIN * (x1 - x0).max(y1 - y0);
        let centre = [(x0 + x1) / 2.0, (y0 + y1) / 2.0];
        Some(Self { centre, side, angle: (right[1] - left[1]).atan2(right[0] - left[0]) })
    }

    /// Around a face seen in the frame before.
    pub fn from_mesh(mesh: &Mesh) -> Option<Self> {
        let (left, right) = (mesh.points.get(EYE_LEFT_OUTER)?, mesh.points.get(EYE_RIGHT_OUTER)?);
        let angle = (right[1] - left[1]).atan2(right[0] - left[0]);
        let (sin, cos) = angle.sin_cos();
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let [u0, v0, u1, v1] = mesh.points.iter().take(FACE_POINTS).fold(start, |b, p| {
            let (u, v) = (p[0] * cos + p[1] * sin, p[1] * cos - p[0] * sin);
            [b[0].min(u), b[1].min(v), b[2].max(u), b[3].max(v)]
        });
        let (u, v) = ((u0 + u1) / 2.0, (v0 + v1) / 2.0);
        let centre = [u * cos - v * sin, u * sin + v * cos];
        Some(Self { centre, side: MARGIN * (u1 - u0).max(v1 - v0), angle })
    }

    /// The map from a crop of `n × n` pixels to the picture.
    pub fn map(&self, n: usize) -> Affine {
        let (sin, cos) = self.angle.sin_cos();
        let s = self.side / n as f32;
        let half = n as f32 / 2.0;
        let (a, b) = (s * cos, s * sin);
        Affine([[a, -b, self.centre[0] - (a - b) * half], [b, a, self.centre[1] - (a + b) * half]])
    }
}
