//! How the network's six answers make one mesh.
//!
//! The attention network answers with a coarse mesh and finer lips, eyes and irises; the finer `x, y` replace the coarse
//! ones, depths stay the coarse mesh's, and an iris gets the mean depth of its eye's contour
//! (MediaPipe, `tensors_to_face_landmarks_with_attention`).

use super::mesh::{FACE_POINTS, MESH_POINTS};

/// Mesh points of the lips, in the order of the network's answer: lower then upper (without the corners), for the outer,
/// inner, semi-outer and semi-inner ring.
pub const LIPS: [usize; 80] = [
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78, 95, 88,
    178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77, 90, 180, 85, 16,
    315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89, 179, 86, 15, 316, 403, 319,
    325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
];

/// Mesh points of the eye on the left of a frontal face's picture; the first 16 are its contour.
pub(crate) const EYE_LEFT: [usize; 71] = [
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24, 23, 22,
    26, 112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224,
    223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63,
    105, 66, 107, 55, 193,
];

/// Mesh points of the other eye.
pub(crate) const EYE_RIGHT: [usize; 71] = [
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339, 254, 253,
    252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451, 452, 453, 464, 342,
    445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465,
    383, 300, 293, 334, 296, 336, 285, 417,
];

/// Points of an eye's contour at the head of its list.
const CONTOUR: usize = 16;

/// The six answers, in pixels of the 192² crop.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// 468 × (x, y, z).
    pub mesh: Vec<f32>,
    /// 80 × (x, y).
    pub lips: Vec<f32>,
    /// 71 × (x, y) each: left and right of the picture.
    pub eyes: [Vec<f32>; 2],
    /// 5 × (x, y) each.
    pub irises: [Vec<f32>; 2],
}

impl Answers {
    /// Whether every answer has the length it must have.
    pub fn complete(&self) -> bool {
        self.mesh.len() == FACE_POINTS * 3
            && self.lips.len() == LIPS.len() * 2
            && self.eyes.iter().all(|e| e.len() == EYE_LEFT.len() * 2)
            && self.irises.iter().all(|i| i.len() == 10)
    }

    /// [`MESH_POINTS`] points in crop pixels.
    pub fn merge(&self) -> Vec<[f32; 3]> {
        let mut points: Vec<[f32; 3]> = self.mesh.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect();
        let finer =
            [(&LIPS[..], &self.lips), (&EYE_LEFT[..], &self.eyes[0]), (&EYE_RIGHT[..], &self.eyes[1])];
        for (indices, answer) in finer {
            for (&index, p) in indices.iter().zip(answer.chunks_exact(2)) {
                points[index][0] = p[0];
                points[index][1] = p[1];
            }
        }
        for (iris, eye) in self.irises.iter().zip([&EYE_LEFT, &EYE_RIGHT]) {
            let depth = eye[..CONTOUR].iter().map(|&i| points[i][2]).sum::<f32>() / CONTOUR as f32;
            points.extend(iris.chunks_exact(2).map(|p| [p[0], p[1], depth]));
        }
        debug_assert_eq!(points.len(), MESH_POINTS);
        points
    }
}
