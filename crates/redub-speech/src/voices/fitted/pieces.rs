//! Cutting what a speaker says into pieces that one run of the voice can follow.

use redub_core::{Span, Word};

/// Silence that ends a piece, seconds, and the longest a piece may be.
const PAUSE: f64 = 0.35;
const LONGEST: f64 = 7.0;
/// The shortest that is learnt from.
const SHORTEST: f64 = 1.0;
/// Kept before and after a piece, seconds: sounds begin before they are heard.
const BEFORE: f64 = 0.05;
const AFTER: f64 = 0.1;

/// Texts with their places in the sound: words of a line (in order) up to its end, a pause or a full stop.
pub fn pieces(words: &[Word]) -> Vec<(String, Span)> {
    let mut found: Vec<Vec<&Word>> = Vec::new();
    for word in words {
        let goes_on = found.last().is_some_and(|piece: &Vec<&Word>| {
            let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return true };
            let ended = last.text.trim_end().ends_with(['.', '?', '!', '…']);
            !ended && word.span.start - last.span.end <= PAUSE && word.span.end - first.span.start <= LONGEST
        });
        match found.last_mut().filter(|_| goes_on) {
            Some(piece) => piece.push(word),
            None => found.push(vec![word]),
        }
    }
    let whole = |piece: Vec<&Word>| {
        let (first, last) = (piece.first()?, piece.last()?);
        let text: Vec<&str> = piece.iter().map(|w| w.text.trim()).collect();
        let span = Span::new((first.span.start - BEFORE).max(0.0), last.span.end + AFTER);
        (last.span.end - first.span.start >= SHORTEST).then(|| (text.join(" "), span))
    };
    found.into_iter().filter_map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_at_pauses_and_full_stops_and_short_ones_are_left_out() {
        let word = |text: &str, start: f64, end: f64| Word {
            text: text.into(),
            span: Span::new(start, end),
            probability: 1.0,
        };
        let words = [
            word("One", 1.0, 1.5),
            word("two.", 1.5, 2.2),
            word("Three", 2.3, 2.9),
            word("four", 3.4, 4.0),
            word("five", 4.1, 4.6),
        ];
        let found = pieces(&words);
        assert_eq!(found.iter().map(|p| p.0.as_str()).collect::<Vec<_>>(), ["One two.", "four five"]);
        assert!((found[0].1.start - 0.95).abs() < 1e-9 && (found[0].1.end - 2.3).abs() < 1e-9);
    }
}
