//! Apertium's marks for words it does not know: `*` (not analysed), `@` (not translated), `#` (not inflected).

use crate::polish::lexicon;

/// Stand-ins for characters of the text that look like marks.
const LOOKALIKES: [(char, char); 3] = [('*', '＊'), ('@', '＠'), ('#', '＃')];

/// Ending of a name that must not be translated; [`resolve`] takes it off.
pub const NAME: &str = "qxq";

/// Replaces look-alikes of marks and line breaks, so that a mark in the output is always Apertium's.
pub fn protect(text: &str) -> String {
    let swap =
        |c: char| LOOKALIKES.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, stand_in)| *stand_in);
    let swapped: String = text.chars().map(swap).collect();
    swapped.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes the marks off and the look-alikes back; unknown words are adapted to the target language where a rule is safe.
pub fn resolve(text: &str, mode: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['*', '@', '#']) {
        resolved.push_str(&rest[..at]);
        let marked = &rest[at..];
        let word = &marked[1..];
        let length =
            word.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '·')).unwrap_or(word.len());
        let sentence_start = is_sentence_start(&resolved);
        match marked.as_bytes()[0] {
            b'*' => resolved.push_str(&lexicon::adapt(&word[..length], mode, sentence_start)),
            _ => resolved.push_str(&word[..length]),
        }
        rest = &word[length..];
    }
    resolved.push_str(rest);
    let back =
        |c: char| LOOKALIKES.iter().find(|(_, stand_in)| *stand_in == c).map_or(c, |(plain, _)| *plain);
    resolved.replace(NAME, "").trim().chars().map(back).collect()
}

fn is_sentence_start(before: &str) -> bool {
    before
        .trim_end()
        .chars()
        .last()
        .is_none_or(|c| matches!(c, '.' | '!' | '?' | '¿' | '¡' | '"' | '«' | '“'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_never_leak_and_lookalikes_survive() {
        let protected = protect("5 * 3 is #1 @home");
        assert!(!protected.contains(['*', '@', '#']));
        assert_eq!(resolve(&protected, "pt-es"), "5 * 3 is #1 @home");
        assert_eq!(resolve("El *Zuckerberg @ver #comer.", "pt-es"), "El Zuckerberg ver comer.");
        assert_eq!(resolve("la *sonoridade", "pt-es"), "la sonoridad");
    }
}
