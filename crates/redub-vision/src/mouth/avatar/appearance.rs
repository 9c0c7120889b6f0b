//! How the pixels change with the lips and the pose: a linear model over shape-free textures.
//!
//! The model carries the broad shading of known mouths to the mouth wanted: `T(s) ≈ B s + Σ wᵢ (Tᵢ − B sᵢ)` with the
//! weights of [`super::kriging`]. Fine detail comes from the bank's crops.

use crate::mouth::algebra::ridge;
use crate::mouth::bank::{CELLS, GRID};

/// Frames the model is learnt from.
const MOST_FRAMES: usize = 900;
/// Weight of "nothing changes" against the frames, in frames.
const PRIOR: f64 = 6.0;

/// The linear model.
#[derive(Debug, Clone, Default)]
pub(super) struct Appearance {
    /// `features × CELLS·3`, first the mean; colours of a face in the reference light.
    weights: Vec<f32>,
}

impl Appearance {
    /// Learns from feature rows and textures (`CELLS·3` numbers, in the reference light).
    pub fn learn(rows: &[Vec<f32>], texture: impl Fn(usize) -> Vec<f32>) -> Self {
        let stride = rows.len().div_ceil(MOST_FRAMES).max(1);
        let picks: Vec<usize> = (0..rows.len()).step_by(stride).collect();
        let Some(width) = rows.first().map(Vec::len) else { return Self::default() };
        let features: Vec<Vec<f32>> = picks.iter().map(|i| rows[*i].clone()).collect();
        let textures: Vec<Vec<f32>> = picks.iter().map(|i| texture(*i)).collect();
        let mut lambda = vec![PRIOR; width];
        lambda[0] = 1e-6;
        Self { weights: ridge(&features, &textures, &lambda, &vec![0.0; width * CELLS * 3]) }
    }

    /// The texture of a feature row.
    pub fn texture(&self, row: &[f32]) -> Vec<f32> {
        let mut sum = vec![0.0f32; CELLS * 3];
        for (value, weights) in row.iter().zip(self.weights.chunks_exact(CELLS * 3)) {
            if *value != 0.0 {
                sum.iter_mut().zip(weights).for_each(|(s, w)| *s += value * w);
            }
        }
        sum
    }
}

/// The colour of a texture at a grid place, bilinear, clamped at its border.
pub(super) fn at(texture: &[f32], place: [f32; 2]) -> [f32; 3] {
    let x = place[0].clamp(0.0, (GRID.0 - 1) as f32);
    let y = place[1].clamp(0.0, (GRID.1 - 1) as f32);
    let (x0, y0) = ((x as usize).min(GRID.0 - 2), (y as usize).min(GRID.1 - 2));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let a = (y0 * GRID.0 + x0) * 3;
    let c = a + GRID.0 * 3;
    std::array::from_fn(|k| {
        let top = texture[a + k] + (texture[a + 3 + k] - texture[a + k]) * fx;
        let bottom = texture[c + k] + (texture[c + 3 + k] - texture[c + k]) * fx;
        top + (bottom - top) * fy
    })
}
