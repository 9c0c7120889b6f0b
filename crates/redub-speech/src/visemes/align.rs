//! Known sounds placed in time (forced alignment): the path of highest probability through the sounds in their order, each
//! at least 20 ms, with silence allowed before, between and after words.

use std::ops::Range;

use redub_core::{Viseme, glide};

use super::SHAPES;

/// Shortest time of a sound, frames.
const SHORTEST: usize = 2;
/// Least log-probability of a frame: a sound the network did not notice costs no more than this.
const FLOOR: f32 = -5.0;

/// A sound with its frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// The sound.
    pub symbol: String,
    /// Where it is.
    pub frames: Range<usize>,
}

/// A step of the path: a sound, or silence that may be left out.
struct Unit {
    symbol: Option<String>,
    viseme: Viseme,
}

/// Places the sounds of `words`; `None` when there is less time than they need, or no sound.
pub fn best(frames: &[[f32; SHAPES]], words: &[Vec<String>]) -> Option<Vec<Aligned>> {
    let units = units(words);
    // Every unit has SHORTEST states in a row; the last one can repeat.
    let states = units.len() * SHORTEST;
    let needed = units.iter().filter(|u| u.symbol.is_some()).count() * SHORTEST;
    if needed == 0 || frames.len() < needed {
        return None;
    }
    let mut score = vec![f32::NEG_INFINITY; states];
    let mut came_from: Vec<Vec<u32>> = Vec::with_capacity(frames.len());
    for (t, frame) in frames.iter().enumerate() {
        let mut next = vec![f32::NEG_INFINITY; states];
        let mut from = vec![0u32; states];
        for state in 0..states {
            let (unit, age) = (state / SHORTEST, state % SHORTEST);
            let (value, source) = if age > 0 {
                let stayed = if age + 1 == SHORTEST { score[state] } else { f32::NEG_INFINITY };
                if stayed >= score[state - 1] { (stayed, state) } else { (score[state - 1], state - 1) }
            } else if t == 0 {
                // Begins with the first silence or, without it, with the first sound.
                (if unit <= 1 { 0.0 } else { f32::NEG_INFINITY }, state)
            } else {
                entry(&units, &score, unit)
            };
            next[state] = value + frame[units[unit].viseme as usize].max(FLOOR);
            from[state] = source as u32;
        }
        score = next;
        came_from.push(from);
    }
    // Ends with the last silence or the last sound.
    let end = |unit: usize| unit * SHORTEST + SHORTEST - 1;
    let (silence, sound) = (end(units.len() - 1), end(units.len() - 2));
    let last = if score[silence] > score[sound] { silence } else { sound };
    score[last].is_finite().then(|| path(&units, &came_from, last))
}

/// The best way into a unit: from the one before, or past a silence that is left out.
fn entry(units: &[Unit], score: &[f32], unit: usize) -> (f32, usize) {
    let end = |unit: usize| unit * SHORTEST + SHORTEST - 1;
    let Some(before) = unit.checked_sub(1) else { return (f32::NEG_INFINITY, 0) };
    let plain = (score[end(before)], end(before));
    match before.checked_sub(1) {
        Some(past) if units[before].symbol.is_none() && score[end(past)] > plain.0 => {
            (score[end(past)], end(past))
        }
        _ => plain,
    }
}

/// Silence, a word's sounds, silence, … silence. Diphthongs are two sounds.
fn units(words: &[Vec<String>]) -> Vec<Unit> {
    let silence = || Unit { symbol: None, viseme: Viseme::Rest };
    let mut units = vec![silence()];
    for word in words.iter().filter(|w| !w.is_empty()) {
        for symbol in word {
            let parts = glide(symbol).map_or_else(|| vec![symbol.as_str()], |(a, b)| vec![a, b]);
            let sounds = parts.into_iter().map(|s| (s, Viseme::of(s))).filter(|(_, v)| *v != Viseme::Rest);
            units.extend(sounds.map(|(s, viseme)| Unit { symbol: Some(s.to_owned()), viseme }));
        }
        units.push(silence());
    }
    units
}

fn path(units: &[Unit], came_from: &[Vec<u32>], last: usize) -> Vec<Aligned> {
    let mut ranges: Vec<Option<Range<usize>>> = vec![None; units.len()];
    let mut state = last;
    for t in (0..came_from.len()).rev() {
        let range = ranges[state / SHORTEST].get_or_insert(t..t + 1);
        range.start = t;
        state = came_from[t][state] as usize;
    }
    let sound = |(unit, range): (&Unit, Option<Range<usize>>)| {
        Some(Aligned { symbol: unit.symbol.clone()?, frames: range? })
    };
    units.iter().zip(ranges).filter_map(sound).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_are_placed_and_silences_left_out_or_kept() {
        let frame = |v: Viseme| std::array::from_fn(|i| if i == v as usize { -0.2 } else { -4.0 });
        let heard = [
            (Viseme::Closed, 5),
            (Viseme::Open, 8),
            (Viseme::Rest, 12),
            (Viseme::Alveolar, 4),
            (Viseme::Spread, 7),
            (Viseme::Velar, 4),
        ];
        let frames: Vec<[f32; SHAPES]> =
            heard.iter().flat_map(|(v, n)| std::iter::repeat_n(frame(*v), *n)).collect();
        let word = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let found = best(&frames, &[word("ma"), word("ˈtik")]).unwrap();
        let ranges: Vec<_> = found.iter().map(|a| (a.symbol.as_str(), a.frames.clone())).collect();
        assert_eq!(ranges, [("m", 0..5), ("a", 5..13), ("t", 25..29), ("i", 29..36), ("k", 36..40)]);
        assert!(best(&frames[..8], &[word("matik")]).is_none());
        assert!(best(&frames, &[]).is_none());
    }
}
