//! The dense face mesh.

use serde::{Deserialize, Serialize};

/// Points of the face surface, without the irises.
pub const FACE_POINTS: usize = 468;
/// Points with the ten of the irises.
pub const MESH_POINTS: usize = 478;

/// A face as MediaPipe's attention mesh: 468 surface points, then five for the left and five for the right iris
/// (468..473 the iris to the right in the picture of a frontal face, 473..478 the other).
///
/// `x` and `y` are pixels of the full upright frame, `z` is depth on the same scale (smaller is nearer to the
/// camera, zero is about the depth of the head's middle).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mesh {
    /// [`MESH_POINTS`] points `[x, y, z]`.
    pub points: Vec<[f32; 3]>,
}

/// Inner corners of the lips' outline: index of the middle of the upper lip's lower edge.
pub const UPPER_LIP_INNER: usize = 13;
/// Index of the middle of the lower lip's upper edge.
pub const LOWER_LIP_INNER: usize = 14;
/// Index of the mouth's corner on the left of the picture of a frontal face.
pub const MOUTH_LEFT: usize = 61;
/// Index of the mouth's corner on the right of the picture of a frontal face.
pub const MOUTH_RIGHT: usize = 291;
/// Index of the outer eye corner on the left of the picture of a frontal face.
pub const EYE_LEFT_OUTER: usize = 33;
/// Index of the outer eye corner on the right of the picture of a frontal face.
pub const EYE_RIGHT_OUTER: usize = 263;

impl Mesh {
    /// Smallest upright box around the face's surface: `[left, top, right, bottom]` in pixels.
    pub fn bounds(&self) -> [f32; 4] {
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        self.points
            .iter()
            .take(FACE_POINTS)
            .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])])
    }

    /// Distance in pixels between points `a` and `b` in the picture plane; 0 when either is missing.
    pub fn distance(&self, a: usize, b: usize) -> f32 {
        match (self.points.get(a), self.points.get(b)) {
            (Some(p), Some(q)) => (p[0] - q[0]).hypot(p[1] - q[1]),
            _ => 0.0,
        }
    }

    /// Distance between the outer eye corners, in pixels.
    pub fn inter_ocular(&self) -> f32 {
        self.distance(EYE_LEFT_OUTER, EYE_RIGHT_OUTER)
    }

    /// Opening of the mouth as a share of the inter-ocular distance; 0 is shut.
    pub fn aperture(&self) -> f32 {
        self.distance(UPPER_LIP_INNER, LOWER_LIP_INNER) / self.inter_ocular().max(1e-3)
    }

    /// Width of the mouth as a share of the inter-ocular distance.
    pub fn mouth_width(&self) -> f32 {
        self.distance(MOUTH_LEFT, MOUTH_RIGHT) / self.inter_ocular().max(1e-3)
    }
}
