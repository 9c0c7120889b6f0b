//! From words and turns to lines: who says what, in sentence-like stretches.

mod breaks;
mod join;
mod owner;

use redub_core::{Line, Span, Speaker, Word};

use crate::turns::Turns;

pub use join::join;

/// A word and the speaker (index in [`Turns`]) it was given to.
#[derive(Debug, Clone)]
struct Owned {
    word: Word,
    speaker: usize,
}

/// Gives every word to the speaker who speaks then, and cuts the words into lines.
///
/// A line ends at the end of a sentence, at a change of speaker, at a pause above 0.7 s (0.45 s behind a comma), and
/// before 12 s or 200 characters (80 in scripts without spaces); fragments of a word or two join their neighbour of the
/// same speaker. No word is lost or reordered and no line spans two speakers. Speakers are named `S1`, `S2`, … by first
/// appearance in the lines; their gender and pitch are left open. Those who say no word are left out.
pub fn lines(words: &[Word], turns: &Turns) -> (Vec<Line>, Vec<Speaker>) {
    let owned = owner::assign(words, turns);
    let groups = breaks::cut(owned);
    let mut speakers: Vec<(usize, Speaker)> = Vec::new();
    let lines = groups
        .into_iter()
        .enumerate()
        .map(|(index, group)| {
            let speaker = group.first().map_or(0, |w| w.speaker);
            let id = name(speaker, &mut speakers);
            let words: Vec<Word> = group.into_iter().map(|w| w.word).collect();
            Line { index, speaker: id, span: span(&words), text: join(&words), words }
        })
        .collect::<Vec<_>>();
    let speakers = speakers
        .into_iter()
        .map(|(turn_speaker, speaker)| Speaker {
            seconds: seconds(turn_speaker, &speaker.id, turns, &lines),
            ..speaker
        })
        .collect();
    (lines, speakers)
}

/// The speaker of [`Turns`] behind a speaker's name: the one with most time in common with that speaker's lines.
pub fn turn_speaker(id: &str, lines: &[Line], turns: &Turns) -> Option<usize> {
    let mut shared = vec![0.0; turns.speakers];
    for line in lines.iter().filter(|l| l.speaker == id) {
        for turn in &turns.turns {
            if let Some(sum) = shared.get_mut(turn.speaker) {
                *sum += turn.span.overlap(&line.span);
            }
        }
    }
    let best = (0..shared.len()).max_by(|a, b| shared[*a].total_cmp(&shared[*b]))?;
    (shared[best] > 0.0).then_some(best)
}

/// The name of a speaker, given at first appearance.
fn name(speaker: usize, speakers: &mut Vec<(usize, Speaker)>) -> String {
    if let Some((_, known)) = speakers.iter().find(|(index, _)| *index == speaker) {
        return known.id.clone();
    }
    let id = format!("S{}", speakers.len() + 1);
    speakers.push((speaker, Speaker { id: id.clone(), gender: None, pitch_hz: None, seconds: 0.0 }));
    id
}

/// Seconds a speaker speaks: of the turns, or of the words when there are no turns.
fn seconds(turn_speaker: usize, id: &str, turns: &Turns, lines: &[Line]) -> f64 {
    let of_turns: f64 =
        turns.turns.iter().filter(|t| t.speaker == turn_speaker).map(|t| t.span.seconds()).sum();
    if of_turns > 0.0 {
        return of_turns;
    }
    lines.iter().filter(|l| l.speaker == id).flat_map(|l| &l.words).map(|w| w.span.seconds()).sum()
}

fn span(words: &[Word]) -> Span {
    let start = words.first().map_or(0.0, |w| w.span.start);
    Span::new(start, words.iter().map(|w| w.span.end).fold(start, f64::max))
}

#[cfg(test)]
mod tests;
