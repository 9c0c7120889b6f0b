//! Packs speech into the stretches a recogniser hears in one go.
//!
//! Only speech goes in: long pauses are shortened, so that a window holds as much speech as it can and the engine has
//! no silence to invent words over. Times of a chunk are mapped back to times of the file.

use redub_core::{Span, audio::rms};

use crate::turns::RATE;

/// Longest chunk in seconds: a second under the engine's window of 30 s.
pub const LONGEST: f64 = 29.0;
/// What is left of a longer pause, in seconds.
const LONGEST_PAUSE: f64 = 0.8;
/// What is kept of the silence before the first and after the last speech, in seconds: words clipped at the very edge
/// of a window are misheard.
const MARGIN: f64 = 0.3;
/// A chunk is not closed at a pause before this share of [`LONGEST`].
const FULL: f64 = 0.6;

/// A stretch of the file that went into a chunk.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    /// Start within the chunk, in seconds.
    at: f64,
    source: Span,
}

/// One stretch to recognise.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    pieces: Vec<Piece>,
    /// The speech inside, in file time.
    pub speech: Vec<Span>,
}

impl Chunk {
    /// The speech spans with what is kept of the pauses between them; `free` is where nobody else speaks around them.
    fn of(speech: Vec<Span>, free: Span) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut at = 0.0;
        for (i, span) in speech.iter().enumerate() {
            let before = match i.checked_sub(1) {
                Some(previous) => (span.start - speech[previous].end).clamp(0.0, LONGEST_PAUSE) / 2.0,
                None => (span.start - free.start).clamp(0.0, MARGIN),
            };
            let after = match speech.get(i + 1) {
                Some(next) => (next.start - span.end).clamp(0.0, LONGEST_PAUSE) / 2.0,
                None => (free.end - span.end).clamp(0.0, MARGIN),
            };
            let source = Span::new(span.start - before, span.end + after);
            pieces.push(Piece { at, source });
            at += source.seconds();
        }
        Self { pieces, speech }
    }

    /// Length of the chunk's audio in seconds.
    pub fn seconds(&self) -> f64 {
        self.pieces.last().map_or(0.0, |p| p.at + p.source.seconds())
    }

    /// From the first to the last speech, in file time.
    pub fn span(&self) -> Span {
        let start = self.speech.first().map_or(0.0, |s| s.start);
        Span::new(start, self.speech.last().map_or(start, |s| s.end))
    }

    /// The chunk's audio, cut from the file's.
    pub fn audio(&self, file: &[f32]) -> Vec<f32> {
        self.pieces.iter().flat_map(|p| file[p.source.samples(RATE, file.len())].iter().copied()).collect()
    }

    /// File time of a chunk time. At a seam the earlier piece is meant when `ending`, else the later one.
    pub fn to_file(&self, time: f64, ending: bool) -> f64 {
        let after = |p: &&Piece| if ending { p.at < time } else { p.at <= time };
        let piece = self.pieces.iter().rev().find(after).or(self.pieces.first());
        piece.map_or(time, |p| (p.source.start + time - p.at).clamp(p.source.start, p.source.end))
    }
}

/// Packs `speech` (in order, without overlap) into chunks of at most [`LONGEST`] seconds, cut at long pauses.
pub fn pack(speech: &[Span], file: &[f32]) -> Vec<Chunk> {
    let mut rest: Vec<Span> = speech.iter().flat_map(|s| split_long(*s, file)).collect();
    let mut chunks = Vec::new();
    let mut free = Span::new(0.0, file.len() as f64 / f64::from(RATE));
    while !rest.is_empty() {
        let fits = fitting(&rest);
        let tail = rest.split_off(best_cut(&rest, fits));
        // Half of the pause to the next chunk belongs to this one.
        let border = match (rest.last(), tail.first()) {
            (Some(last), Some(next)) => (last.end + next.start) / 2.0,
            _ => free.end,
        };
        chunks.push(Chunk::of(rest, Span::new(free.start, border)));
        free.start = border;
        rest = tail;
    }
    chunks
}

