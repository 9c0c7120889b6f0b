//! What a mouth looks like in numbers: lip shape, opening and pose, in comparable units.

use crate::mouth::algebra::principal_components;
use crate::mouth::lips::LipShape;
use crate::tracks::Pose;

/// Principal directions of the lips' outline that tell shapes apart.
const DIRECTIONS: usize = 12;
/// Lips used to find them.
const MOST_LIPS: usize = 1500;

/// Pose-free lip shapes as scores; units are hundredths of the inter-ocular distance.
#[derive(Debug, Clone)]
pub(super) struct ShapeSpace {
    mean: Vec<f32>,
    basis: Vec<Vec<f32>>,
    /// Hundredths of the inter-ocular distance per canonical centimetre.
    unit: f32,
}

/// One mouth in numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Feature {
    /// Scores in the shape space, root mean square per lip point.
    pub shape: Vec<f32>,
    /// Opening, hundredths of the inter-ocular distance.
    pub aperture: f32,
    /// Yaw, pitch, roll in degrees.
    pub turn: [f32; 3],
}

impl ShapeSpace {
    /// Learns the directions from a person's lips (one at least).
    pub fn learn(lips: &[LipShape], inter_ocular: f32) -> Self {
        let unit = 100.0 / inter_ocular.max(1e-3);
        let stride = lips.len().div_ceil(MOST_LIPS).max(1);
        let rows: Vec<Vec<f32>> = lips.iter().step_by(stride).map(|l| outline(l, unit)).collect();
        let (mean, basis) = principal_components(&rows, DIRECTIONS);
        Self { mean, basis, unit }
    }

    /// The numbers of lips seen in (or wanted for) a pose.
    pub fn feature(&self, lips: &LipShape, pose: &Pose) -> Feature {
        let centred: Vec<f32> = outline(lips, self.unit).iter().zip(&self.mean).map(|(a, b)| a - b).collect();
        let norm = 1.0 / (lips.points.len().max(1) as f32).sqrt();
        let score = |b: &Vec<f32>| norm * b.iter().zip(&centred).map(|(x, y)| x * y).sum::<f32>();
        Feature {
            shape: self.basis.iter().map(score).collect(),
            aperture: lips.gap() * self.unit,
            turn: [pose.yaw, pose.pitch, pose.roll],
        }
    }
}

fn outline(lips: &LipShape, unit: f32) -> Vec<f32> {
    lips.points.iter().flat_map(|p| [p[0] * unit, p[1] * unit]).collect()
}

impl Feature {
    /// Distance of the lips' outlines, hundredths of the inter-ocular distance, root mean square per point.
    pub fn shape_apart(&self, other: &Self) -> f32 {
        self.shape.iter().zip(&other.shape).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
    }

    /// Distance of the poses in degrees; leaning the head changes the picture least.
    pub fn turn_apart(&self, other: &Self) -> f32 {
        let d: [f32; 3] = std::array::from_fn(|i| self.turn[i] - other.turn[i]);
        (d[0] * d[0] + d[1] * d[1] + 0.09 * d[2] * d[2]).sqrt()
    }

    /// All numbers as a row for the appearance model, first a constant.
    pub fn row(&self) -> Vec<f32> {
        let turn = self.turn.map(|t| t / 10.0);
        std::iter::once(1.0)
            .chain(self.shape.iter().map(|v| v / 3.0))
            .chain([self.aperture / 5.0, turn[0], turn[1], turn[2], turn[0] * turn[0], turn[0] * turn[1]])
            .collect()
    }
}
