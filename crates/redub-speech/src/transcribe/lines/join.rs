//! Joins words to text the way their script is written.

use redub_core::Word;

/// The words as running text: a space between words, none between characters of scripts written without spaces.
pub fn join(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        let spaced = match (text.chars().last(), word.text.chars().next()) {
            (Some(before), Some(after)) => !(is_spaceless(before) || is_spaceless(after)),
            _ => false,
        };
        if spaced {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// Characters of scripts without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer, Tibetan, and their
/// punctuation. (Hangul is written with spaces.)
pub fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{0f00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3000}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}