/// How many of the first spans fit into one chunk (at least one).
fn fitting(spans: &[Span]) -> usize {
    let mut seconds = 0.0;
    for (i, span) in spans.iter().enumerate() {
        let pause = if i == 0 { 0.0 } else { (span.start - spans[i - 1].end).clamp(0.0, LONGEST_PAUSE) };
        seconds += span.seconds() + pause;
        if seconds > LONGEST {
            return i.max(1);
        }
    }
    spans.len()
}

/// Where to close the chunk: all that fits when nothing is left over, else at the longest pause in its last part.
fn best_cut(spans: &[Span], fits: usize) -> usize {
    if fits == spans.len() {
        return fits;
    }
    let mut filled = 0.0;
    let mut best = (fits, 0.0);
    for i in 1..=fits {
        filled += spans[i - 1].seconds();
        let pause = spans[i].start - spans[i - 1].end;
        if filled >= FULL * LONGEST && pause >= best.1 {
            best = (i, pause);
        }
    }
    best.0
}

/// Cuts speech that is too long for one chunk where it is quietest.
fn split_long(span: Span, file: &[f32]) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut rest = span;
    while rest.seconds() > LONGEST {
        let cut = quietest(Span::new(rest.start + FULL * LONGEST, rest.start + LONGEST), file);
        parts.push(Span::new(rest.start, cut));
        rest = Span::new(cut, rest.end);
    }
    parts.push(rest);
    parts
}

/// Middle of the quietest 0.1 s of `span`.
fn quietest(span: Span, file: &[f32]) -> f64 {
    const WIDTH: f64 = 0.1;
    let steps = ((span.seconds() - WIDTH) / (WIDTH / 2.0)).max(0.0) as usize;
    let at = |i: usize| Span::new(span.start, span.start + WIDTH).shifted(i as f64 * WIDTH / 2.0);
    let loudness = |i: &usize| rms(&file[at(*i).samples(RATE, file.len())]);
    let best = (0..=steps).min_by(|a, b| loudness(a).total_cmp(&loudness(b))).unwrap_or_default();
    at(best).middle()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pauses_shrink_and_times_map_back() {
        let chunk = Chunk::of(vec![Span::new(1.0, 3.0), Span::new(13.0, 14.0)], Span::new(1.0, 14.0));
        assert!((chunk.seconds() - 3.8).abs() < 1e-9);
        assert!((chunk.to_file(0.5, false) - 1.5).abs() < 1e-9);
        // Chunk time 2.8 is where the second speech begins.
        assert!((chunk.to_file(2.8, false) - 13.0).abs() < 1e-9);
        // A word that ends at the seam ends in the first piece.
        assert!((chunk.to_file(2.4, true) - 3.4).abs() < 1e-9);
        assert!((chunk.to_file(2.4, false) - 12.6).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_too_long() {
        let file = vec![0.1; 130 * 16_000];
        let speech =
            [Span::new(0.0, 12.0), Span::new(12.3, 25.0), Span::new(27.0, 95.0), Span::new(96.0, 120.0)];
        let chunks = pack(&speech, &file);
        assert!(chunks.iter().all(|c| c.seconds() <= LONGEST + 2.0 * MARGIN + 0.01));
        let total: f64 = chunks.iter().flat_map(|c| &c.speech).map(Span::seconds).sum();
        assert!((total - speech.iter().map(Span::seconds).sum::<f64>()).abs() < 1e-6);
    }

    #[test]
    fn chunks_end_at_long_pauses() {
        let file = vec![0.0; 60 * 16_000];
        let speech = [Span::new(0.0, 20.0), Span::new(22.0, 27.0), Span::new(27.3, 40.0)];
        let chunks = pack(&speech, &file);
        assert_eq!(chunks[0].speech.len(), 1);
        assert_eq!(chunks[1].speech.len(), 2);
    }
}
