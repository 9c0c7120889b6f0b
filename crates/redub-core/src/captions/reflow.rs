//! Cutting a spoken line into cues a viewer can read.

use super::Cue;
use super::breaks::{self, Unit};
use crate::time::Span;

/// Limits of a cue. The defaults are those of the BBC subtitle guidelines for on-line video.
#[derive(Debug, Clone, Copy)]
pub struct ReflowRules {
    /// Characters in one row of text.
    pub row_characters: usize,
    /// Rows in one cue.
    pub rows: usize,
    /// Shortest time on screen in seconds, where the next cue leaves room for it.
    pub min_seconds: f64,
}

impl Default for ReflowRules {
    fn default() -> Self {
        Self { row_characters: 37, rows: 2, min_seconds: 1.0 }
    }
}

/// Cuts `text`, spoken in `span`, into cues within the rules. Time is shared by the length of the text; no
/// word is lost and cues do not overlap. `unspaced` text (Chinese, Japanese) is cut where rows may end (`breaks`).
pub fn reflow(text: &str, span: Span, unspaced: bool, rules: &ReflowRules) -> Vec<Cue> {
    let row = if unspaced { rules.row_characters / 2 } else { rules.row_characters };
    let rows = wrap(text, row.max(1), unspaced);
    let blocks: Vec<String> = rows.chunks(rules.rows.max(1)).map(|c| c.join("\n")).collect();
    let weight = |b: &str| b.chars().count().max(1) as f64;
    let total: f64 = blocks.iter().map(|b| weight(b)).sum();
    let mut at = span.start;
    let mut cues = Vec::with_capacity(blocks.len());
    for block in blocks {
        let end = at + span.seconds() * weight(&block) / total;
        cues.push(Cue { span: Span::new(at, end), text: block });
        at = end;
    }
    cues
}

/// Keeps cues on screen at least [`ReflowRules::min_seconds`], into the pause behind them and no further.
pub fn hold(cues: &mut [Cue], rules: &ReflowRules) {
    for i in 0..cues.len() {
        let limit = cues.get(i + 1).map_or(f64::INFINITY, |c| c.span.start);
        let wanted = cues[i].span.start + rules.min_seconds;
        cues[i].span.end = cues[i].span.end.max(wanted.min(limit));
    }
}

fn wrap(text: &str, row: usize, unspaced: bool) -> Vec<String> {
    let units: Vec<Unit> = if unspaced {
        breaks::units(text, row)
    } else {
        text.split_whitespace().map(|word| Unit { text: word.to_owned(), spaced: true }).collect()
    };
    let mut rows: Vec<String> = Vec::new();
    for Unit { text, spaced } in units {
        let gap = if spaced { " " } else { "" };
        match rows.last_mut() {
            Some(last) if last.chars().count() + gap.len() + text.chars().count() <= row => {
                last.push_str(gap);
                last.push_str(&text);
            }
            _ => rows.push(text),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_cue_overlaps(words in proptest::collection::vec("[a-z]{1,12}", 1..60), seconds in 0.5f64..30.0) {
            let text = words.join(" ");
            let cues = reflow(&text, Span::new(1.0, 1.0 + seconds), false, &ReflowRules::default());
            let back: Vec<String> = cues.iter().flat_map(|c| c.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
            prop_assert_eq!(back, words);
            for pair in cues.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start + 1e-9);
            }
            for cue in &cues {
                prop_assert!(cue.text.lines().count() <= 2);
            }
        }

        #[test]
        fn no_character_of_unspaced_text_is_lost(text in "[あ-んア-ン一-三0-9a-c、。「」]{1,80}") {
            let cues = reflow(&text, Span::new(0.0, 9.0), true, &ReflowRules::default());
            let rows: Vec<&str> = cues.iter().flat_map(|c| c.text.lines()).collect();
            prop_assert_eq!(rows.concat(), text);
            prop_assert!(rows.iter().all(|r| r.chars().count() <= 18));
        }
    }
}
