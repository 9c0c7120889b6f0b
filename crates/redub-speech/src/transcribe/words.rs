//! From Whisper's tokens and their alignment to words with times.
//!
//! After the reference implementation's `timing.py` (MIT): tokens are joined to whole characters, characters to words at
//! spaces (in languages without spaces every character stays by itself) and punctuation goes to the word it leans on.

use std::ops::Range;

/// Leans on the word after it (the escape is the full-width bracket).
const OPENING: &str = "\"'“¿¡([{-«「『《\u{ff08}";
/// Leans on the word before it (the escapes are the full-width , ! ? : ; ) and full stop).
const CLOSING: &str = "\"'.。,!?:;…”)]}、»」』》\u{ff0c}\u{ff01}\u{ff1f}\u{ff1a}\u{ff1b}\u{ff09}\u{ff0e}";

/// Whether a language is written without spaces between words.
pub fn is_spaceless(primary_language: &str) -> bool {
    matches!(primary_language, "zh" | "yue" | "ja" | "th" | "lo" | "km" | "my" | "bo")
}

/// A word and the tokens it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenWord {
    /// As decoded; may begin with a space.
    pub text: String,
    /// Indices of its tokens.
    pub tokens: Range<usize>,
}

/// Groups `tokens` into words; `decode` turns a run of tokens into text (U+FFFD where a character is incomplete).
pub fn group<E>(
    tokens: &[String],
    spaceless: bool,
    mut decode: impl FnMut(&[String]) -> Result<String, E>,
) -> Result<Vec<TokenWord>, E> {
    let mut characters = Vec::new();
    let mut start = 0;
    for end in 1..=tokens.len() {
        let text = decode(&tokens[start..end])?;
        if !text.contains('\u{fffd}') || end == tokens.len() {
            characters.push(TokenWord { text, tokens: start..end });
            start = end;
        }
    }
    let words = if spaceless { characters } else { join_at_spaces(characters) };
    Ok(attach_punctuation(words))
}

fn is_punctuation(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| !c.is_alphanumeric() && !c.is_whitespace())
}

fn join_at_spaces(pieces: Vec<TokenWord>) -> Vec<TokenWord> {
    let mut words: Vec<TokenWord> = Vec::new();
    for piece in pieces {
        match words.last_mut() {
            Some(word) if !piece.text.starts_with(' ') && !is_punctuation(&piece.text) => {
                word.text.push_str(&piece.text);
                word.tokens.end = piece.tokens.end;
            }
            _ => words.push(piece),
        }
    }
    words
}

fn attach_punctuation(words: Vec<TokenWord>) -> Vec<TokenWord> {
    let within = |set: &str, text: &str| {
        let text = text.trim();
        !text.is_empty() && text.chars().all(|c| set.contains(c))
    };
    let mut out: Vec<TokenWord> = Vec::new();
    for word in words {
        match out.last_mut() {
            // Closing punctuation, unless a space before it says that it opens (quotes do both).
            Some(last) if within(CLOSING, &word.text) && !word.text.starts_with(' ') => {
                last.text.push_str(&word.text);
                last.tokens.end = word.tokens.end;
            }
            Some(last) if within(OPENING, &last.text) => {
                last.text.push_str(word.text.trim_start());
                last.tokens.end = word.tokens.end;
            }
            // Only blanks decoded: nothing to say, but its tokens belong somewhere.
            Some(last) if word.text.trim().is_empty() => last.tokens.end = word.tokens.end,
            _ => out.push(word),
        }
    }
    out.retain(|w| !w.text.trim().is_empty());
    out
}

/// First encoder frame (20 ms) of every token, and one more for the end of the last: `alignment` holds
/// (token, frame) steps of the dynamic time warp in order.
pub fn token_starts(alignment: impl Iterator<Item = (i64, i64)>, tokens: usize) -> Vec<i64> {
    let mut starts = Vec::with_capacity(tokens + 1);
    let mut last = 0;
    for (token, frame) in alignment {
        while starts.len() <= tokens && (starts.len() as i64) <= token {
            starts.push(frame);
        }
        last = frame;
    }
    starts.resize(tokens + 1, last);
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: &[&str], spaceless: bool) -> Vec<String> {
        let tokens: Vec<String> = tokens.iter().map(|t| (*t).to_owned()).collect();
        let words = group(&tokens, spaceless, |t| Ok::<_, ()>(t.concat())).unwrap();
        words.into_iter().map(|w| w.text.trim().to_owned()).collect()
    }

    #[test]
    fn punctuation_leans_on_its_word() {
        assert_eq!(texts(&[" Hel", "lo", ",", " \"", "world", "\"", "!"], false), ["Hello,", "\"world\"!"]);
        assert_eq!(texts(&[" ¿", "Qué", "?"], false), ["¿Qué?"]);
    }

    #[test]
    fn spaceless_languages_keep_characters_apart() {
        assert_eq!(texts(&["你", "好", "。", "我"], true), ["你", "好。", "我"]);
    }

    #[test]
    fn split_characters_wait_for_their_rest() {
        let tokens = ["a", "b", "c"].map(str::to_owned);
        let words =
            group(&tokens, true, |t| Ok::<_, ()>(if t.len() == 2 { "é".into() } else { "\u{fffd}".into() }))
                .unwrap();
        assert_eq!(words[0], TokenWord { text: "é".into(), tokens: 0..2 });
    }

    #[test]
    fn tokens_without_a_step_start_with_the_next() {
        let path = [(0, 0), (0, 1), (1, 2), (3, 5), (3, 6)];
        assert_eq!(token_starts(path.into_iter(), 4), [0, 2, 5, 5, 6]);
    }
}
