//! Lines of languages written without spaces between their words (Chinese, Japanese).
//!
//! What stands between two marks is a *unit*: the place of a word in the other languages, because pauses fall there and
//! nowhere else. A unit is cut where the script changes: what is written in Latin letters is read as English, what the
//! user's lexicon knows as it says, the rest by the language's own reader, which also finds its words.

use redub_core::Language;

use super::language::{Family, Reader};
use super::lexicon::{Lexicon, Told};
use super::words::{self, Token};
use super::{Phonemes, Symbol, espeak, figures, japanese, mandarin, symbols};
use crate::error::SpeechError;

/// Marks after which a unit ends.
const CLOSING: &str = "，。！？；：、…—）」』》〉】”,.!?;:)\"";
/// Marks before which a unit begins.
const OPENING: &str = "（「『《〈【“(";

/// A part of a unit, by who reads it.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// Text in the language's own script, digits included.
    Native(String),
    /// Words in Latin letters.
    Latin(String),
    /// Sounds in Kokoro's alphabet, from the lexicon.
    Sounds(String),
}

/// The units of a line, marks attached: what stands for words here.
pub fn units(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut units = vec![String::new()];
    for (i, c) in characters.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| characters[b]);
        let after = characters.get(i + 1).copied();
        let ends = before.is_some_and(|b| closes(b, i.checked_sub(2).map(|b| characters[b]), Some(*c)));
        let runs_on = CLOSING.contains(*c) && closes(*c, before, after);
        if c.is_whitespace() || (ends && !runs_on) || OPENING.contains(*c) {
            units.push(String::new());
        }
        if let Some(unit) = units.last_mut().filter(|_| !c.is_whitespace()) {
            unit.push(*c);
        }
    }
    units.retain(|u| !u.is_empty());
    units
}

/// Whether a mark ends a unit: one inside a number or an abbreviation (`3.5`, `10:30`) does not.
fn closes(mark: char, before: Option<char>, after: Option<char>) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    CLOSING.contains(mark) && !(mark.is_ascii() && inside(before) && inside(after))
}

/// The sounds of several lines, one result per line.
///
/// # Errors
/// A reader (espeak-ng, MeCab and its dictionary) that is not installed or fails.
pub fn read(
    texts: &[String],
    language: &Language,
    lexicon: Option<&Lexicon>,
    reader: &Reader,
) -> Result<Vec<Phonemes>, SpeechError> {
    let lines: Vec<Vec<String>> = texts.iter().map(|t| units(t)).collect();
    let tokens: Vec<Token> =
        lines.iter().flatten().enumerate().map(|(source, unit)| parted(unit, source)).collect();
    let pieces: Vec<Vec<Piece>> = tokens.iter().map(|t| pieces(&t.word, language, lexicon)).collect();
    let all = || pieces.iter().flatten();
    let native: Vec<String> = all()
        .filter_map(|p| match p {
            Piece::Native(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let native = match reader.family {
        Family::Japanese => japanese::read(&native)?,
        _ => mandarin::read(&native),
    };
    let latin: Vec<Vec<Token>> = all()
        .filter_map(|p| match p {
            Piece::Latin(text) => Some(text.split_whitespace().map(|w| words::part(w, 0)).collect()),
            _ => None,
        })
        .collect();
    let latin = if latin.is_empty() { Vec::new() } else { espeak::read(&latin, reader)? };

    let (mut native, mut latin) = (native.into_iter(), latin.into_iter());
    let mut spoken = tokens.iter().zip(&pieces).map(|(token, pieces)| {
        let parts: Vec<String> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Native(_) => native.next(),
                Piece::Latin(_) => latin.next().map(|words| {
                    let english = |w: &String| symbols::to_kokoro(w, Family::American);
                    words.iter().map(english).collect::<Vec<_>>().join(" ")
                }),
                Piece::Sounds(sounds) => Some(symbols::to_kokoro(sounds, reader.family)),
            })
            .filter(|part| !part.is_empty())
            .collect();
        (token, parts.join(" "))
    });
    Ok(lines.into_iter().map(|words| line(words, &mut spoken)).collect())
}

/// A unit and the marks round it. A minus sign is no mark.
fn parted(unit: &str, source: usize) -> Token {
    let mut token = words::part(unit, source);
    let negative = unit.replace(['−', '－'], "-");
    if token.before.ends_with('—') && figures::negative(&negative).is_some() {
        token.before.pop();
        token.word.insert(0, '-');
    }
    token
}

/// Puts the next units of `spoken` together to one line.
fn line<'a>(words: Vec<String>, spoken: &mut impl Iterator<Item = (&'a Token, String)>) -> Phonemes {
    let mut symbols: Vec<Symbol> = Vec::new();
    for (i, (token, sounds)) in spoken.by_ref().take(words.len()).enumerate() {
        if !symbols.is_empty() {
            symbols.push(Symbol { symbol: ' ', word: None });
        }
        symbols.extend(token.before.chars().map(|symbol| Symbol { symbol, word: None }));
        let word = |symbol: char| Some(i).filter(|_| symbol != ' ');
        symbols.extend(sounds.chars().map(|symbol| Symbol { symbol, word: word(symbol) }));
        symbols.extend(token.after.chars().map(|symbol| Symbol { symbol, word: None }));
    }
    symbols.dedup_by(|a, b| a.symbol == ' ' && b.symbol == ' ');
    Phonemes { words, symbols }
}

