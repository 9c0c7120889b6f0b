//! The upright square round a face.

use super::generator::SIDE;
use crate::landmarks::FACE_POINTS;
use crate::mouth::region::{Roi, View, picture_points};
use crate::tracks::Observation;

/// Mesh points of the nose's ridge, the square's middle, and of the chin.
const RIDGE: usize = 195;
const CHIN: usize = 152;
/// Half the square's side over the distance from ridge to chin: the chin needs room to sink.
const ROOM: f32 = 1.12;
/// Half the square's side, at least, in inter-ocular distances (a face that looks up has a short chin).
const LEAST: f32 = 0.95;

/// A square that leans with the head, in pixels of the picture whose whole numbers are the middles of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    middle: [f32; 2],
    /// From the middle to the right edge and to the lower edge.
    right: [f32; 2],
    down: [f32; 2],
}

impl Face {
    /// The square round an observed face; none for an incomplete mesh.
    pub fn of(observation: &Observation) -> Option<Self> {
        if observation.mesh.points.len() < FACE_POINTS {
            return None;
        }
        let points = picture_points(observation);
        let (middle, chin) = (points[RIDGE], points[CHIN]);
        let reach = (chin[0] - middle[0]).hypot(chin[1] - middle[1]);
        let half = (ROOM * reach).max(LEAST * observation.mesh.inter_ocular()).max(4.0);
        let (sin, cos) = observation.pose.roll.to_radians().sin_cos();
        Some(Self { middle, right: [half * cos, half * sin], down: [-half * sin, half * cos] })
    }

    /// The rectangle that holds the square, cut to the picture.
    pub fn roi(&self, width: usize, height: usize) -> Roi {
        let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(|[x, y]| self.place(x, y));
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let b = corners
            .iter()
            .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
        Roi::around([b[0] - 1.0, b[1] - 1.0, b[2] + 2.0, b[3] + 2.0], width, height)
    }

    /// Picture place of a place of the square (-1..1 each way).
    pub(super) fn place(&self, x: f32, y: f32) -> [f32; 2] {
        std::array::from_fn(|i| self.middle[i] + x * self.right[i] + y * self.down[i])
    }

    /// Place in the crop (pixels, whole numbers are middles) of a picture place.
    pub(super) fn inside(&self, point: [f32; 2]) -> [f32; 2] {
        let d: [f32; 2] = std::array::from_fn(|i| point[i] - self.middle[i]);
        let square = self.right[0].powi(2) + self.right[1].powi(2);
        let along = |axis: [f32; 2]| (d[0] * axis[0] + d[1] * axis[1]) / square;
        [along(self.right), along(self.down)].map(|v| (v + 1.0) * 0.5 * SIDE as f32 - 0.5)
    }

    /// The face as `3 × SIDE × SIDE` planes R G B, 0..1. Detail finer than a pixel of the crop is averaged.
    pub(super) fn cut(&self, picture: View<'_>) -> Vec<f32> {
        let step = 2.0 / SIDE as f32;
        let size = self.right[0].hypot(self.right[1]) * step;
        let looks = (size.ceil() as usize).clamp(1, 4);
        let share = 1.0 / (looks * looks) as f32 / 255.0;
        let mut planes = vec![0.0f32; 3 * SIDE * SIDE];
        for row in 0..SIDE {
            for column in 0..SIDE {
                let mut sum = [0.0f32; 3];
                for look in 0..looks * looks {
                    let off = |k: usize| (k as f32 + 0.5) / looks as f32;
                    let x = (column as f32 + off(look % looks)) * step - 1.0;
                    let y = (row as f32 + off(look / looks)) * step - 1.0;
                    let [px, py] = self.place(x, y);
                    let colour = picture.bilinear(px, py);
                    (0..3).for_each(|c| sum[c] += colour[c]);
                }
                (0..3).for_each(|c| planes[(c * SIDE + row) * SIDE + column] = share * sum[c]);
            }
        }
        planes
    }
}
