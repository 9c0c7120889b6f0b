//! Slowing that sets in and lets go gently.

use redub_core::Span;

/// Seconds in which the picture comes to its slower speed and back.
pub(super) const RAMP: f64 = 0.4;
/// Seconds of one step of a ramp: two frames of film.
pub(super) const STEP: f64 = 0.05;

/// The stretches (source spans in order, and the factor each is lengthened by) with ramps before and behind them, as
/// raised cosines in steps of [`STEP`]. Nothing is lengthened less than asked for, and nothing more than the largest of
/// the stretches near it.
pub(super) fn eased(stretches: &[(Span, f64)], seconds: f64) -> Vec<(Span, f64)> {
    let mut edges: Vec<f64> = vec![0.0, seconds];
    for (span, _) in stretches {
        edges.extend([span.start, span.end]);
        let steps = (RAMP / STEP).round() as usize;
        edges.extend((1..=steps).flat_map(|k| [span.start - k as f64 * STEP, span.end + k as f64 * STEP]));
    }
    edges.retain(|t| (0.0..=seconds).contains(t));
    edges.sort_by(f64::total_cmp);
    let mut pieces: Vec<(Span, f64)> = Vec::new();
    for pair in edges.windows(2).filter(|pair| pair[1] - pair[0] > 1e-9) {
        let factor = factor(stretches, (pair[0] + pair[1]) / 2.0);
        match pieces.last_mut() {
            Some((last, f)) if *f == factor && last.end == pair[0] => last.end = pair[1],
            _ if factor > 1.0 => pieces.push((Span::new(pair[0], pair[1]), factor)),
            _ => {}
        }
    }
    pieces
}

fn factor(stretches: &[(Span, f64)], time: f64) -> f64 {
    let of = |(span, factor): &(Span, f64)| {
        let away = (span.start - time).max(time - span.end).max(0.0);
        let share = if away >= RAMP { 0.0 } else { 0.5 + 0.5 * (std::f64::consts::PI * away / RAMP).cos() };
        1.0 + (factor - 1.0) * share
    };
    stretches.iter().map(of).fold(1.0, f64::max)
}
