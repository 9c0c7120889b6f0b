//! Cuts owned words into lines.

use super::Owned;
use super::join::is_spaceless;

/// A pause that ends a line, in seconds.
const PAUSE: f64 = 0.7;
/// A pause that ends a line behind a comma, in seconds.
const PAUSE_AFTER_COMMA: f64 = 0.45;
/// Longest line in seconds.
const LONGEST: f64 = 12.0;
/// Most characters of a line.
const MOST: usize = 200;
/// A character of a script without spaces says about as much as this many letters.
const WEIGHT_OF_SPACELESS: f64 = 2.5;
/// A line with less than this many seconds is a fragment …
const FRAGMENT_SECONDS: f64 = 1.0;
/// … if it has no more than this many letters.
const FRAGMENT_LETTERS: usize = 18;
/// A fragment joins a neighbour at most this many seconds away.
const FRAGMENT_GAP: f64 = 0.9;

/// Lines as groups of words, in order; none is empty.
pub fn cut(words: Vec<Owned>) -> Vec<Vec<Owned>> {
    let mut lines: Vec<Vec<Owned>> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.last().is_some_and(|before| !breaks(before, &word)) => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    let split = lines.into_iter().flat_map(split_long).collect();
    merge_fragments(split)
}

/// Whether a line ends between two neighbouring words.
fn breaks(before: &Owned, after: &Owned) -> bool {
    let pause = after.word.span.start - before.word.span.end;
    before.speaker != after.speaker
        || ends_sentence(&before.word.text)
        || pause > PAUSE
        || (pause > PAUSE_AFTER_COMMA && ends_clause(&before.word.text))
}

/// Whether a word closes a sentence; abbreviations and initials do not.
pub fn ends_sentence(word: &str) -> bool {
    let bare = word.trim_end_matches(['"', '\'', '”', '’', ')', ']', '»', '」', '』', '\u{ff09}']);
    if bare.ends_with(['!', '?', '。', '\u{ff01}', '\u{ff1f}', '…', '।', '؟']) {
        return true;
    }
    let Some(stem) = bare.strip_suffix('.') else { return false };
    let lower = stem.to_lowercase();
    let initial = stem.chars().count() == 1 && stem.chars().all(char::is_uppercase) && stem != "I";
    let dotted =
        stem.contains('.') && stem.chars().all(|c| c.is_alphabetic() || c == '.') && !bare.ends_with("..");
    let title = matches!(
        lower.as_str(),
        "mr" | "mrs"
            | "ms"
            | "dr"
            | "prof"
            | "st"
            | "sr"
            | "sra"
            | "srta"
            | "dra"
            | "jr"
            | "vs"
            | "no"
            | "nr"
            | "bzw"
            | "ca"
            | "mme"
    );
    // "no." is a number's sign only before a number, and far more often the answer.
    (!title || lower == "no") && !initial && !dotted
}

fn ends_clause(word: &str) -> bool {
    word.ends_with([',', ';', ':', '—', '–', '-', '\u{ff0c}', '、', '\u{ff1b}', '\u{ff1a}', '،'])
}

/// Weighted number of characters: what a reader has to read.
fn weight(words: &[Owned]) -> f64 {
    let of = |c: char| if is_spaceless(c) { WEIGHT_OF_SPACELESS } else { 1.0 };
    words.iter().map(|w| 1.0 + w.word.text.chars().map(of).sum::<f64>()).sum()
}

fn seconds(words: &[Owned]) -> f64 {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => last.word.span.end - first.word.span.start,
        _ => 0.0,
    }
}

fn is_long(words: &[Owned]) -> bool {
    seconds(words) > LONGEST || weight(words) > MOST as f64
}

/// Splits a line that is too long where it hurts least, again and again.
fn split_long(line: Vec<Owned>) -> Vec<Vec<Owned>> {
    if !is_long(&line) || line.len() < 2 {
        return vec![line];
    }
    let merit = |i: usize| split_merit(&line, i);
    let best = (1..line.len()).max_by(|a, b| merit(*a).total_cmp(&merit(*b))).unwrap_or(1);
    let mut head = line;
    let tail = head.split_off(best);
    let mut parts = split_long(head);
    parts.extend(split_long(tail));
    parts
}

/// How good a split before word `i` is: a clause border, a pause, and parts of like length.
fn split_merit(line: &[Owned], i: usize) -> f64 {
    let (before, after) = (&line[i - 1].word, &line[i].word);
    let pause = (after.span.start - before.span.end).clamp(0.0, 1.0);
    let clause = if ends_clause(&before.text) { 0.5 } else { 0.0 };
    let start = line[0].word.span.start;
    let share = (after.span.start - start) / seconds(line).max(f64::MIN_POSITIVE);
    clause + 1.5 * pause - 2.0 * (share - 0.5).abs()
}

/// Joins fragments to the nearer neighbour of the same speaker.
fn merge_fragments(lines: Vec<Vec<Owned>>) -> Vec<Vec<Owned>> {
    let mut merged: Vec<Vec<Owned>> = Vec::new();
    let mut lines = lines.into_iter().peekable();
    while let Some(mut line) = lines.next() {
        if is_fragment(&line) {
            let gap_before = merged.last().and_then(|before| gap(before, &line));
            let gap_after = lines.peek().and_then(|after| gap(&line, after));
            let backwards = gap_before.is_some_and(|b| gap_after.is_none_or(|a| b <= a));
            if backwards {
                if let Some(before) = merged.last_mut() {
                    before.append(&mut line);
                }
                continue;
            }
            if gap_after.is_some()
                && let Some(after) = lines.next()
            {
                line.extend(after);
            }
        }
        merged.push(line);
    }
    merged
}

fn is_fragment(line: &[Owned]) -> bool {
    weight(line) <= (FRAGMENT_LETTERS + line.len()) as f64 && seconds(line) < FRAGMENT_SECONDS
}

/// Seconds between two lines that may be joined; `None` when they may not.
fn gap(before: &[Owned], after: &[Owned]) -> Option<f64> {
    let (last, first) = (before.last()?, after.first()?);
    let gap = first.word.span.start - last.word.span.end;
    let together = first.word.span.end.max(after.last()?.word.span.end) - before.first()?.word.span.start;
    let fits = together <= LONGEST && weight(before) + weight(after) <= MOST as f64;
    (last.speaker == first.speaker && gap <= FRAGMENT_GAP && fits).then_some(gap)
}
