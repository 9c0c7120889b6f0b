//! The best path through candidates (Viterbi).

/// A candidate of one frame: which entry, and what it costs there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub entry: usize,
    pub cost: f32,
}

/// The cheapest sequence, one candidate per frame (a position in its list): costs of the candidates plus `step(a, b)`
/// between entries of neighbouring frames. Every list must hold at least one candidate.
pub(super) fn cheapest(frames: &[Vec<Candidate>], step: impl Fn(usize, usize) -> f32) -> Vec<usize> {
    let Some(first) = frames.first() else { return Vec::new() };
    let mut total: Vec<f32> = first.iter().map(|c| c.cost).collect();
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(frames.len());
    for pair in frames.windows(2) {
        let mut from = Vec::with_capacity(pair[1].len());
        let mut next = Vec::with_capacity(pair[1].len());
        for here in &pair[1] {
            let (mut best, mut least) = (0, f32::INFINITY);
            for (k, before) in pair[0].iter().enumerate() {
                let sum = total[k] + step(before.entry, here.entry);
                if sum < least {
                    (best, least) = (k, sum);
                }
            }
            from.push(best);
            next.push(least + here.cost);
        }
        back.push(from);
        total = next;
    }
    let last = (0..total.len()).min_by(|a, b| total[*a].total_cmp(&total[*b])).unwrap_or(0);
    let mut path = vec![last];
    for from in back.iter().rev() {
        path.push(from[path[path.len() - 1]]);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_path_beats_a_cheaper_one_that_jumps() {
        let frames: Vec<Vec<Candidate>> = (0..4)
            .map(|t| {
                let jumpy = if t % 2 == 0 { 0.0 } else { 0.3 };
                vec![Candidate { entry: 10, cost: jumpy }, Candidate { entry: 20, cost: 0.3 - jumpy }]
            })
            .collect();
        let step = |a: usize, b: usize| if a == b { 0.0 } else { 1.0 };
        assert_eq!(cheapest(&frames, step), [0, 0, 0, 0]);
        assert_eq!(cheapest(&frames, |_, _| 0.0), [0, 1, 0, 1]);
    }
}
