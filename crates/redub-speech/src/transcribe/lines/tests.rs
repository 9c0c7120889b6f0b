use proptest::prelude::*;
use redub_core::{Span, Word};

use super::lines;
use crate::turns::{Turn, Turns};

fn word(text: &str, start: f64, end: f64) -> Word {
    Word { text: text.to_owned(), span: Span::new(start, end), probability: 0.9 }
}

fn turns(parts: &[(usize, f64, f64)]) -> Turns {
    let turns: Vec<Turn> = parts
        .iter()
        .map(|(speaker, from, to)| Turn { speaker: *speaker, span: Span::new(*from, *to) })
        .collect();
    let speakers = parts.iter().map(|p| p.0 + 1).max().unwrap_or_default();
    Turns { speech: turns.iter().map(|t| t.span).collect(), turns, speakers, ..Turns::default() }
}

/// Words of 0.3 s each, one after the other.
fn speak(text: &str) -> Vec<Word> {
    text.split(' ').enumerate().map(|(i, t)| word(t, i as f64 * 0.35, i as f64 * 0.35 + 0.3)).collect()
}

#[test]
fn sentences_become_lines() {
    let words = speak("Dr. Smith went home early today. He was tired and wanted to sleep.");
    let (lines, speakers) = lines(&words, &turns(&[(0, 0.0, 10.0)]));
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].text, "Dr. Smith went home early today.");
    assert_eq!(speakers.len(), 1);
    assert_eq!(speakers[0].id, "S1");
}

#[test]
fn a_change_of_speaker_moves_to_the_end_of_the_sentence() {
    // The diarizer hears the change one word late.
    let words = speak("are you sure about that? yes I am quite sure");
    let (lines, speakers) = lines(&words, &turns(&[(0, 0.0, 2.0), (1, 2.0, 10.0)]));
    assert_eq!(lines[0].text, "are you sure about that?");
    assert_eq!(lines[1].speaker, "S2");
    assert_eq!(speakers.len(), 2);
}

#[test]
fn chinese_is_joined_without_spaces_and_mixed_text_with() {
    let words: Vec<Word> = ["你", "好\u{ff0c}", "OpenAI", "的", "人。"]
        .iter()
        .enumerate()
        .map(|(i, t)| word(t, i as f64, i as f64 + 0.9))
        .collect();
    let (lines, _) = lines(&words, &turns(&[(0, 0.0, 9.0)]));
    assert_eq!(lines[0].text, "你好\u{ff0c}OpenAI的人。");
}

#[test]
fn without_turns_there_is_one_speaker() {
    let (lines, speakers) = lines(&speak("hello there my friend"), &Turns::default());
    assert_eq!((lines.len(), speakers.len()), (1, 1));
    assert!((speakers[0].seconds - 1.2).abs() < 1e-6);
}

proptest! {
    #[test]
    fn no_word_is_lost_reordered_or_shared(
        texts in prop::collection::vec("[a-z]{1,9}[.,?]?", 0..120),
        steps in prop::collection::vec((0.0..1.5_f64, 0.05..0.8_f64), 120),
        changes in prop::collection::vec((0_usize..3, 0.2..6.0_f64), 1..20),
    ) {
        let mut time = 0.0;
        let words: Vec<Word> = texts.iter().zip(&steps).map(|(text, (gap, length))| {
            let start = time + gap * gap;
            time = start + length;
            word(text, start, time)
        }).collect();
        let mut at = 0.0;
        let parts: Vec<(usize, f64, f64)> = changes.iter().map(|(speaker, length)| {
            let part = (*speaker, at, at + length * 1.2);
            at += length;
            part
        }).collect();
        let turns = turns(&parts);
        let (lines, speakers) = lines(&words, &turns);
        let out: Vec<Word> = lines.iter().flat_map(|l| l.words.clone()).collect();
        prop_assert_eq!(out, words);
        for line in &lines {
            prop_assert!(!line.words.is_empty());
            prop_assert!(speakers.iter().any(|s| s.id == line.speaker));
            prop_assert!(line.words.len() == 1 || line.span.seconds() <= 12.5);
        }
    }
}
