//! What the lips of a track do, freed from the head's pose.

use crate::landmarks::{LOWER_LIP_INNER, Mesh, UPPER_LIP_INNER};
use crate::tracks::{FaceTrack, Pose};

/// Lip points compared from frame to frame: the inner ring.
const INNER: [usize; 12] = [78, 95, 88, 87, 14, 317, 318, 308, 82, 13, 312, 80];

/// Lip features of a track, one value per observation.
#[derive(Debug)]
pub(super) struct Motion {
    /// First frame.
    pub first: usize,
    /// Opening of the lips in canonical centimetres.
    pub aperture: Vec<f32>,
    /// Mean path of the inner lips in canonical centimetres per frame.
    pub speed: Vec<f32>,
}

impl Motion {
    /// Measures `track`.
    pub fn of(track: &FaceTrack) -> Self {
        let lips: Vec<[[f32; 3]; 12]> =
            track.observations.iter().map(|o| canonical(&o.mesh, &o.pose)).collect();
        let aperture = track.observations.iter().map(|o| {
            let at = |i: usize| o.pose.to_canonical(o.mesh.points.get(i).copied().unwrap_or_default());
            let (upper, lower) = (at(UPPER_LIP_INNER), at(LOWER_LIP_INNER));
            (lower[1] - upper[1]).max(0.0)
        });
        let path = |a: &[[f32; 3]; 12], b: &[[f32; 3]; 12]| -> f32 {
            // Relative to the lips' own middle: what is left of the head's motion moves all points alike.
            let shift = mean_shift(a, b);
            let moved = a.iter().zip(b).map(|(p, q)| (q[0] - p[0] - shift[0]).hypot(q[1] - p[1] - shift[1]));
            moved.sum::<f32>() / 12.0
        };
        let steps = lips.windows(2).map(|w| path(&w[0], &w[1]));
        Self {
            first: track.first(),
            aperture: aperture.collect(),
            speed: std::iter::once(0.0).chain(steps).collect(),
        }
    }
}

fn canonical(mesh: &Mesh, pose: &Pose) -> [[f32; 3]; 12] {
    INNER.map(|i| pose.to_canonical(mesh.points.get(i).copied().unwrap_or_default()))
}

fn mean_shift(a: &[[f32; 3]; 12], b: &[[f32; 3]; 12]) -> [f32; 2] {
    let mean = |axis: usize| a.iter().zip(b).map(|(p, q)| q[axis] - p[axis]).sum::<f32>() / 12.0;
    [mean(0), mean(1)]
}
