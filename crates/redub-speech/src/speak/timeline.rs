//! From token durations to sounds and words on the audio's time line.

use redub_core::time::Span;
use redub_core::{PhoneSpan, audio::rms};

use super::durations::{LEAD_IN, Plan, UNIT};
use super::kokoro::RATE;

/// How much earlier than the token durations say a sound is heard, in samples at 24 kHz. Found by sliding the
/// voiced/unvoiced pattern of the tokens over the speech level: 50-65 ms for seven voices in five languages.
pub const LEAD: usize = 1320;

/// Frame for the silence test, in samples (5 ms).
const FRAME: usize = 120;
/// Speech this much below the line's level is silence: -30 dB.
const QUIET: f32 = 0.0316;
/// A quiet stretch shorter than this, in frames, is part of the sound beside it.
const SHORTEST_SILENCE: usize = 12;

/// One sound or silence under construction, in samples of the audio.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    /// The sound; `" "` for silence.
    symbol: String,
    word: Option<usize>,
    start: usize,
    end: usize,
    /// A space or punctuation mark, which is silence only if it sounds like it.
    gap: bool,
}

/// Sounds and words of a run, on the audio its plan keeps.
pub fn lay_out(plan: &Plan, audio: &[f32]) -> Vec<(PhoneSpan, Option<usize>)> {
    let quiet = quiet_frames(audio);
    let pieces = settle_gaps(cut_tails(pieces(plan, audio.len()), &quiet), &quiet);
    let at = |sample: usize| sample as f64 / f64::from(RATE);
    pieces
        .into_iter()
        .map(|p| (PhoneSpan { symbol: p.symbol, span: Span::new(at(p.start), at(p.end)) }, p.word))
        .collect()
}

/// Spans of the words, from the sounds that belong to them; a word without a sound gets an empty span where
/// the word before it ends.
pub fn word_spans(words: &[String], phones: &[(PhoneSpan, Option<usize>)]) -> Vec<(String, Span)> {
    let mut last = 0.0;
    let span_of = |index: usize| {
        let own = phones.iter().filter(|(_, word)| *word == Some(index)).map(|(p, _)| p.span);
        own.reduce(|a, b| Span::new(a.start.min(b.start), a.end.max(b.end)))
    };
    words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let span = span_of(index).unwrap_or(Span::new(last, last));
            last = span.end;
            (word.clone(), span)
        })
        .collect()
}

/// One piece per sound: stress marks count to the sound after them, length and tone marks to the one before.
fn pieces(plan: &Plan, len: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = 0;
    let mut boundary = LEAD_IN as usize * UNIT - LEAD;
    let mut open: Option<usize> = None;
    for (symbol, units) in plan.symbols.iter().zip(&plan.units) {
        boundary += *units as usize * UNIT;
        let end = boundary.min(len);
        let c = symbol.symbol;
        if matches!(c, 'ˈ' | 'ˌ') {
            open.get_or_insert(start);
        } else if let Some(last) = pieces.last_mut().filter(|p| is_trailing_mark(c) && !p.gap) {
            last.end = end;
            last.symbol.push(c);
        } else {
            let gap = symbol.word.is_none();
            let text = if gap { " ".to_owned() } else { c.to_string() };
            pieces.push(Piece {
                symbol: text,
                word: symbol.word,
                start: open.take().unwrap_or(start),
                end,
                gap,
            });
        }
        start = end;
    }
    if let Some(last) = pieces.last_mut() {
        last.end = len;
    }
    pieces
}

/// Marks that colour the sound before them.
fn is_trailing_mark(c: char) -> bool {
    matches!(c, 'ː' | 'ʰ' | 'ʲ' | 'ᵝ' | '\u{303}' | '↓' | '→' | '↗' | '↘')
}

