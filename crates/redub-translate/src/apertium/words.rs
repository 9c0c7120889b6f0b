//! Replacing whole words.

use crate::polish::raise;

/// Replaces whole words or phrases regardless of case; a capital at the phrase's start stays a capital.
pub fn replace_words(text: &str, long: &str, short: &str) -> String {
    let lower = text.to_lowercase();
    // Case folding that changes byte lengths is rare enough to leave such a text alone.
    if lower.len() != text.len() || !lower.contains(long) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(long) {
        let end = at + found.len();
        let bounded =
            !text[..at].ends_with(char::is_alphanumeric) && !text[end..].starts_with(char::is_alphanumeric);
        if !bounded || at < from {
            continue;
        }
        out.push_str(&text[from..at]);
        let capital = text[at..].starts_with(char::is_uppercase);
        out.push_str(&if capital { raise(short) } else { short.to_owned() });
        from = end;
    }
    out.push_str(&text[from..]);
    out
}
