//! Rigid pose of a head by Procrustes alignment of the upper face with the canonical face.

use super::canonical::{RIGID, canonical_face};
use super::rotation::best_rotation;
use super::types::Pose;
use crate::landmarks::Mesh;

impl Pose {
    /// The pose that brings the canonical upper face closest to `mesh` (least squares, one scale: weak perspective), and
    /// the residual: root mean square distance of the upper face's points as a share of the distance between the outer
    /// eye corners.
    pub fn fit(mesh: &Mesh) -> (Self, f32) {
        let canonical = canonical_face();
        let pairs: Vec<([f32; 3], [f32; 3])> =
            RIGID.iter().filter_map(|&i| Some((canonical[i], *mesh.points.get(i)?))).collect();
        if pairs.len() < RIGID.len() {
            return (Self::default(), f32::INFINITY);
        }
        let count = pairs.len() as f32;
        let mean = |points: &mut dyn Iterator<Item = [f32; 3]>| {
            points.fold([0.0; 3], |s: [f32; 3], p| std::array::from_fn(|i| s[i] + p[i] / count))
        };
        let (from, to) = (mean(&mut pairs.iter().map(|p| p.0)), mean(&mut pairs.iter().map(|p| p.1)));
        let mut correlation = [[0.0; 3]; 3];
        let mut spread = 0.0;
        for (a, b) in &pairs {
            for i in 0..3 {
                spread += (a[i] - from[i]).powi(2);
                for j in 0..3 {
                    correlation[i][j] += (b[i] - to[i]) * (a[j] - from[j]);
                }
            }
        }
        let rotation = best_rotation(&correlation);
        let trace: f32 =
            (0..3).map(|i| (0..3).map(|j| rotation[i][j] * correlation[i][j]).sum::<f32>()).sum();
        let scale = trace / spread.max(1e-6);
        let turned = |p: [f32; 3]| -> [f32; 3] {
            std::array::from_fn(|i| scale * (0..3).map(|j| rotation[i][j] * p[j]).sum::<f32>())
        };
        let moved = turned(from);
        let mut pose = Self { scale, rotation, ..Self::default() };
        pose.translation = std::array::from_fn(|i| to[i] - moved[i]);
        pose.set_angles();
        let error: f32 = pairs.iter().map(|(a, b)| squared(pose.to_picture(*a), *b)).sum::<f32>() / count;
        let eyes = scale.abs() * (canonical[263][0] - canonical[33][0]);
        (pose, error.sqrt() / eyes.max(1e-3))
    }

    /// Sets the angles from the rotation: where the nose points, and how the line of the eyes leans.
    pub(crate) fn set_angles(&mut self) {
        let r = &self.rotation;
        self.yaw = (-r[0][2]).atan2(r[2][2]).to_degrees();
        self.pitch = (-r[1][2]).clamp(-1.0, 1.0).asin().to_degrees();
        self.roll = r[1][0].atan2(r[0][0]).to_degrees();
    }
}

fn squared(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracks::rotation::from_quaternion;

    #[test]
    fn finds_the_pose_a_face_was_given() {
        for (axis, angle, expected) in [
            ([0.0, 1.0, 0.0], -20.0_f32, [20.0, 0.0, 0.0]),
            ([1.0, 0.0, 0.0], 15.0, [0.0, 15.0, 0.0]),
            ([0.0, 0.0, 1.0], 10.0, [0.0, 0.0, 10.0]),
        ] {
            let (s, c) = (angle.to_radians() / 2.0).sin_cos();
            let rotation = from_quaternion([c, s * axis[0], s * axis[1], s * axis[2]]);
            let truth = Pose { scale: 12.0, rotation, translation: [300.0, 200.0, 5.0], ..Pose::default() };
            let mesh = Mesh { points: canonical_face().iter().map(|p| truth.to_picture(*p)).collect() };
            let (pose, residual) = Pose::fit(&mesh);
            assert!(residual < 1e-3, "{residual}");
            assert!((pose.scale - 12.0).abs() < 1e-2);
            for (got, want) in [pose.yaw, pose.pitch, pose.roll].iter().zip(expected) {
                assert!((got - want).abs() < 0.1, "{pose:?}");
            }
            let back = pose.to_canonical(mesh.points[13]);
            assert!(squared(back, canonical_face()[13]) < 1e-4);
        }
    }
}
