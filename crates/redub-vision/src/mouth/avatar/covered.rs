//! Frames of the bank that do not look as this person with those lips would: something is before the mouth.
//!
//! The tracker keeps returning lips under a hand or a cup, and what has skin's colour passes by colour unseen. But the
//! appearance model knows how the mouth looks with these lips, in this pose and light: what is left over, in blocks of the
//! shape-free texture and in units of what each block usually leaves over, tells the rest.

use std::collections::BTreeSet;

use super::entries::Avatar;
use crate::mouth::bank::GRID;

/// Side of a block, cells.
const BLOCK: usize = 12;
const BLOCKS: usize = (GRID.0 / BLOCK) * (GRID.1 / BLOCK);
/// Least mean difference of a block that is not the mouth's own, 0..255.
const OTHER: f32 = 20.0;
/// The same in units of the block's median difference.
const SPREAD: f32 = 5.0;
/// Blocks of that kind that make a frame covered.
const LEAST_BLOCKS: usize = 3;
/// Frames fewer than this do not tell what is usual.
const LEAST_FRAMES: usize = 90;
/// More frames than this share of all cannot be exceptions: the model is wrong, not the frames.
const MOST_SHARE: f32 = 0.3;

impl Avatar {
    /// Source frames of `track` in which something lies before the mouth.
    pub fn covered(&self, track: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let counts = self.other_blocks();
        let all = counts.len().max(1) as f32;
        if counts.len() < LEAST_FRAMES {
            return found;
        }
        let exceptions = self.entries.iter().zip(&counts).filter(|(_, n)| **n >= LEAST_BLOCKS);
        if exceptions.clone().count() as f32 > MOST_SHARE * all {
            return found;
        }
        found.extend(exceptions.filter(|(e, _)| e.track == track).map(|(e, _)| e.frame));
        found
    }

    /// For every entry how many blocks look like something else.
    fn other_blocks(&self) -> Vec<usize> {
        let left: Vec<[f32; BLOCKS]> = self
            .entries
            .iter()
            .map(|entry| blocks(&entry.texture, &self.appearance.texture(&entry.feature.row())))
            .collect();
        let usual: [f32; BLOCKS] = std::array::from_fn(|b| median(left.iter().map(|l| l[b]).collect()));
        let other = |l: &[f32; BLOCKS]| {
            l.iter().zip(&usual).filter(|(value, usual)| **value > OTHER.max(SPREAD * **usual)).count()
        };
        left.iter().map(other).collect()
    }
}

/// Mean absolute difference per block.
fn blocks(seen: &[u8], expected: &[f32]) -> [f32; BLOCKS] {
    let mut sums = [0.0f32; BLOCKS];
    for (cell, (seen, expected)) in seen.chunks_exact(3).zip(expected.chunks_exact(3)).enumerate() {
        let (x, y) = (cell % GRID.0 / BLOCK, cell / GRID.0 / BLOCK);
        let off: f32 = seen.iter().zip(expected).map(|(s, e)| (f32::from(*s) - e).abs()).sum();
        sums[y * (GRID.0 / BLOCK) + x] += off / (3 * BLOCK * BLOCK) as f32;
    }
    sums
}

fn median(mut values: Vec<f32>) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}
