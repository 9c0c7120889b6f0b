//! Steadying a finished track: the head strongly, the lips hardly.
//!
//! The network's answers tremble by a fraction of a pixel. Smoothing picture coordinates would blunt the lips or lag behind
//! the head, so a mesh is taken apart into the head's pose and the pose-free face, each is smoothed for itself, and they are
//! put together again.

use super::one_euro::OneEuro;
use super::rotation::{from_quaternion, to_quaternion};
use super::types::{Observation, Pose};
use crate::landmarks::LIPS;

/// Translation in pixels per canonical centimetre (so that it means the same for small and large faces).
const PLACE: OneEuro = OneEuro::new(2.0, 1.0);
/// Scale, relative.
const SCALE: OneEuro = OneEuro::new(1.0, 8.0);
/// Quaternion components.
const TURN: OneEuro = OneEuro::new(1.5, 12.0);
/// Pose-free face in centimetres, apart from the lips and what they move.
const FACE: OneEuro = OneEuro::new(3.0, 2.0);
/// Pose-free lips, jaw and lower cheeks in centimetres: speech closes the lips within two frames.
const LOWER: OneEuro = OneEuro::new(9.0, 4.0);
/// Canonical height (cm below the head's middle) from which the face follows the lips.
const LOWER_FROM: f32 = 5.5;

/// Smooths one track in place; `rate` is frames per second.
pub(crate) fn smooth(track: &mut [Observation], rate: f32) {
    if track.len() < 3 {
        return;
    }
    let faces: Vec<Vec<[f32; 3]>> =
        track.iter().map(|o| o.mesh.points.iter().map(|p| o.pose.to_canonical(*p)).collect()).collect();
    let poses = smooth_poses(track, rate);
    let count = faces.iter().map(Vec::len).min().unwrap_or(0);
    let lips: std::collections::HashSet<usize> = LIPS.into_iter().collect();
    for index in 0..count {
        let height = faces.iter().map(|f| f[index][1]).sum::<f32>() / faces.len() as f32;
        let filter = if lips.contains(&index) || height > LOWER_FROM { LOWER } else { FACE };
        let axes: [Vec<f32>; 3] = std::array::from_fn(|axis| {
            let values: Vec<f32> = faces.iter().map(|f| f[index][axis]).collect();
            filter.smooth(&values, rate)
        });
        for (k, (observation, pose)) in track.iter_mut().zip(&poses).enumerate() {
            observation.mesh.points[index] = pose.to_picture([axes[0][k], axes[1][k], axes[2][k]]);
        }
    }
    track.iter_mut().zip(poses).for_each(|(o, pose)| o.pose = pose);
}

fn smooth_poses(track: &[Observation], rate: f32) -> Vec<Pose> {
    let mean_scale = track.iter().map(|o| o.pose.scale).sum::<f32>() / track.len() as f32;
    let unit = mean_scale.max(1e-3);
    let series = |value: &dyn Fn(&Pose) -> f32, filter: OneEuro| {
        filter.smooth(&track.iter().map(|o| value(&o.pose)).collect::<Vec<_>>(), rate)
    };
    let place: [Vec<f32>; 3] = std::array::from_fn(|i| series(&|p| p.translation[i] / unit, PLACE));
    let scale = series(&|p| p.scale / unit, SCALE);
    let quaternions = continuous(track);
    let turn: [Vec<f32>; 4] =
        std::array::from_fn(|i| TURN.smooth(&quaternions.iter().map(|q| q[i]).collect::<Vec<_>>(), rate));
    (0..track.len())
        .map(|k| {
            let mut pose = Pose {
                scale: scale[k] * unit,
                translation: std::array::from_fn(|i| place[i][k] * unit),
                rotation: from_quaternion(std::array::from_fn(|i| turn[i][k])),
                ..Pose::default()
            };
            pose.set_angles();
            pose
        })
        .collect()
}

/// Quaternions without the jumps between `q` and `-q`, which mean the same turn.
fn continuous(track: &[Observation]) -> Vec<[f32; 4]> {
    let mut last = [1.0, 0.0, 0.0, 0.0];
    track
        .iter()
        .map(|o| {
            let q = to_quaternion(&o.pose.rotation);
            let dot: f32 = (0..4).map(|i| q[i] * last[i]).sum();
            last = if dot < 0.0 { q.map(|v| -v) } else { q };
            last
        })
        .collect()
}
