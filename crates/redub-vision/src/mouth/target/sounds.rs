//! Phones with clean borders.

use redub_core::{GLIDE_AT, PhoneSpan, Span, Viseme, glide};

use crate::mouth::visemes::{Mark, mark};

/// A sound as the lips see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sound {
    /// Mouth shape.
    pub viseme: Viseme,
    /// Seconds on the output time line.
    pub span: Span,
}

/// Silence shorter than this between two sounds of a line is not a rest, seconds.
const SHORT_PAUSE: f64 = 0.09;

/// Sorts the phones, gives the time of length and stress marks to the sounds they belong to, parts diphthongs into their
/// two vowels, and drops rests too short to be seen.
pub fn clean(phones: &[PhoneSpan]) -> Vec<Sound> {
    let mut sorted: Vec<&PhoneSpan> =
        phones.iter().filter(|p| p.span.start.is_finite() && p.span.end.is_finite()).collect();
    sorted.sort_by(|a, b| a.span.start.total_cmp(&b.span.start));
    let mut sounds: Vec<Sound> = Vec::with_capacity(sorted.len());
    let mut stress_from: Option<f64> = None;
    for phone in sorted {
        match mark(&phone.symbol) {
            Some(Mark::Before) => {
                if let Some(last) = sounds.last_mut() {
                    last.span.end = last.span.end.max(phone.span.end);
                }
            }
            Some(Mark::After) => stress_from = stress_from.or(Some(phone.span.start)),
            None => {
                let start =
                    stress_from.take().filter(|t| phone.span.start - t < 0.3).unwrap_or(phone.span.start);
                sounds.extend(parts(&phone.symbol, Span::new(start, phone.span.end)));
            }
        }
    }
    sounds.retain(|s| s.viseme != Viseme::Rest || s.span.seconds() >= SHORT_PAUSE);
    sounds
}

/// A sound, or the two of a diphthong.
fn parts(symbol: &str, span: Span) -> impl Iterator<Item = Sound> {
    let middle = span.start + GLIDE_AT * span.seconds();
    let (first, second) = match glide(symbol) {
        Some((a, b)) => {
            let second = Sound { viseme: Viseme::of(b), span: Span::new(middle, span.end) };
            (Sound { viseme: Viseme::of(a), span: Span::new(span.start, middle) }, Some(second))
        }
        None => (Sound { viseme: Viseme::of(symbol), span }, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diphthong_is_two_mouths_and_its_length_mark_belongs_to_the_second() {
        let phone =
            |symbol: &str, start, end| PhoneSpan { symbol: symbol.into(), span: Span::new(start, end) };
        let sounds = clean(&[phone("I", 0.0, 0.2), phone("ː", 0.2, 0.25), phone("t", 0.25, 0.3)]);
        let shapes: Vec<_> = sounds.iter().map(|s| s.viseme).collect();
        assert_eq!(shapes, [Viseme::Open, Viseme::Spread, Viseme::Alveolar]);
        assert!((sounds[0].span.end - 0.12).abs() < 1e-9 && sounds[1].span.end == 0.25);
    }
}
