//! Bringing a lent mouth into the light of the frame it goes to.

use crate::mouth::bank::reference;
use crate::mouth::indices::SKIN;

/// How strongly a slope of the light across the mouth is doubted, in points.
const SLOPE_DOUBT: f32 = 8.0;
/// Added to colours before their logarithm: dark colours are noise.
const FLOOR: f32 = 12.0;

/// Factor per channel that varies linearly over the reference mouth: `exp(a + b·x + c·y)`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Tone([[f32; 3]; 3]);

/// Logarithms of skin colours.
pub(super) fn logs(skin: &[[f32; 3]]) -> Vec<[f32; 3]> {
    skin.iter().map(|c| c.map(|v| (v + FLOOR).ln())).collect()
}

/// Place of the reference mouth in units in which the slopes are small numbers.
pub(super) fn place(point: [f32; 2]) -> [f32; 2] {
    [point[0] / 4.0, (point[1] - 5.0) / 4.0]
}

impl Tone {
    /// The tone that carries the light of `lent` to that of `here` (both [`logs`] of [`SKIN`]): least squares, twice
    /// reweighted so that a hair or a hand on a few points has no say.
    pub fn between(lent: &[[f32; 3]], here: &[[f32; 3]]) -> Self {
        let points = &reference().points;
        let places: Vec<[f32; 3]> = SKIN
            .iter()
            .map(|i| {
                let [x, y] = place(points[*i]);
                [1.0, x, y]
            })
            .collect();
        let mut tone = Self::default();
        let mut weights = vec![1.0f32; places.len()];
        for _ in 0..3 {
            let mut normal = [[0.0f32; 3]; 3];
            let mut right = [[0.0f32; 3]; 3];
            for (k, row) in places.iter().enumerate() {
                for i in 0..3 {
                    (0..3).for_each(|j| normal[i][j] += weights[k] * row[i] * row[j]);
                    (0..3).for_each(|c| right[c][i] += weights[k] * row[i] * (here[k][c] - lent[k][c]));
                }
            }
            normal[0][0] += 1e-3;
            normal[1][1] += SLOPE_DOUBT;
            normal[2][2] += SLOPE_DOUBT;
            tone = Self(right.map(|r| solve(normal, r)));
            for (k, row) in places.iter().enumerate() {
                let off: f32 = (0..3)
                    .map(|c| {
                        let told: f32 = (0..3).map(|i| tone.0[c][i] * row[i]).sum();
                        (here[k][c] - lent[k][c] - told).powi(2)
                    })
                    .sum();
                weights[k] = 1.0 / (1.0 + off / 0.01);
            }
        }
        tone
    }

    /// The factors at a [`place`].
    pub fn at(&self, place: [f32; 2]) -> [f32; 3] {
        self.0.map(|[a, b, c]| {
            let log = (a + b * place[0] + c * place[1]).clamp(-0.7, 0.7);
            // exp to second order is exact to a thousandth for the tones that occur.
            1.0 + log * (1.0 + log * (0.5 + log * 0.166))
        })
    }
}

/// Solves a 3 × 3 system by Cramer's rule; zeros when it has no answer.
fn solve(m: [[f32; 3]; 3], r: [f32; 3]) -> [f32; 3] {
    let det = |m: &[[f32; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = det(&m);
    if whole.abs() < 1e-9 {
        return [0.0; 3];
    }
    std::array::from_fn(|k| {
        let mut changed = m;
        (0..3).for_each(|i| changed[i][k] = r[i]);
        det(&changed) / whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brighter_light_is_found_although_a_hand_covers_some_points() {
        let lent = logs(&vec![[120.0, 90.0, 80.0]; SKIN.len()]);
        let mut skin = vec![[120.0 * 1.2, 90.0 * 1.2, 80.0 * 1.2]; SKIN.len()];
        skin[..5].fill([20.0, 20.0, 20.0]);
        let factors = Tone::between(&lent, &logs(&skin)).at([0.0, 0.0]);
        assert!((factors[0] - 1.18).abs() < 0.04, "{factors:?}");
    }
}
