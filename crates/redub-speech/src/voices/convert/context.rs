//! Frames as points: what a stock voice says at an instant, with what it says around it. Two frames of one voice that are
//! near each other are the same sound.

use super::cepstrum::{Cepstrum, ORDER, cepstra, smooth};
use super::envelope::BANDS;

/// Frames looked at besides the middle one, and how much they count.
const AROUND: [isize; 4] = [-6, -3, 3, 6];
const SHARE: f32 = 0.6;
/// Numbers of a point.
pub const WIDTH: usize = ORDER * 5;

/// A frame's place among the sounds of a voice.
pub type Point = [f32; WIDTH];

/// Points of the frames of a voice whose cepstra have this `mean` and `deviation`.
pub fn points(rows: &[[f32; BANDS]], mean: &Cepstrum, deviation: &Cepstrum) -> Vec<Point> {
    let scaled = |c: &Cepstrum| {
        let mut out = [0.0; ORDER];
        for k in 0..ORDER {
            // Coarse shapes tell sounds apart better than fine ones.
            out[k] = (c[k] - mean[k]) / deviation[k] / (1.0 + k as f32 / 4.0).sqrt();
        }
        out
    };
    let frames: Vec<Cepstrum> = smooth(&cepstra(rows).iter().map(scaled).collect::<Vec<_>>(), 1.0);
    let last = frames.len() as isize - 1;
    (0..frames.len())
        .map(|t| {
            let mut point = [0.0; WIDTH];
            point[..ORDER].copy_from_slice(&frames[t]);
            for (part, away) in point[ORDER..].chunks_exact_mut(ORDER).zip(AROUND) {
                let near = &frames[(t as isize + away).clamp(0, last) as usize];
                part.iter_mut().zip(near).for_each(|(p, n)| *p = SHARE * n);
            }
            point
        })
        .collect()
}

/// The `count` points nearest to `point` and their distances, nearest first; those for which `skip` holds are passed over.
pub fn nearest(
    point: &Point,
    among: &[Point],
    count: usize,
    skip: impl Fn(usize) -> bool,
) -> Vec<(usize, f32)> {
    let mut best: Vec<(usize, f32)> = Vec::with_capacity(count + 1);
    for (i, other) in among.iter().enumerate() {
        let distance = square(point, other);
        let worst = best.last().map_or(f32::INFINITY, |b| b.1);
        if (best.len() < count || distance < worst) && !skip(i) {
            let at = best.partition_point(|b| b.1 <= distance);
            best.insert(at, (i, distance));
            best.truncate(count);
        }
    }
    best.iter_mut().for_each(|b| b.1 = b.1.sqrt());
    best
}

/// Squared distance, in eight sums side by side so that the processor's wide registers are used.
fn square(a: &Point, b: &Point) -> f32 {
    let mut sums = [0.0f32; 8];
    for (x, y) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            let difference = x[lane] - y[lane];
            sums[lane] += difference * difference;
        }
    }
    sums.iter().sum()
}
