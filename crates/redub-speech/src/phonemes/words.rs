//! A line taken apart into words and the punctuation around them.

use super::normalize::Written;

/// A word with the punctuation that the synthesiser reads as pauses and melody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The bare word, as the reader gets it; empty for punctuation standing alone.
    pub word: String,
    /// Position of the word in the text as written.
    pub source: usize,
    /// Opening marks before it, in Kokoro's symbols.
    pub before: String,
    /// Closing marks after it, in Kokoro's symbols.
    pub after: String,
    /// Whether it follows the token before without a space.
    pub joined: bool,
    /// Its sounds in IPA, where a lexicon gives them.
    pub sounds: Option<String>,
}

impl Token {
    /// Whether a reader may not carry a sound over from this token to the next.
    pub fn ends_chunk(&self) -> bool {
        !self.after.is_empty()
    }
}

/// Takes every written word apart.
pub fn split(written: &[Written]) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for piece in written {
        let mut token = part(&piece.text, piece.source);
        if token.word.is_empty() {
            // A dash or a stray mark belongs to the word before it.
            if let Some(last) = tokens.last_mut() {
                last.after.push_str(&token.before);
                last.after.push_str(&token.after);
                continue;
            }
            if token.before.is_empty() {
                continue;
            }
        }
        token.joined = false;
        token.sounds.clone_from(&piece.sounds);
        if token.sounds.is_some() {
            tokens.push(token);
        } else {
            split_inside(token, &mut tokens);
        }
    }
    tokens
}

/// Parts one written word into opening marks, the word and closing marks.
pub(super) fn part(text: &str, source: usize) -> Token {
    let core = text.trim_matches(|c: char| !is_spoken(c));
    let start = if core.is_empty() { text.len() } else { text.find(core).unwrap_or(0) };
    let marks = |side: &str| side.chars().filter_map(mark).collect::<String>();
    let (before, after) = (marks(&text[..start]), marks(&text[(start + core.len()).min(text.len())..]));
    Token { word: core.to_owned(), source, before, after, joined: false, sounds: None }
}

/// Divides a word at marks that stand inside it without being part of it (`wait…what`, `yes—no`, `(a)b`).
fn split_inside(token: Token, out: &mut Vec<Token>) {
    let is_break = |c: char| matches!(c, '…' | '—' | '–' | ';' | '!' | '?' | '"' | '“' | '”' | '(' | ')');
    let Some((at, c)) = token.word.char_indices().find(|(_, c)| is_break(*c)) else {
        out.push(token);
        return;
    };
    let rest = part(&token.word[at + c.len_utf8()..], token.source);
    let head = Token {
        word: token.word[..at].to_owned(),
        source: token.source,
        before: token.before,
        after: mark(c).into_iter().collect(),
        joined: token.joined,
        sounds: None,
    };
    out.push(head);
    let tail = Token { after: token.after, joined: true, ..rest };
    split_inside(tail, out);
}

/// Whether a character is part of what is said.
fn is_spoken(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(
            c,
            '$' | '€' | '£' | '¥' | '%' | '+' | '&' | '@' | '#' | '°' | '=' | '§' | '℃' | '％' | '￥' | '＄'
        )
        || ('\u{300}'..='\u{36f}').contains(&c)
        || ('\u{900}'..='\u{963}').contains(&c)
}

/// The symbol of Kokoro's alphabet for a punctuation mark; `None` for marks it does not know.
fn mark(c: char) -> Option<char> {
    Some(match c {
        ';' | ':' | ',' | '.' | '!' | '?' | '—' | '…' | '“' | '”' | '(' | ')' => c,
        '"' | '«' | '»' | '„' | '‟' => '"',
        '[' | '{' => '(',
        ']' | '}' => ')',
        '–' | '―' => '—',
        '-' => '—',
        '、' | '，' | '،' => ',',
        '。' | '।' | '．' => '.',
        '！' => '!',
        '？' | '؟' => '?',
        '：' => ':',
        '；' => ';',
        '（' => '(',
        '）' => ')',
        '「' | '『' | '《' => '“',
        '」' | '』' | '》' => '”',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(String, String, String)> {
        let written: Vec<Written> = text
            .split_whitespace()
            .enumerate()
            .map(|(source, t)| Written { text: t.to_owned(), source, sounds: None })
            .collect();
        split(&written).into_iter().map(|t| (t.before, t.word, t.after)).collect()
    }

    fn row(before: &str, word: &str, after: &str) -> (String, String, String) {
        (before.into(), word.into(), after.into())
    }

    #[test]
    fn punctuation_is_kept_round_the_words() {
        assert_eq!(parts("¿Qué? (sí)"), [row("", "Qué", "?"), row("(", "sí", ")")]);
        assert_eq!(parts("«well-known», 3.5"), [row("\"", "well-known", "\","), row("", "3.5", "")]);
    }

    #[test]
    fn marks_inside_and_alone_are_found() {
        assert_eq!(parts("wait…what — no"), [row("", "wait", "…"), row("", "what", "—"), row("", "no", "")]);
        assert_eq!(parts("..."), [row("...", "", "")]);
    }
}
