//! Two takes of the same words brought into step, frame by frame (dynamic time warping).

use super::cepstrum::{Cepstrum, ORDER, cepstra, level, spread};
use super::envelope::BANDS;

/// Columns compared: the cepstrum and the level.
const WIDTH: usize = ORDER + 1;
/// Step lengths differ at most this much, so neither do the takes.
const MOST: usize = 2;
/// What a step that skips or repeats a frame costs, against one in step: a fifth more than its length. It covers three frames of
/// both takes, a step in step two: were it not charged for the third, skipping and repeating by turns would be cheaper than going on.
const UNEVEN: f32 = 1.2 * 1.5;

/// For every frame of `a` the frame of `b` that says the same; `None` when one take is more than twice as long.
pub fn align(a: &[[f32; BANDS]], b: &[[f32; BANDS]]) -> Option<Vec<usize>> {
    let (rows, columns) = (a.len(), b.len());
    if rows < 4 || columns < 4 || rows.max(columns) >= MOST * rows.min(columns) - 2 {
        return None;
    }
    let x = columns_of(&cepstra(a), a);
    let y = columns_of(&cepstra(b), b);
    let distance = |i: usize, j: usize| -> f32 {
        x[i].iter().zip(&y[j]).map(|(p, q)| (p - q) * (p - q)).sum::<f32>().sqrt()
    };
    let steps = [(1, 1, 1.0), (1, 2, UNEVEN), (2, 1, UNEVEN)];
    let mut cost = vec![f32::INFINITY; rows * columns];
    let mut from = vec![0u8; rows * columns];
    cost[0] = 0.0;
    for i in 1..rows {
        for j in 1..columns {
            // Beyond these the end cannot be reached.
            if 2 * i + 2 < j || 2 * j + 2 < i {
                continue;
            }
            let here = distance(i, j);
            for (step, (down, right, weight)) in steps.iter().enumerate() {
                if i >= *down && j >= *right {
                    let reached = cost[(i - down) * columns + j - right] + weight * here;
                    if reached < cost[i * columns + j] {
                        cost[i * columns + j] = reached;
                        from[i * columns + j] = step as u8;
                    }
                }
            }
        }
    }
    if !cost[rows * columns - 1].is_finite() {
        return None;
    }
    let mut of = vec![0; rows];
    let (mut i, mut j) = (rows - 1, columns - 1);
    while i > 0 {
        of[i] = j;
        let (down, right, _) = steps[from[i * columns + j] as usize];
        if down == 2 {
            of[i - 1] = j;
        }
        i = i.saturating_sub(down);
        j = j.saturating_sub(right);
    }
    Some(of)
}

/// Cepstra in units of their spread, with the level.
fn columns_of(cepstra: &[Cepstrum], rows: &[[f32; BANDS]]) -> Vec<[f32; WIDTH]> {
    let (mean, deviation) = spread(cepstra);
    let mut levels: Vec<f32> = rows.iter().map(level).collect();
    levels.sort_by(f32::total_cmp);
    let loud = levels[levels.len() * 9 / 10];
    let one = |(c, row): (&Cepstrum, &[f32; BANDS])| {
        let mut out = [0.0; WIDTH];
        for k in 0..ORDER {
            out[k] = (c[k] - mean[k]) / deviation[k];
        }
        out[ORDER] = level(row) - loud;
        out
    };
    cepstra.iter().zip(rows).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_take_is_followed() {
        let row = |t: f32| {
            let mut row = [0.0; BANDS];
            row.iter_mut().enumerate().for_each(|(b, r)| *r = (b as f32 * 0.1 + t * 0.3).sin() + t * 0.05);
            row
        };
        let fast: Vec<[f32; BANDS]> = (0..60).map(|i| row(i as f32)).collect();
        let slow: Vec<[f32; BANDS]> = (0..90).map(|i| row(i as f32 / 1.5)).collect();
        let of = align(&fast, &slow).unwrap();
        assert!((20..50).all(|i| (of[i] as f32 - i as f32 * 1.5).abs() < 3.0), "{of:?}");
        assert!(align(&fast, &slow[..25]).is_none());
    }
}
