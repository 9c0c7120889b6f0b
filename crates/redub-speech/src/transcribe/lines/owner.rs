//! Gives words to speakers.

use redub_core::{Span, Word};

use super::{Owned, breaks::ends_sentence};
use crate::turns::Turns;

/// A change of speaker moves to a sentence border at most this many words …
const SNAP_WORDS: usize = 2;
/// … and this many seconds away: diarization is not sharper than that.
const SNAP_SECONDS: f64 = 0.8;
/// A pause that marks a border as well as a full stop, in seconds.
const BORDER_PAUSE: f64 = 0.35;
/// A single word inside another's speech is only believed to be another's when it stands off by this pause (seconds).
const LONE_PAUSE: f64 = 0.2;

/// The speaker of each word: who speaks most of the time it takes; changes are moved to the nearest sentence border.
pub fn assign(words: &[Word], turns: &Turns) -> Vec<Owned> {
    let mut speakers: Vec<usize> = Vec::with_capacity(words.len());
    for word in words {
        speakers.push(speaker_of(word.span, turns, speakers.last().copied()));
    }
    adopt_lone_words(words, &mut speakers);
    snap_changes(words, &mut speakers);
    words.iter().cloned().zip(speakers).map(|(word, speaker)| Owned { word, speaker }).collect()
}

/// Who speaks during `span`; on a tie (both speak throughout) whoever spoke before goes on.
fn speaker_of(span: Span, turns: &Turns, before: Option<usize>) -> usize {
    let mut shared = vec![0.0_f64; turns.speakers.max(1)];
    for turn in &turns.turns {
        if let Some(sum) = shared.get_mut(turn.speaker) {
            *sum += turn.span.overlap(&span);
        }
    }
    let most = shared.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return nearest(span, turns).or(before).unwrap_or_default();
    }
    match before {
        Some(before) if shared.get(before).is_some_and(|s| *s >= 0.8 * most) => before,
        _ => shared.iter().position(|s| *s >= most).unwrap_or_default(),
    }
}

/// The speaker of the nearest turn.
fn nearest(span: Span, turns: &Turns) -> Option<usize> {
    let distance = |other: &Span| (other.start - span.end).max(span.start - other.end);
    turns.turns.iter().min_by(|a, b| distance(&a.span).total_cmp(&distance(&b.span))).map(|t| t.speaker)
}

/// A single word between two words of one other speaker, without a pause on either side, is theirs.
fn adopt_lone_words(words: &[Word], speakers: &mut [usize]) {
    for i in 1..speakers.len().saturating_sub(1) {
        let alone = speakers[i - 1] == speakers[i + 1] && speakers[i] != speakers[i - 1];
        let close = words[i].span.start - words[i - 1].span.end < LONE_PAUSE
            && words[i + 1].span.start - words[i].span.end < LONE_PAUSE;
        if alone && close && !(ends_sentence(&words[i - 1].text) && ends_sentence(&words[i].text)) {
            speakers[i] = speakers[i - 1];
        }
    }
}

/// Moves each change of speaker to the sentence border or pause nearest to it, if one is near.
fn snap_changes(words: &[Word], speakers: &mut [usize]) {
    let mut i = 1;
    while i < words.len() {
        if speakers[i] == speakers[i - 1] {
            i += 1;
            continue;
        }
        let border = |j: usize| {
            ends_sentence(&words[j - 1].text) || words[j].span.start - words[j - 1].span.end >= BORDER_PAUSE
        };
        let candidates = i.saturating_sub(SNAP_WORDS).max(1)..=(i + SNAP_WORDS).min(words.len() - 1);
        let target = candidates
            .filter(|j| border(*j))
            .filter(|j| (words[*j].span.start - words[i].span.start).abs() <= SNAP_SECONDS)
            // The words between must all belong to the one speaker who gives them up.
            .filter(|j| {
                let between = if *j < i { *j..i } else { i..*j };
                between.clone().all(|k| speakers[k] == speakers[if *j < i { i - 1 } else { i }])
            })
            .min_by_key(|j| j.abs_diff(i));
        let next = match target {
            Some(j) if j < i => {
                let speaker = speakers[i];
                speakers[j..i].fill(speaker);
                i
            }
            Some(j) if j > i => {
                let speaker = speakers[i - 1];
                speakers[i..j].fill(speaker);
                j
            }
            _ => i,
        };
        i = next + 1;
    }
}
