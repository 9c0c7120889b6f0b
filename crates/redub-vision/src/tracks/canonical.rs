//! The canonical face: what a face looks like without a pose.

use std::sync::LazyLock;

use crate::landmarks::FACE_POINTS;

static POINTS: LazyLock<Vec<[f32; 3]>> = LazyLock::new(|| parse(include_str!("canonical_face.tsv")));

/// Points of the forehead, the eyes' corners, the temples and the bridge of the nose: what speech and expression move least.
pub(crate) const RIGID: [usize; 31] = [
    10, 151, 9, 8, 168, 6, 197, 195, 33, 133, 362, 263, 127, 356, 234, 454, 67, 297, 103, 332, 54, 284, 21,
    251, 162, 389, 5, 4, 1, 98, 327,
];

/// The mean of several speakers' meshes, made symmetric: [`FACE_POINTS`] points `[x, y, z]` in centimetres (taking the
/// outer eye corners to be 9 cm apart), `x` to the right of the picture, `y` down, `z` away from the camera.
pub fn canonical_face() -> &'static [[f32; 3]] {
    &POINTS
}

fn parse(text: &str) -> Vec<[f32; 3]> {
    let row = |line: &str| {
        let mut numbers = line.split('\t').map(|n| n.parse().unwrap_or(0.0));
        std::array::from_fn(|_| numbers.next().unwrap_or(0.0))
    };
    let mut points: Vec<[f32; 3]> = text.lines().filter(|l| !l.starts_with('#')).map(row).collect();
    points.resize(FACE_POINTS, [0.0; 3]);
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::{EYE_LEFT_OUTER, EYE_RIGHT_OUTER};

    #[test]
    fn symmetric_and_nine_centimetres_between_the_eyes() {
        let face = canonical_face();
        let (left, right) = (face[EYE_LEFT_OUTER], face[EYE_RIGHT_OUTER]);
        assert!((right[0] - left[0] - 9.0).abs() < 0.01);
        assert!((right[0] + left[0]).abs() < 0.01 && (right[1] - left[1]).abs() < 0.01);
        assert!(face[1][2] < face[234][2], "the nose is nearer than the ears");
        assert!(face[152][1] > face[10][1], "the chin is below the forehead");
    }
}
