//! Weights of known mouths in the guess of an unknown one.
//!
//! Simple kriging (a Gaussian process with a linear mean, Rasmussen & Williams 2006, §2.7): what the linear model of
//! [`super::appearance`] leaves over is interpolated from the nearest mouths with a squared-exponential kernel. Mouths
//! that say the same share their say, and far from everything the linear model stands alone.

use super::features::Feature;
use super::settings::AvatarSettings;
use crate::mouth::algebra::solve_spd;

/// Squared distance in the kernel's units.
pub(super) fn apart(a: &Feature, b: &Feature, s: &AvatarSettings) -> f32 {
    let shape = a.shape_apart(b) / s.reach_shape;
    let open = (a.aperture - b.aperture) / (2.0 * s.reach_shape);
    let turn = a.turn_apart(b) / s.reach_turn;
    shape * shape + open * open + turn * turn
}

/// Weights of `known` features for `wanted`.
pub(super) fn weights(wanted: &Feature, known: &[&Feature], s: &AvatarSettings) -> Vec<f32> {
    let n = known.len();
    let kernel = |a: &Feature, b: &Feature| f64::from((-0.5 * apart(a, b, s)).exp());
    let mut matrix = vec![0.0f64; n * n];
    for i in 0..n {
        for j in 0..=i {
            let value = kernel(known[i], known[j]);
            matrix[i * n + j] = value;
            matrix[j * n + i] = value;
        }
        matrix[i * n + i] += f64::from(s.noise);
    }
    let mut right: Vec<f64> = known.iter().map(|k| kernel(wanted, k)).collect();
    solve_spd(matrix, n, &mut right);
    right.into_iter().map(|w| w as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mouth(open: f32) -> Feature {
        Feature { shape: vec![open], aperture: open, turn: [0.0; 3] }
    }

    #[test]
    fn twins_share_and_strangers_are_silent() {
        let s = AvatarSettings { noise: 0.1, reach_shape: 2.0, ..AvatarSettings::default() };
        let known = [mouth(0.0), mouth(0.0), mouth(40.0)];
        let weights = weights(&mouth(0.0), &known.iter().collect::<Vec<_>>(), &s);
        assert!((weights[0] - weights[1]).abs() < 1e-4 && weights[2].abs() < 1e-4);
        assert!((weights[0] + weights[1] - 0.95).abs() < 0.03, "{weights:?}");
    }
}
