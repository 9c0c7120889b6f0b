//! Text to the symbols the synthesiser speaks.
//!
//! A line goes through four steps: [`normalize`] writes out what the phonemizer reads wrongly (amounts, years,
//! abbreviations) and what the user's [`lexicon`] says otherwise, [`words`] parts words from the punctuation that Kokoro turns into pauses and melody,
//! [`espeak`] gives the sounds, and [`symbols`] writes them in Kokoro's alphabet. Languages without spaces between words
//! go through [`unspaced`] and their own readers, [`mandarin`] and [`japanese`]. Every symbol remembers its word, so that word times come out of the synthesis for free.

mod align;
pub mod espeak;
mod figures;
pub mod japanese;
pub mod language;
pub mod lexicon;
pub mod mandarin;
pub mod normalize;
pub mod symbols;
pub mod unspaced;
pub mod words;

use redub_core::Language;

use crate::error::SpeechError;
pub use language::{LanguageSupport, Quality};
pub use lexicon::{Lexicon, LexiconError};
use words::Token;

/// One symbol of Kokoro's alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol {
    /// The symbol: an IPA letter, a stress or length mark, a punctuation mark or a space.
    pub symbol: char,
    /// Position in [`Phonemes::words`] of the word it is part of; `None` for spaces and punctuation.
    pub word: Option<usize>,
}

/// The sounds of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phonemes {
    /// The words of the text as written, with attached punctuation; see [`words_of`].
    pub words: Vec<String>,
    /// The symbols in spoken order.
    pub symbols: Vec<Symbol>,
}

impl Phonemes {
    /// The symbols as one string.
    pub fn text(&self) -> String {
        self.symbols.iter().map(|s| s.symbol).collect()
    }
}

/// What [`Phonemes::words`] are of a text: its words, or what stands between two marks in a language without spaces.
pub fn words_of(text: &str, language: &Language) -> Vec<String> {
    match language::reader(language) {
        Some(reader) if reader.finds_words() => unspaced::units(text),
        _ => text.split_whitespace().map(str::to_owned).collect(),
    }
}

/// The sounds of one line; see [`phonemize_many`].
///
/// # Errors
/// As [`phonemize_many`].
pub fn phonemize(text: &str, language: &Language) -> Result<Phonemes, SpeechError> {
    let mut lines = phonemize_many(&[text.to_owned()], language)?;
    Ok(lines.pop().unwrap_or_default())
}

/// The sounds of several lines of one language, one result per line, with one child process for all of them.
///
/// # Errors
/// A language that is not spoken, or an espeak-ng that is not installed or fails.
pub fn phonemize_many(texts: &[String], language: &Language) -> Result<Vec<Phonemes>, SpeechError> {
    phonemize_with(texts, language, None)
}

/// As [`phonemize_many`], with the user's own pronunciations.
///
/// # Errors
/// As [`phonemize_many`].
pub fn phonemize_with(
    texts: &[String],
    language: &Language,
    lexicon: Option<&Lexicon>,
) -> Result<Vec<Phonemes>, SpeechError> {
    let reader = language::reader(language).ok_or_else(|| SpeechError::Engine {
        engine: "phonemes",
        reason: format!(
            "no voice can speak {} ({language}); choose another target language",
            language.name()
        ),
    })?;
    if reader.finds_words() {
        return unspaced::read(texts, language, lexicon, &reader);
    }
    let lines: Vec<Vec<Token>> =
        texts.iter().map(|t| words::split(&normalize::normalize_with(t, language, lexicon))).collect();
    let sounds = espeak::read(&lines, &reader)?;
    Ok(texts.iter().zip(lines.iter().zip(sounds)).map(|(t, (l, s))| join(t, l, &s, &reader)).collect())
}

/// Puts words' sounds and punctuation together again.
fn join(text: &str, tokens: &[Token], sounds: &[String], reader: &language::Reader) -> Phonemes {
    let mut symbols: Vec<Symbol> = Vec::new();
    for (token, sound) in tokens.iter().zip(sounds) {
        if !symbols.is_empty() && !token.joined {
            symbols.push(Symbol { symbol: ' ', word: None });
        }
        symbols.extend(token.before.chars().map(|symbol| Symbol { symbol, word: None }));
        let spoken = symbols::to_kokoro(token.sounds.as_ref().unwrap_or(sound), reader.family);
        let word = Some(token.source);
        symbols.extend(spoken.chars().map(|symbol| Symbol { symbol, word: word.filter(|_| symbol != ' ') }));
        symbols.extend(token.after.chars().map(|symbol| Symbol { symbol, word: None }));
    }
    symbols.dedup_by(|a, b| a.symbol == ' ' && b.symbol == ' ');
    Phonemes { words: text.split_whitespace().map(str::to_owned).collect(), symbols }
}

#[cfg(test)]
mod tests;
