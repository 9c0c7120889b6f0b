//! Moving a face's mesh to new lips.

use super::lips::LipShape;
use super::person::{PersonModel, WITH_RING, with_ring};
use super::region::{Roi, picture_points};
use crate::landmarks::FACE_POINTS;
use crate::tracks::Observation;

/// A person's mesh with what of it can move.
#[derive(Debug, Clone)]
pub(super) struct Mover {
    pub person: PersonModel,
    /// Triangles with at least one point that can move, and the points they touch.
    pub triangles: Vec<[u16; 3]>,
    touched: Vec<usize>,
}

/// A mesh in picture coordinates, with the fixed ring behind it: as seen, and as wanted.
pub(super) struct Moved {
    pub from: Vec<[f32; 2]>,
    pub to: Vec<[f32; 2]>,
}

impl Mover {
    pub fn new(person: PersonModel) -> Self {
        let moves = |i: &u16| person.weights.get(usize::from(*i)).is_some_and(|w| *w > 0.0);
        let triangles: Vec<[u16; 3]> =
            person.triangles.iter().filter(|t| t.iter().any(moves)).copied().collect();
        let mut touched: Vec<usize> = triangles.iter().flatten().map(|i| usize::from(*i)).collect();
        touched.sort_unstable();
        touched.dedup();
        Self { person, triangles, touched }
    }

    /// The rectangle in which anything can move.
    pub fn roi(&self, observation: &Observation, width: usize, height: usize) -> Roi {
        if observation.mesh.points.len() < FACE_POINTS {
            return Roi::default();
        }
        let points = with_ring(&picture_points(observation));
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let bounds = self
            .touched
            .iter()
            .map(|i| points[*i])
            .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
        Roi::around([bounds[0] - 2.0, bounds[1] - 2.0, bounds[2] + 2.0, bounds[3] + 2.0], width, height)
    }

    /// The mesh as seen, and as it lies when the lips go from `seen` to `wanted`: jaw and cheeks follow.
    pub fn mesh(&self, observation: &Observation, seen: &LipShape, wanted: &LipShape) -> Moved {
        let from = with_ring(&picture_points(observation));
        let mut to = from.clone();
        let pose = &observation.pose;
        for (point, moved) in to.iter_mut().zip(self.person.moves(seen, wanted)) {
            for (axis, slot) in point.iter_mut().enumerate() {
                let turned: f32 = (0..3).map(|j| pose.rotation[axis][j] * moved[j]).sum();
                *slot += pose.scale * turned;
            }
        }
        debug_assert_eq!(to.len(), WITH_RING);
        Moved { from, to }
    }
}
