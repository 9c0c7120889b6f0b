//! A user's own pronunciations.
//!
//! A text file, one word or phrase a line, `as written = as said`. What stands after the sign is a respelling, read by the
//! rules of the language, or sounds between slashes in the International Phonetic Alphabet. `[es]` on a line of its own
//! begins entries for one language, `[*]` for all again; `#` begins a comment.
//!
//! ```text
//! Nguyen = win
//! [es]
//! Hughes = jius
//! GIF    = /ʤif/
//! ```

use redub_core::Language;

use super::language;
use super::normalize::{Written, affixes};

/// How an entry is said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// Another spelling.
    Spelling(String),
    /// Sounds in IPA.
    Sounds(String),
}

/// How an entry is said, as it is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told<'a> {
    /// Another spelling.
    Spelling(&'a str),
    /// Sounds in IPA.
    Sounds(&'a str),
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    language: Option<Language>,
    /// In lower case, without punctuation around them.
    words: Vec<String>,
    said: Said,
}

impl Entry {
    fn is_for(&self, language: &Language) -> bool {
        self.language.as_ref().is_none_or(|l| {
            l.primary() == language.primary() && (l.region().is_none() || l.region() == language.region())
        })
    }
}

/// Pronunciations by word or phrase; where several fit, the longest wins, then the one given last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lexicon {
    entries: Vec<Entry>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct LexiconError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it and what would be right.
    pub reason: String,
}

impl Lexicon {
    /// Reads the text of a lexicon file.
    ///
    /// # Errors
    /// The first line that is neither an entry, a language nor a comment.
    pub fn parse(text: &str) -> Result<Self, LexiconError> {
        let mut entries = Vec::new();
        let mut language = None;
        for (index, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let fail = |reason: String| LexiconError { line: index + 1, reason };
            let line = raw.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            if let Some(tag) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                let known = |t: &str| t.parse::<Language>().map_err(|e| fail(e.to_string()));
                language = if tag.trim() == "*" { None } else { Some(known(tag.trim())?) };
                continue;
            }
            let wrong = || fail(format!("\u{201c}{line}\u{201d} is no entry: write word = how it is said"));
            let (written, said) = line.split_once('=').ok_or_else(wrong)?;
            let words: Vec<String> = written.split_whitespace().map(plain).collect();
            let said = said.trim();
            if words.is_empty() || words.iter().any(String::is_empty) || said.is_empty() {
                return Err(wrong());
            }
            let sounds = said.strip_prefix('/').and_then(|s| s.strip_suffix('/')).map(str::trim);
            let said = match sounds {
                Some("") => return Err(wrong()),
                Some(sounds) => Said::Sounds(sounds.replace(' ', "")),
                None => Said::Spelling(said.to_owned()),
            };
            entries.push(Entry { language: language.clone(), words, said });
        }
        Ok(Self { entries })
    }

    /// The longest entry that `text` begins with, for text without spaces between words: its length in bytes and how it
    /// is said.
    pub fn begins(&self, text: &str, language: &Language) -> Option<(usize, Told<'_>)> {
        let used = |entry: &Entry| {
            let written: Vec<char> = entry.words.join(" ").chars().collect();
            let head: Vec<(usize, char)> = text.char_indices().take(written.len()).collect();
            let same = |(own, (_, c)): (&char, &(usize, char))| c.to_lowercase().eq(own.to_lowercase());
            (head.len() == written.len() && written.iter().zip(&head).all(same))
                .then(|| head.last().map_or(0, |(at, c)| at + c.len_utf8()))
        };
        let fitting = self.entries.iter().filter(|e| e.is_for(language));
        let (used, entry) = fitting.filter_map(|e| Some((used(e)?, e))).max_by_key(|(used, _)| *used)?;
        let told = match &entry.said {
            Said::Spelling(text) => Told::Spelling(text),
            Said::Sounds(sounds) => Told::Sounds(sounds),
        };
        Some((used, told))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the entries that touch `text` say, as one string: the same for two lexicons that read the text alike.
    pub fn reading_of(&self, text: &str, language: &Language) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut reading = String::new();
        if language::reader(language).is_some_and(|r| r.finds_words()) {
            let begun =
                text.char_indices().filter_map(|(at, _)| Some((at, self.begins(&text[at..], language)?)));
            reading.extend(begun.map(|(at, (used, told))| format!("{at}+{used}:{told:?};")));
            return reading;
        }
        let mut at = 0;
        while at < words.len() {
            let Some((written, used)) = self.rewrite(&words[at..], language, at) else {
                at += 1;
                continue;
            };
            reading.extend(written.iter().map(|w| format!("{at}:{}/{:?};", w.text, w.sounds)));
            at += used;
        }
        reading
    }

    /// How the text beginning at `words` is read, and how many of them that covers; `source` is the first one's place.
    pub(super) fn rewrite(
        &self,
        words: &[&str],
        language: &Language,
        source: usize,
    ) -> Option<(Vec<Written>, usize)> {
        let fits = |entry: &&Entry| {
            entry.is_for(language)
                && entry.words.len() <= words.len()
                && entry.words.iter().zip(words).all(|(own, word)| *own == plain(word))
                && words[..entry.words.len() - 1].iter().all(|word| affixes(word).2.is_empty())
        };
        let best = self.entries.iter().filter(fits).max_by_key(|entry| entry.words.len())?;
        let used = best.words.len();
        let (before, _, _) = affixes(words[0]);
        let (_, _, after) = affixes(words[used - 1]);
        let written = match &best.said {
            Said::Sounds(sounds) => {
                let core = best.words.join("");
                vec![Written { text: format!("{before}{core}{after}"), source, sounds: Some(sounds.clone()) }]
            }
            Said::Spelling(text) => format!("{before}{text}{after}")
                .split_whitespace()
                .map(|t| Written { text: t.to_owned(), source, sounds: None })
                .collect(),
        };
        Some((written, used))
    }
}

/// A word in lower case without the punctuation around it.
fn plain(word: &str) -> String {
    affixes(word).1.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phonemes::normalize::normalize_with;

    fn read(lexicon: &Lexicon, text: &str, tag: &str) -> String {
        let words = normalize_with(text, &tag.parse().unwrap(), Some(lexicon));
        let said = |w: Written| w.sounds.map_or(w.text, |s| format!("/{s}/"));
        words.into_iter().map(said).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_and_phrases_are_read_as_told() {
        let lexicon = Lexicon::parse(
            "# names\nNguyen = win\nNew York = niu york # a city\n[es]\nGIF = /ˈʤif/\n[*]\nnew = niu",
        );
        let lexicon = lexicon.unwrap();
        assert_eq!(read(&lexicon, "Dr. Nguyen, of New York!", "en"), "Doctor win, of niu york!");
        assert_eq!(read(&lexicon, "un «gif».", "es"), "un /ˈʤif/");
        assert_eq!(read(&lexicon, "a GIF, new", "en"), "a GIF, niu");
        assert_eq!(read(&lexicon, "New, York", "en"), "niu, York");
        let (en, es) = ("en".parse().unwrap(), "es".parse().unwrap());
        assert_eq!(lexicon.reading_of("a gif", &en), "");
        assert!(lexicon.reading_of("a gif", &es).contains("ʤif"));
    }

    #[test]
    fn wrong_lines_are_named() {
        for (text, line) in [("a = b\n\nno sign", 3), ("[klingon-xx]", 1), ("= b", 1), ("a = //", 1)] {
            assert_eq!(Lexicon::parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
