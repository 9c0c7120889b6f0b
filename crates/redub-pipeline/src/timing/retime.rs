//! The map from the source's time line to the output's.

use redub_core::Span;
use serde::{Deserialize, Serialize};

use super::ease;

/// Times nearer than this are one, seconds: the middle of an output frame may fall on the very edge of a source frame, and
/// rounding must not put one below its edge and the next above, with a frame lost between.
const SAME_TIME: f64 = 1e-6;

/// A stretch of the source shown at one speed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it lies in the source, seconds.
    pub source: Span,
    /// Where it lies in the output, seconds.
    pub output: Span,
}

/// A continuous, increasing, piecewise linear map; the identity when the picture is not retimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Retime {
    pieces: Vec<Piece>,
}

impl Retime {
    /// The identity over `seconds`.
    pub fn identity(seconds: f64) -> Self {
        let all = Span::new(0.0, seconds);
        Self { pieces: vec![Piece { source: all, output: all }] }
    }

    /// From spans of the source (in order, not overlapping) and the factor each is lengthened by.
    pub fn from_stretches(seconds: f64, stretches: &[(Span, f64)]) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut from, mut to) = (0.0, 0.0);
        let mut push = |end: f64, factor: f64| {
            if end > from {
                let output = Span::new(to, to + (end - from) * factor);
                pieces.push(Piece { source: Span::new(from, end), output });
                (from, to) = (end, output.end);
            }
        };
        for (span, factor) in stretches {
            push(span.start.min(seconds), 1.0);
            push(span.end.min(seconds), *factor);
        }
        push(seconds, 1.0);
        if pieces.is_empty() { Self::identity(seconds) } else { Self { pieces } }
    }

    /// The pieces in order; they cover the source without gaps.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Nearly the same map with the steps of each ramp as one piece: for sound, which is stretched piece by piece and would
    /// suffer from many short ones. It is off by 12 ms at most.
    pub fn coarse(&self) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        // Whether the last piece is a ramp that is still being put together.
        let mut ramp = false;
        for piece in &self.pieces {
            let step = piece.source.seconds() < ease::STEP + SAME_TIME;
            match pieces.last_mut() {
                Some(last) if step && ramp && last.source.seconds() < ease::RAMP - SAME_TIME => {
                    last.source.end = piece.source.end;
                    last.output.end = piece.output.end;
                }
                _ => pieces.push(*piece),
            }
            ramp = step;
        }
        Self { pieces }
    }

    /// Whether nothing is retimed.
    pub fn is_identity(&self) -> bool {
        self.pieces.iter().all(|p| {
            (p.output.start - p.source.start).abs() < 1e-9 && (p.output.end - p.source.end).abs() < 1e-9
        })
    }

    /// Length of the output in seconds.
    pub fn output_seconds(&self) -> f64 {
        self.pieces.last().map_or(0.0, |p| p.output.end)
    }

    /// Output time of a source time; outside the source the map goes on at speed 1.
    pub fn forward(&self, time: f64) -> f64 {
        map(&self.pieces, time, |p| p.source, |p| p.output)
    }

    /// Source time of an output time.
    pub fn backward(&self, time: f64) -> f64 {
        map(&self.pieces, time, |p| p.output, |p| p.source)
    }

    /// For every frame of the output: its time and the index of the source frame it shows.
    ///
    /// A constant frame rate (`fps`) gives evenly spaced output frames, each showing the source frame on screen
    /// at its middle; without one every source frame is shown once at its mapped time.
    pub fn frames(&self, times: &[f64], fps: Option<f64>) -> Vec<(f64, usize)> {
        if self.is_identity() {
            return times.iter().enumerate().map(|(i, t)| (*t, i)).collect();
        }
        let Some(fps) = fps else {
            return times.iter().enumerate().map(|(i, t)| (self.forward(*t), i)).collect();
        };
        let first = times.first().copied().unwrap_or(0.0);
        let shown = times.len() as f64 / fps;
        let count = ((self.forward(first + shown) - self.forward(first)) * fps).round() as usize;
        let frame = |j: usize| {
            let time = self.forward(first) + j as f64 / fps;
            let source = self.backward(time + 0.5 / fps) + SAME_TIME;
            let index = times.partition_point(|t| *t <= source).saturating_sub(1);
            (time, index)
        };
        (0..count).map(frame).collect()
    }
}

fn map(pieces: &[Piece], time: f64, from: impl Fn(&Piece) -> Span, to: impl Fn(&Piece) -> Span) -> f64 {
    let at = pieces.partition_point(|p| from(p).start <= time).saturating_sub(1);
    let Some(piece) = pieces.get(at) else { return time };
    let (a, b) = (from(piece), to(piece));
    if time < a.start || time > a.end || a.seconds() <= 0.0 {
        let (edge, out) = if time < a.start { (a.start, b.start) } else { (a.end, b.end) };
        return out + (time - edge);
    }
    b.start + (time - a.start) * b.seconds() / a.seconds()
}
