//! Lines and sentences: a sentence that runs over several lines is translated whole and split back over them.

use std::ops::Range;

use crate::engine::SourceLine;
use crate::sentences::{is_complete, split};

/// Longest run of lines that is joined: speech without any punctuation must not become one sentence.
const MAX_LINES: usize = 4;
/// Longest joined text in words, for the same reason.
const MAX_WORDS: usize = 60;

/// A sentence and the lines it lies in.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The sentence as written.
    pub text: String,
    /// Line (position in the given slice) and how many of the sentence's words lie in it, in order.
    pub parts: Vec<(usize, usize)>,
}

/// The sentences of a transcript. With `join`, an unfinished line goes on in the next line of the same speaker.
pub fn sentences(lines: &[SourceLine], join: bool) -> Vec<Sentence> {
    units(lines, join).flat_map(|range| unit(&lines[range.clone()], range.start)).collect()
}

/// The lines that are translated together with line `at`, as sentences run over them; whoever translates that line
/// anew needs all of them.
pub fn together(lines: &[SourceLine], at: usize) -> Range<usize> {
    units(lines, true).find(|range| range.contains(&at)).unwrap_or(at..at)
}

/// The runs of lines that are joined.
fn units(lines: &[SourceLine], join: bool) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = start;
        if first >= lines.len() {
            return None;
        }
        start += 1;
        while join && start < lines.len() && continues(&lines[first..start], &lines[start]) {
            start += 1;
        }
        Some(first..start)
    })
}

fn continues(unit: &[SourceLine], next: &SourceLine) -> bool {
    let Some(last) = unit.last() else { return false };
    let words = |line: &SourceLine| line.text.split_whitespace().count();
    unit.len() < MAX_LINES
        && last.speaker == next.speaker
        && next.index == last.index + 1
        && words(last) > 0
        && words(next) > 0
        && !is_complete(&last.text)
        && unit.iter().map(words).sum::<usize>() + words(next) <= MAX_WORDS
}

/// Splits the joined text of `lines`, the first of which is line `first`, and tells where each sentence's words lie.
fn unit(lines: &[SourceLine], first: usize) -> Vec<Sentence> {
    let text = lines.iter().map(|l| l.text.trim()).collect::<Vec<_>>().join(" ");
    let mut owners = lines
        .iter()
        .enumerate()
        .flat_map(|(i, line)| std::iter::repeat_n(first + i, line.text.split_whitespace().count()));
    let pieces = split(&text).into_iter().map(|text| {
        let mut parts: Vec<(usize, usize)> = Vec::new();
        for owner in owners.by_ref().take(text.split_whitespace().count()) {
            match parts.last_mut() {
                Some((line, words)) if *line == owner => *words += 1,
                _ => parts.push((owner, 1)),
            }
        }
        if parts.is_empty() {
            // Scripts without spaces: several sentences in one "word".
            parts.push((first + lines.len() - 1, 1));
        }
        Sentence { text, parts }
    });
    pieces.collect()
}

/// Splits a target sentence into as many pieces as `shares` has, each about its share long, cut where a clause ends or a
/// phrase begins. `None` when there are fewer words than pieces.
pub fn distribute(target: &str, shares: &[usize]) -> Option<Vec<String>> {
    let words: Vec<&str> = target.split_whitespace().collect();
    if words.len() < shares.len() || shares.is_empty() {
        return None;
    }
    let ends: Vec<usize> = words
        .iter()
        .scan(0, |end, word| {
            *end += word.chars().count() + 1;
            Some(*end)
        })
        .collect();
    let length = *ends.last()? as f64;
    let all = shares.iter().sum::<usize>().max(1) as f64;
    let (mut pieces, mut start, mut share) = (Vec::with_capacity(shares.len()), 0, 0);
    for (i, part) in shares.iter().enumerate() {
        share += part;
        let left = shares.len() - i - 1;
        let ideal = share as f64 / all;
        let cut = if left == 0 {
            words.len()
        } else {
            let cost =
                |at: &usize| (ends[at - 1] as f64 / length - ideal).abs() + seam(words[at - 1], words[*at]);
            (start + 1..=words.len() - left).min_by(|a, b| cost(a).total_cmp(&cost(b)))?
        };
        pieces.push(words[start..cut].join(" "));
        start = cut;
    }
    Some(pieces)
}

/// How bad it is to cut between two words: good after punctuation and before a connective, bad after an article or a preposition.
fn seam(before: &str, after: &str) -> f64 {
    const CONNECTIVES: &[&str] = &[
        "y", "e", "o", "u", "pero", "que", "cuando", "porque", "si", "como", "donde", "para", "mas",
        "quando", "se", "onde", "et", "ou", "mais", "qui", "quand", "parce", "pour", "ma", "che", "perché",
        "dove", "per", "and", "or", "but", "that", "when", "because", "if", "where", "which", "who", "to",
    ];
    const BINDING: &[&str] = &[
        "el", "la", "los", "las", "un", "una", "de", "del", "a", "al", "en", "con", "por", "su", "sus", "mi",
        "tu", "os", "as", "um", "uma", "do", "da", "dos", "das", "no", "na", "em", "com", "le", "les", "des",
        "du", "une", "il", "lo", "gli", "di", "the", "an", "of", "in", "with", "my", "your", "his", "her",
        "their", "our", "muy", "muito", "very", "y", "e", "and",
    ];
    if before.ends_with([',', ';', ':', '.', '!', '?', '…']) {
        return -0.12;
    }
    let plain = |word: &str| word.to_lowercase();
    if BINDING.contains(&plain(before).as_str()) {
        return 0.15;
    }
    if CONNECTIVES.contains(&plain(after).as_str()) { -0.06 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(index: usize, speaker: &str, text: &str) -> SourceLine {
        SourceLine::new(text, speaker, index)
    }

    #[test]
    fn joins_unfinished_lines_of_one_speaker() {
        let lines = [
            line(0, "S1", "Hello. He promised that if their next game"),
            line(1, "S1", "hits its targets"),
            line(2, "S2", "he pays."),
        ];
        let all = sentences(&lines, true);
        let texts: Vec<&str> = all.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["Hello.", "He promised that if their next game hits its targets", "he pays."]);
        assert_eq!(all[1].parts, [(0, 7), (1, 3)]);
        assert_eq!(sentences(&lines, false).len(), 4);
        assert_eq!([together(&lines, 0), together(&lines, 1), together(&lines, 2)], [0..2, 0..2, 2..3]);
    }

    #[test]
    fn distributes_without_empty_pieces() {
        let pieces =
            distribute("Prometió que, si su próximo juego cumple los objetivos, pagaría.", &[5, 4, 2])
                .unwrap();
        assert_eq!(pieces, ["Prometió que, si su próximo", "juego cumple los objetivos,", "pagaría."]);
        assert_eq!(distribute("Sí.", &[1, 1]), None);
    }
}