/// The network ends a phrase inside the duration of its last sound: the quiet tail becomes silence.
fn cut_tails(pieces: Vec<Piece>, quiet: &[bool]) -> Vec<Piece> {
    let mut cut = Vec::with_capacity(pieces.len());
    for (i, mut piece) in pieces.iter().cloned().enumerate() {
        let phrase_end = !piece.gap && pieces.get(i + 1).is_none_or(|next| next.gap);
        if phrase_end {
            let frames = piece.start / FRAME..piece.end / FRAME;
            let silent = frames.clone().rev().take_while(|f| quiet.get(*f).copied().unwrap_or(true)).count();
            if silent >= SHORTEST_SILENCE && silent < frames.len() {
                let end = piece.end;
                piece.end = (frames.end - silent) * FRAME;
                let tail = Piece { symbol: " ".into(), word: None, start: piece.end, end, gap: true };
                cut.push(piece);
                cut.push(tail);
                continue;
            }
        }
        cut.push(piece);
    }
    cut
}

/// Joins neighbouring gaps; those that are not silent are divided between the sounds beside them.
fn settle_gaps(pieces: Vec<Piece>, quiet: &[bool]) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match joined.last_mut().filter(|last| last.gap && piece.gap) {
            Some(last) => last.end = piece.end,
            None => joined.push(piece),
        }
    }
    let is_silent = |p: &Piece| {
        let frames = p.start / FRAME..(p.end / FRAME).max(p.start / FRAME + 1);
        let silent = frames.clone().filter(|f| quiet.get(*f).copied().unwrap_or(true)).count();
        silent >= SHORTEST_SILENCE && 2 * silent > frames.len()
    };
    for i in 0..joined.len() {
        if !joined[i].gap || is_silent(&joined[i]) {
            continue;
        }
        let (start, end) = (joined[i].start, joined[i].end);
        let middle = match (i == 0, i + 1 == joined.len()) {
            (true, _) => start,
            (_, true) => end,
            _ => usize::midpoint(start, end),
        };
        if i > 0 {
            joined[i - 1].end = middle;
        }
        if let Some(next) = joined.get_mut(i + 1) {
            next.start = middle;
        }
        (joined[i].start, joined[i].end) = (middle, middle);
    }
    joined.retain(|p| p.end > p.start);
    joined
}

/// Which 5 ms frames are silent against the level of the whole.
fn quiet_frames(audio: &[f32]) -> Vec<bool> {
    let limit = rms(audio) * QUIET;
    audio.chunks(FRAME).map(|frame| rms(frame) < limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phonemes::Symbol;

    fn plan(text: &[(char, i64, Option<usize>)]) -> Plan {
        Plan {
            symbols: text.iter().map(|(symbol, _, word)| Symbol { symbol: *symbol, word: *word }).collect(),
            units: text.iter().map(|t| t.1).collect(),
            head: LEAD_IN,
            surplus: 0,
            after: Vec::new(),
        }
    }

    #[test]
    fn marks_join_their_sounds_and_silence_is_found() {
        let plan = plan(&[
            ('ˈ', 1, Some(0)),
            ('o', 3, Some(0)),
            ('ː', 2, Some(0)),
            (',', 6, None),
            (' ', 2, None),
            ('n', 2, Some(1)),
        ]);
        let mut audio = vec![0.3; 17 * UNIT];
        audio[4 * UNIT..15 * UNIT].fill(0.0);
        let phones = lay_out(&plan, &audio);
        let symbols: Vec<&str> = phones.iter().map(|(p, _)| p.symbol.as_str()).collect();
        assert_eq!(symbols, ["oː", " ", "n"]);
        assert!((phones[0].0.span.end - 0.1).abs() < 0.01);
        let words = word_spans(&["oh,".into(), "n".into()], &phones);
        assert_eq!(words[1].1, Span::new(0.37, 0.425));
    }

    #[test]
    fn spaces_that_sound_are_shared_by_their_neighbours() {
        let plan = plan(&[('a', 2, Some(0)), (' ', 2, None), ('b', 2, Some(1))]);
        let phones = lay_out(&plan, &vec![0.3; 7 * UNIT]);
        assert_eq!(phones.len(), 2);
        assert_eq!(phones[0].0.span, Span::new(0.0, 0.095));
    }
}
