//! The most likely row of mouth shapes, by Viterbi search over shapes that last at least 30 ms.

use std::ops::Range;

use redub_core::Viseme;

use super::SHAPES;
use super::align::Aligned;

/// Shortest time of a shape, frames.
const SHORTEST: usize = 3;
/// What a change of shape costs (natural logarithm): what flickers is noise.
const CHANGE: f32 = 1.2;
/// Mean loss per frame against the freely chosen shapes at which known sounds are still believed.
const DISAGREEMENT: f32 = 1.4;

/// Runs of one shape each, in order, over all frames.
pub fn best(frames: &[[f32; SHAPES]]) -> Vec<(Viseme, Range<usize>)> {
    // A state is a shape and how long it has lasted, up to SHORTEST.
    const STATES: usize = SHAPES * SHORTEST;
    let mut score = [f32::NEG_INFINITY; STATES];
    let mut came_from: Vec<[u8; STATES]> = Vec::with_capacity(frames.len());
    for (t, frame) in frames.iter().enumerate() {
        let mut next = [f32::NEG_INFINITY; STATES];
        let mut from = [0u8; STATES];
        let mut ended: Vec<(f32, usize)> =
            (0..SHAPES).map(|s| (score[s * SHORTEST + SHORTEST - 1], s)).collect();
        ended.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (shape, heard) in frame.iter().enumerate() {
            let base = shape * SHORTEST;
            let (entered, other) = match ended.iter().find(|(_, s)| *s != shape) {
                _ if t == 0 => (0.0, shape),
                Some((value, s)) => (value - CHANGE, *s),
                None => (f32::NEG_INFINITY, shape),
            };
            next[base] = entered + heard;
            from[base] = (other * SHORTEST + SHORTEST - 1) as u8;
            for age in 1..SHORTEST {
                let stayed = if age + 1 == SHORTEST { score[base + age] } else { f32::NEG_INFINITY };
                let grown = score[base + age - 1];
                let (value, source) = if stayed >= grown { (stayed, age) } else { (grown, age - 1) };
                next[base + age] = value + heard;
                from[base + age] = (base + source) as u8;
            }
        }
        score = next;
        came_from.push(from);
    }
    let last = (0..STATES).max_by(|a, b| score[*a].total_cmp(&score[*b])).unwrap_or(0);
    runs(&came_from, last)
}

fn runs<const N: usize>(came_from: &[[u8; N]], last: usize) -> Vec<(Viseme, Range<usize>)> {
    let mut state = last;
    let mut runs: Vec<(Viseme, Range<usize>)> = Vec::new();
    for t in (0..came_from.len()).rev() {
        let viseme = Viseme::ALL[state / SHORTEST];
        match runs.last_mut() {
            // Two runs of one shape never touch: a change leads to another shape.
            Some((v, run)) if *v == viseme => run.start = t,
            _ => runs.push((viseme, t..t + 1)),
        }
        state = usize::from(came_from[t][state]);
    }
    runs.reverse();
    runs
}

/// Whether known sounds, as placed, are about as likely as the shapes chosen freely.
pub fn agrees(frames: &[[f32; SHAPES]], placed: &[Aligned]) -> bool {
    let of = |viseme: Viseme, range: &Range<usize>| -> f32 {
        frames[range.clone()].iter().map(|f| f[viseme as usize].max(-6.0)).sum()
    };
    let known: f32 = placed.iter().map(|a| of(Viseme::of(&a.symbol), &a.frames)).sum();
    let covered: usize = placed.iter().map(|a| a.frames.len()).sum();
    let free: f32 = placed
        .iter()
        .flat_map(|a| &frames[a.frames.clone()])
        .map(|f| f.iter().copied().fold(f32::NEG_INFINITY, f32::max))
        .sum();
    covered > 0 && free - known < DISAGREEMENT * covered as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(shapes: &[(Viseme, usize)]) -> Vec<[f32; SHAPES]> {
        let frame = |v: Viseme| std::array::from_fn(|i| if i == v as usize { -0.2 } else { -4.0 });
        shapes.iter().flat_map(|(v, n)| std::iter::repeat_n(frame(*v), *n)).collect()
    }

    #[test]
    fn runs_are_found_and_flicker_is_not() {
        let frames = heard(&[
            (Viseme::Rest, 10),
            (Viseme::Closed, 6),
            (Viseme::Open, 9),
            (Viseme::Velar, 1),
            (Viseme::Open, 9),
            (Viseme::Rest, 5),
        ]);
        let found = best(&frames);
        let expected =
            [(Viseme::Rest, 0..10), (Viseme::Closed, 10..16), (Viseme::Open, 16..35), (Viseme::Rest, 35..40)];
        assert_eq!(found, expected);
        assert!(best(&[]).is_empty());
    }
}
