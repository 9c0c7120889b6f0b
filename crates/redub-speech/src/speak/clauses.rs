//! Cutting what is too long for one run of the network.

use crate::phonemes::Symbol;

/// Symbols the network takes in one run (its position table has 512 rows, two of them for the edges).
pub const LONGEST: usize = 510;

/// Cuts a line into runs of at most `longest` symbols: after a sentence if possible, else after a clause,
/// else between words, else anywhere; as late as possible, so that melody is broken seldom.
pub fn split(symbols: &[(Symbol, i64)], longest: usize) -> Vec<&[(Symbol, i64)]> {
    let mut parts = Vec::new();
    let mut rest = symbols;
    while rest.len() > longest {
        let window = &rest[..longest];
        let after =
            |marks: &[char]| window.iter().rposition(|(s, _)| marks.contains(&s.symbol)).map(|i| i + 1);
        let cut = after(&['.', '!', '?', '…'])
            .filter(|at| *at > longest / 4)
            .or_else(|| after(&[',', ';', ':', '—', ')']).filter(|at| *at > longest / 4))
            .or_else(|| after(&[' ']))
            .unwrap_or(longest);
        parts.push(&rest[..cut]);
        rest = &rest[cut..];
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<(Symbol, i64)> {
        text.chars().map(|symbol| (Symbol { symbol, word: None }, 0)).collect()
    }

    #[test]
    fn cuts_fall_after_sentences_then_clauses_then_words() {
        let lengths = |text: &str, n| split(&line(text), n).iter().map(|p| p.len()).collect::<Vec<_>>();
        assert_eq!(lengths("abc. def, ghi", 10), [4, 9]);
        assert_eq!(lengths("abc def, ghi jk", 12), [8, 7]);
        assert_eq!(lengths("abc def ghi", 9), [8, 3]);
        assert_eq!(lengths("abcdefgh", 3), [3, 3, 2]);
        assert!(lengths("", 3).is_empty());
    }
}
