//! Which frames of a long video the bank keeps.

use crate::mouth::lips::LipShape;
use crate::tracks::Observation;

/// Frames kept or left together: neighbours in time blend best with each other.
const RUN: usize = 6;
/// Degrees of turn that count like a tenth of an inter-ocular distance of lip shape.
const TURN: f32 = 12.0;

/// Picks frames (positions in `seen`) of at most `bytes` in all, where a frame costs `cost` bytes: runs as different
/// from each other as can be (greedy k-centre, Gonzalez 1985), so that rare shapes are kept and the hundredth rest is
/// not.
pub(super) fn select(seen: &[&Observation], cost: impl Fn(&Observation) -> u64, bytes: u64) -> Vec<usize> {
    let costs: Vec<u64> = seen.iter().map(|o| cost(o)).collect();
    if costs.iter().sum::<u64>() <= bytes {
        return (0..seen.len()).collect();
    }
    let runs: Vec<(usize, usize)> =
        (0..seen.len()).step_by(RUN).map(|a| (a, (a + RUN).min(seen.len()))).collect();
    let places: Vec<Vec<f32>> = runs.iter().map(|(a, b)| place(seen[(a + b) / 2])).collect();
    let mut nearest = vec![f32::INFINITY; runs.len()];
    let (mut next, mut left) = (0, bytes);
    let mut chosen = Vec::new();
    while nearest[next] > 0.0 {
        let (from, to) = runs[next];
        let price: u64 = costs[from..to].iter().sum();
        if price > left {
            break;
        }
        left -= price;
        chosen.extend(from..to);
        for (run, place) in places.iter().enumerate() {
            let apart: f32 = place.iter().zip(&places[next]).map(|(a, b)| (a - b).powi(2)).sum();
            nearest[run] = nearest[run].min(apart);
        }
        nearest[next] = 0.0;
        next = (0..runs.len()).max_by(|a, b| nearest[*a].total_cmp(&nearest[*b])).unwrap_or(0);
    }
    chosen.sort_unstable();
    chosen
}

/// Lips and pose as one vector.
fn place(seen: &Observation) -> Vec<f32> {
    let lips = LipShape::seen(seen);
    let mut place: Vec<f32> = lips.points.iter().flat_map(|p| [p[0], p[1]]).map(|v| v / 9.0).collect();
    let weight = 0.1 / TURN * (lips.points.len() as f32).sqrt();
    place.extend([seen.pose.yaw * weight, seen.pose.pitch * weight, 0.3 * seen.pose.roll * weight]);
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mouth::testing::speaking;

    #[test]
    fn a_small_budget_keeps_different_mouths() {
        let frames = speaking(120);
        let seen: Vec<&Observation> = frames.iter().collect();
        assert_eq!(select(&seen, |_| 10, 1200).len(), 120);
        let few = select(&seen, |_| 10, 240);
        assert!(few.len() <= 24 && few.len() >= 18, "{few:?}");
        let openings: Vec<f32> = few.iter().map(|i| seen[*i].mesh.aperture()).collect();
        let range = openings.iter().fold((9.0f32, 0.0f32), |r, o| (r.0.min(*o), r.1.max(*o)));
        assert!(range.0 < 0.02 && range.1 > 0.14, "{range:?}");
    }
}
