//! Fits word times to where speech is.
//!
//! The recogniser's alignment is sure of the order of words and of about a tenth of a second; a word before a pause is
//! usually stretched over it. Voice activity knows the pauses: words are cut back to the speech they lie in.

use redub_core::{Span, Word};

use super::Dropped;

/// A word lying outside all speech is moved to speech at most this far away (seconds), else dropped.
const REACH: f64 = 0.4;
/// No word takes longer than this many seconds plus [`PER_CHARACTER`] for each of its letters.
const LONGEST_BASE: f64 = 0.6;
/// See [`LONGEST_BASE`].
const PER_CHARACTER: f64 = 0.12;
/// Every word lasts at least this long, in seconds.
const SHORTEST: f64 = 0.04;

/// Cuts words (in order) back to the `speech` spans; words where nobody speaks go to the second result.
pub fn fit(words: Vec<Word>, speech: &[Span]) -> (Vec<Word>, Vec<Dropped>) {
    let mut kept: Vec<Word> = Vec::with_capacity(words.len());
    let mut dropped = Vec::new();
    for mut word in words {
        let Some(span) = within_speech(word.span, speech) else {
            let reason = "nobody speaks there".to_owned();
            dropped.push(Dropped { span: word.span, text: word.text, reason });
            continue;
        };
        word.span = shortened(span, &word.text, speech);
        if let Some(last) = kept.last_mut() {
            order(&mut last.span, &mut word.span);
        }
        kept.push(word);
    }
    (kept, dropped)
}

/// The part of `span` in the stretch of speech it shares most with; else the nearest speech within reach.
fn within_speech(span: Span, speech: &[Span]) -> Option<Span> {
    let most = speech.iter().max_by(|a, b| a.overlap(&span).total_cmp(&b.overlap(&span)))?;
    if most.overlap(&span) > 0.0 {
        let inside = Span::new(span.start.max(most.start), span.end.min(most.end));
        return Some(at_least_shortest(inside, *most));
    }
    let distance = |s: &Span| (s.start - span.end).max(span.start - s.end);
    let nearest = speech.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let seconds = span.seconds().clamp(SHORTEST, 0.3);
    (distance(nearest) <= REACH).then(|| {
        if nearest.start >= span.end {
            Span::new(nearest.start, nearest.start + seconds)
        } else {
            Span::new(nearest.end - seconds, nearest.end)
        }
    })
}

fn at_least_shortest(span: Span, room: Span) -> Span {
    if span.seconds() >= SHORTEST {
        return span;
    }
    let start = span.start.min(room.end - SHORTEST).max(room.start);
    Span::new(start, start + SHORTEST)
}

/// A word too long for its letters loses the surplus at its start when it begins a stretch of speech late in the
/// alignment's view, else at its end.
fn shortened(span: Span, text: &str, speech: &[Span]) -> Span {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let longest = LONGEST_BASE + PER_CHARACTER * letters as f64;
    if span.seconds() <= longest {
        return span;
    }
    let ends_speech = speech.iter().any(|s| (s.end - span.end).abs() < 0.1);
    let begins_speech = speech.iter().any(|s| (s.start - span.start).abs() < 0.1);
    if ends_speech && !begins_speech {
        // Alignment tends to let the last word of a breath end late, never start early.
        Span::new(span.start, span.start + longest)
    } else if begins_speech && !ends_speech {
        Span::new(span.end - longest, span.end)
    } else {
        Span::new(span.start, span.start + longest)
    }
}

/// Keeps `next` behind `last`, which gives up what they share down to its shortest length.
fn order(last: &mut Span, next: &mut Span) {
    if next.start >= last.end {
        return;
    }
    let border = next.start.max(last.start + SHORTEST).min(last.end);
    last.end = border;
    next.start = border;
    next.end = next.end.max(border + SHORTEST);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start: f64, end: f64) -> Word {
        Word { text: text.to_owned(), span: Span::new(start, end), probability: 1.0 }
    }

    #[test]
    fn words_do_not_reach_into_pauses() {
        let speech = [Span::new(1.0, 2.0), Span::new(4.0, 5.0)];
        let (words, dropped) =
            fit(vec![word("so", 0.2, 1.3), word("end", 1.6, 3.9), word("next", 3.8, 4.4)], &speech);
        assert!(dropped.is_empty());
        assert_eq!(words[0].span, Span::new(1.0, 1.3));
        assert_eq!(words[1].span, Span::new(1.6, 2.0));
        assert_eq!(words[2].span, Span::new(4.0, 4.4));
    }

    #[test]
    fn words_over_silence_are_dropped() {
        let (words, dropped) = fit(vec![word("ghost", 7.0, 7.4)], &[Span::new(1.0, 2.0)]);
        assert!(words.is_empty());
        assert_eq!(dropped[0].text, "ghost");
    }

    #[test]
    fn order_and_length_hold() {
        let speech = [Span::new(0.0, 9.0)];
        let (words, _) = fit(vec![word("a", 0.0, 5.0), word("b", 0.5, 0.5), word("c", 0.4, 0.6)], &speech);
        assert!(words.windows(2).all(|w| w[0].span.end <= w[1].span.start));
        assert!(words.iter().all(|w| w.span.seconds() >= SHORTEST - 1e-9 && w.span.seconds() < 1.0));
    }
}