/// Cuts a unit at the lexicon's entries and where the script changes.
fn pieces(text: &str, language: &Language, lexicon: Option<&Lexicon>) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((used, told)) = lexicon.and_then(|l| l.begins(rest, language)) {
            match told {
                Told::Sounds(sounds) => found.push(Piece::Sounds(sounds.to_owned())),
                Told::Spelling(spelling) => found.extend(pieces(spelling, language, None)),
            }
            rest = &rest[used..];
            continue;
        }
        let latin = is_latin(c);
        match found.last_mut() {
            Some(Piece::Latin(text)) if latin || is_inside_latin(c, rest) => text.push(c),
            Some(Piece::Native(text)) if !latin => text.push(c),
            _ if latin => found.push(Piece::Latin(c.into())),
            _ => found.push(Piece::Native(c.into())),
        }
        rest = &rest[c.len_utf8()..];
    }
    found
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c)
}

/// Whether a mark holds two Latin words together: `don't`, `AT&T`, `U.S.`, `well-known`.
fn is_inside_latin(c: char, rest: &str) -> bool {
    matches!(c, '\'' | '’' | '&' | '.' | '-' | ' ')
        && rest[c.len_utf8()..].chars().next().is_some_and(is_latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_end_at_marks_but_not_inside_numbers() {
        assert_eq!(units("他说：“3.5公里，10:30走。”好！"), ["他说：", "“3.5公里，", "10:30走。”", "好！"]);
        assert_eq!(units("はい、「東京」です。 U.S.Aの話"), ["はい、", "「東京」", "です。", "U.S.Aの話"]);
        assert!(units(" ").is_empty());
    }

    #[test]
    fn signs_of_amounts_are_no_marks() {
        let word = |unit: &str| parted(unit, 0).word;
        assert_eq!(
            (word("-5℃，"), word("50％。"), word("￥300，")),
            ("-5℃".into(), "50％".into(), "￥300".into())
        );
        assert_eq!(word("-20号，"), "20号");
    }

    #[test]
    fn pieces_change_with_the_script_and_the_lexicon() {
        let zh: Language = "zh".parse().unwrap();
        let native = |t: &str| Piece::Native(t.into());
        assert_eq!(
            pieces("用iPhone15和AT&T的", &zh, None),
            [
                native("用"),
                Piece::Latin("iPhone".into()),
                native("15和"),
                Piece::Latin("AT&T".into()),
                native("的")
            ]
        );
        let lexicon = Lexicon::parse("[zh]\n重庆 = 虫庆\nGPT = /ʤˌiːpˌiːtˈiː/").unwrap();
        assert_eq!(
            pieces("去重庆GPT", &zh, Some(&lexicon)),
            [native("去"), native("虫庆"), Piece::Sounds("ʤˌiːpˌiːtˈiː".into())]
        );
    }
}
