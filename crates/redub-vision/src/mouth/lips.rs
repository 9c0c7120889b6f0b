//! Lip shapes in canonical space.

use serde::{Deserialize, Serialize};

use super::indices::{COLUMNS, INNER, LIP_LOWER_MIDDLE, LIP_POINTS, LIP_UPPER_MIDDLE, LIPS, RINGS};
use crate::tracks::Observation;

/// The 80 lip points of [`LIPS`] in the pose-free space of [`crate::tracks::Pose`] (centimetres).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LipShape {
    /// [`LIP_POINTS`] points `[x, y, z]`.
    pub points: Vec<[f32; 3]>,
}

/// How much of a change of the opening the upper lip takes; the jaw carries the rest.
const UPPER_SHARE: f32 = 0.3;
/// How much of the inner edge's move each ring follows, outermost ring first: lips keep their thickness.
const RING_FOLLOWS: [f32; 4] = [0.62, 0.78, 0.92, 1.0];
/// From this gap on (centimetres) the shape of the opening is taken from the lips themselves.
const PROFILE_GAP: f32 = 0.4;

impl LipShape {
    /// The lips seen in one frame; missing points are zero.
    pub fn seen(observation: &Observation) -> Self {
        let mesh = &observation.mesh.points;
        let canonical = |i: usize| mesh.get(i).map_or([0.0; 3], |p| observation.pose.to_canonical(*p));
        Self { points: LIPS.iter().map(|i| canonical(*i)).collect() }
    }

    /// All numbers in a row: x y z of the first point, and so on.
    pub(super) fn flat(&self) -> Vec<f32> {
        self.points.iter().flatten().copied().collect()
    }

    /// Back from [`flat`](Self::flat).
    pub(super) fn from_flat(values: &[f32]) -> Self {
        Self { points: values.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect() }
    }

    /// Distance between the inner edges at the middle, in centimetres.
    pub fn gap(&self) -> f32 {
        match (self.points.get(LIP_UPPER_MIDDLE), self.points.get(LIP_LOWER_MIDDLE)) {
            (Some(a), Some(b)) => (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt(),
            _ => 0.0,
        }
    }

    /// Distance between the outer corners, in centimetres.
    pub fn width(&self) -> f32 {
        match (self.points.first(), self.points.get(10)) {
            (Some(a), Some(b)) => (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt(),
            _ => 0.0,
        }
    }

    /// The point `share` of the way to `other`.
    pub fn towards(&self, other: &Self, share: f32) -> Self {
        let mix = |a: &[f32; 3], b: &[f32; 3]| std::array::from_fn(|i| a[i] + share * (b[i] - a[i]));
        Self { points: self.points.iter().zip(&other.points).map(|(a, b)| mix(a, b)).collect() }
    }

    /// The same lips, every point moved by its offset.
    pub(super) fn moved(&self, offsets: &[[f32; 3]]) -> Self {
        let add = |a: &[f32; 3], b: &[f32; 3]| std::array::from_fn(|i| a[i] + b[i]);
        Self { points: self.points.iter().zip(offsets).map(|(a, b)| add(a, b)).collect() }
    }

    /// Sets the middle gap to `gap` centimetres exactly, every column in proportion (all columns meet at 0), and
    /// lets the lips' other rings follow so that the lips neither swell nor thin out.
    pub fn set_gap(&mut self, gap: f32) {
        if self.points.len() != LIP_POINTS {
            return;
        }
        let before = self.gap().max(1e-6);
        let upright = self.points[LIP_LOWER_MIDDLE][1] > self.points[LIP_UPPER_MIDDLE][1];
        // A mouth that is (nearly) shut has no profile worth scaling: it opens as a sine arch instead.
        let own_profile = if upright { (before / PROFILE_GAP).min(1.0) } else { 0.0 };
        for column in 1..=COLUMNS {
            let (low, up) = (INNER + column, INNER + COLUMNS + 1 + column);
            let arch = (column as f32 / (COLUMNS + 1) as f32 * std::f32::consts::PI).sin();
            for axis in 0..3 {
                let now = self.points[low][axis] - self.points[up][axis];
                let arched = if axis == 1 { gap * arch } else { 0.0 };
                let wanted = own_profile * now * gap / before + (1.0 - own_profile) * arched;
                let change = wanted - now;
                for (ring, follows) in RINGS.iter().zip(RING_FOLLOWS) {
                    self.points[ring + column][axis] += change * follows * (1.0 - UPPER_SHARE);
                    self.points[ring + COLUMNS + 1 + column][axis] -= change * follows * UPPER_SHARE;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gap_is_set_exactly_from_shut_and_from_open() {
        let mut lips = LipShape { points: vec![[0.0; 3]; LIP_POINTS] };
        lips.set_gap(0.8);
        assert!((lips.gap() - 0.8).abs() < 1e-3);
        lips.set_gap(0.0);
        assert!(lips.gap() < 1e-4);
    }
}
