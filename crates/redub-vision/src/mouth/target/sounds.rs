//! Phones with clean borders.

use redub_core::{PhoneSpan, Span, Viseme};

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

/// Sorts the phones, gives the time of length and stress marks to the sounds they belong to, and drops rests too
/// short to be seen.
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
                sounds.push(Sound { viseme: phone.viseme(), span: Span::new(start, phone.span.end) });
            }
        }
    }
    sounds.retain(|s| s.viseme != Viseme::Rest || s.span.seconds() >= SHORT_PAUSE);
    sounds
}
