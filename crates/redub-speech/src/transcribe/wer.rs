//! Word and character error rate.
//!
//! Both are the Levenshtein distance between reference and hypothesis (substitutions + deletions + insertions)
//! divided by the length of the reference, counted in words or characters, after [`normalise`]. They can exceed 1.

use redub_core::Language;

use super::script::simplified;
use crate::phonemes::normalize::spoken_form;

/// Lower-cases, takes punctuation and symbols away and leaves single spaces; numbers stay as written.
///
/// An apostrophe or hyphen inside a word is removed without splitting it when it is an apostrophe (`don't` → `dont`),
/// and becomes a space when it is a hyphen (`well-known` → `well known`).
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || is_mark(c) {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c);
        } else if !matches!(c, '\'' | '’' | 'ʼ') {
            space = true;
        }
    }
    out
}

/// Combining marks that belong to letters (Latin accents written apart, Devanagari and Arabic signs).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{64b}'..='\u{65f}' | '\u{e31}'..='\u{e4e}')
}

/// Word error rate of `hypothesis` against `reference`; 0 when both are empty, 1 when only the reference is.
pub fn wer(reference: &str, hypothesis: &str) -> f64 {
    let (reference, hypothesis) = (normalise(reference), normalise(hypothesis));
    let words = |text: &str| text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    rate(&words(&reference), &words(&hypothesis))
}

/// Character error rate, spaces not counted: the measure for languages written without spaces.
pub fn cer(reference: &str, hypothesis: &str) -> f64 {
    let characters = |text: &str| normalise(text).chars().filter(|c| *c != ' ').collect::<Vec<_>>();
    rate(&characters(reference), &characters(hypothesis))
}

/// Error rate of what was `heard` of a `text` that was spoken: a recogniser writes numbers in figures or in words, so the
/// nearest of the text as written and as read out counts.
pub fn spoken_error_rate(language: &Language, text: &str, heard: &str) -> f64 {
    let read = spoken_form(text, language);
    let rate = |text: &str, heard: &str| error_rate(language.primary(), text, heard);
    let mut least = rate(text, heard).min(rate(&read, heard));
    if language.is_unspaced() {
        least = least.min(rate(&read, &spoken_form(heard, language)));
    }
    least
}

/// [`cer`] for languages written without spaces between words (Japanese, Chinese, Thai, Lao, Khmer, Burmese), else [`wer`].
pub fn error_rate(primary_language: &str, reference: &str, hypothesis: &str) -> f64 {
    if primary_language == "zh" {
        cer(&simplified(reference), &simplified(hypothesis))
    } else if super::words::is_spaceless(primary_language) {
        cer(reference, hypothesis)
    } else {
        wer(reference, hypothesis)
    }
}

fn rate<T: PartialEq>(reference: &[T], hypothesis: &[T]) -> f64 {
    let distance = edit_distance(reference, hypothesis) as f64;
    if distance == 0.0 { 0.0 } else { distance / reference.len().max(1) as f64 }
}

/// Levenshtein distance, one row at a time.
fn edit_distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_and_case_do_not_count() {
        assert_eq!(wer("Don't stop, well-known friend!", "dont stop well known friend"), 0.0);
        assert_eq!(cer("你好\u{ff0c}世界。", "你好 世界"), 0.0);
    }

    #[test]
    fn counts_every_kind_of_error() {
        // One substitution, one deletion, one insertion over five words.
        assert!((wer("a b c d e", "a x c d f e e2 ") - 3.0 / 5.0).abs() < 1e-9);
        assert_eq!(wer("one two", ""), 1.0);
        assert_eq!(wer("", ""), 0.0);
    }

    #[test]
    fn japanese_is_judged_by_characters() {
        assert!((error_rate("ja", "東京タワー", "東京タワ") - 0.2).abs() < 1e-9);
        assert_eq!(error_rate("en", "a b", "a c"), 0.5);
    }
}
