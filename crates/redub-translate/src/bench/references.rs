//! Finding and reading references.

use std::path::{Path, PathBuf};

use redub_core::Language;

/// A pair of languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Source.
    pub from: Language,
    /// Target.
    pub to: Language,
}

impl std::str::FromStr for Pair {
    type Err = String;

    /// Reads `en-es`, `en-pt-PT`: the source's tag has no region.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is no pair of languages, such as en-es");
        let (from, to) = text.trim().split_once('-').ok_or_else(wrong)?;
        let read = |tag: &str| tag.parse::<Language>().map_err(|e| e.to_string());
        let pair = Pair { from: read(from)?, to: read(to)? };
        if pair.from.primary() == pair.to.primary() { Err(wrong()) } else { Ok(pair) }
    }
}

/// Sentences with their translations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Set {
    /// What is translated.
    pub sources: Vec<String>,
    /// What it should become: one column of references, or two that differ in register (formal, informal).
    pub references: Vec<Vec<String>>,
}

/// Why there are no references.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Nothing in the folder is for the pair.
    #[error("{folder} has no references from {from} to {to}: expected {expected}")]
    None {
        /// The folder.
        folder: String,
        /// Source tag.
        from: String,
        /// Target tag.
        to: String,
        /// Files that would do.
        expected: String,
    },
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Files that should go line by line do not.
    #[error("{path} has {found} lines, its counterpart {expected}")]
    Lines {
        /// The file.
        path: String,
        /// Its lines.
        found: usize,
        /// The other's.
        expected: usize,
    },
    /// A language model was to be measured, and none was named.
    #[error("no language model to measure: name one with --translator llm or --translator openai")]
    NoModel,
    /// How long lines take cannot be told.
    #[error("cannot tell how long lines take: {0}")]
    Pace(String),
    /// The engines failed.
    #[error(transparent)]
    Translate(#[from] crate::TranslateError),
}

/// A folder of references.
#[derive(Debug, Clone)]
pub struct References {
    folder: PathBuf,
}

/// Languages as NTREX-128 names their files, by tag.
const NTREX: &[(&str, &str)] = &[
    ("en", "eng"),
    ("es", "spa"),
    ("es-MX", "spa-MX"),
    ("fr", "fra"),
    ("de", "deu"),
    ("it", "ita"),
    ("pt", "por-BR"),
    ("pt-BR", "por-BR"),
    ("pt-PT", "por"),
    ("ca", "cat"),
    ("ru", "rus"),
    ("hi", "hin"),
    ("ja", "jpn"),
    ("zh", "zho-CN"),
    ("zh-CN", "zho-CN"),
    ("nl", "nld"),
    ("pl", "pol"),
    ("tr", "tur"),
    ("uk", "ukr"),
    ("sv", "swe"),
    ("cs", "ces"),
];

impl References {
    /// References below `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The news sentences of a pair, `most` at most; `None` when there are none.
    ///
    /// # Errors
    /// Files that cannot be read or differ in length.
    pub fn ntrex(&self, pair: &Pair, most: usize) -> Result<Option<Set>, BenchError> {
        let file = |language: &Language| {
            let tag = language.to_string();
            let code = NTREX
                .iter()
                .find(|(t, _)| *t == tag)
                .or_else(|| NTREX.iter().find(|(t, _)| *t == language.primary()));
            code.map(|(_, code)| self.folder.join("ntrex").join(format!("{code}.txt")))
                .filter(|p| p.is_file())
        };
        let Some((from, to)) = file(&pair.from).zip(file(&pair.to)) else { return Ok(None) };
        let (sources, targets) = (read(&from, most)?, read(&to, most)?);
        same_length(&to, &sources, &targets)?;
        Ok(Some(Set { sources, references: vec![targets] }))
    }

    /// The spoken sentences of a pair of which one is English: from English with a formal and an informal
    /// reference, into English from the formal ones.
    ///
    /// # Errors
    /// Files that cannot be read or differ in length.
    pub fn cocoa(&self, pair: &Pair, most: usize) -> Result<Option<Set>, BenchError> {
        let other = if pair.from.primary() == "en" { &pair.to } else { &pair.from };
        if pair.from.primary() != "en" && pair.to.primary() != "en" {
            return Ok(None);
        }
        let Some([english, formal, informal]) = self.spoken(other) else { return Ok(None) };
        let texts = [&english, &formal, &informal].map(|p| read(p, most));
        let [english_text, formal_text, informal_text] = texts;
        let (en, polite, familiar) = (english_text?, formal_text?, informal_text?);
        same_length(&formal, &en, &polite)?;
        same_length(&informal, &en, &familiar)?;
        Ok(Some(if pair.from.primary() == "en" {
            Set { sources: en, references: vec![polite, familiar] }
        } else {
            Set { sources: polite, references: vec![en] }
        }))
    }

    /// Masculine and feminine references of a language in both registers, with their English.
    ///
    /// # Errors
    /// Files that cannot be read or differ in length.
    pub fn gendered(&self, language: &Language, most: usize) -> Result<Vec<[Vec<String>; 3]>, BenchError> {
        let Some([english, formal, informal]) = self.spoken(language) else { return Ok(Vec::new()) };
        let mut sets = Vec::new();
        for masculine in [formal, informal] {
            let name = masculine.file_name().map(|n| n.to_string_lossy().replace(".txt", ".feminine.txt"));
            let feminine = masculine.with_file_name(name.unwrap_or_default());
            if feminine.is_file() {
                let texts = [read(&english, most)?, read(&masculine, most)?, read(&feminine, most)?];
                same_length(&feminine, &texts[1], &texts[2])?;
                sets.push(texts);
            }
        }
        Ok(sets)
    }

    fn spoken(&self, language: &Language) -> Option<[PathBuf; 3]> {
        let tag = language.primary();
        let folder = self.folder.join("cocoa");
        let names = [
            [format!("{tag}.txt"), format!("{tag}.formal.txt"), format!("{tag}.informal.txt")],
            [format!("{tag}.en.txt"), format!("{tag}.formal.{tag}.txt"), format!("{tag}.informal.{tag}.txt")],
        ];
        let paths = names.map(|row| row.map(|name| folder.join(name)));
        paths.into_iter().find(|row| row.iter().all(|p| p.is_file()))
    }

    /// Says that there is nothing for a pair.
    pub fn none(&self, pair: &Pair) -> BenchError {
        BenchError::None {
            folder: self.folder.display().to_string(),
            from: pair.from.to_string(),
            to: pair.to.to_string(),
            expected:
                "ntrex/<iso code>.txt for both, or cocoa/<language>.txt with .formal.txt and .informal.txt"
                    .to_owned(),
        }
    }
}

fn read(path: &Path, most: usize) -> Result<Vec<String>, BenchError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| BenchError::Unreadable { path: path.display().to_string(), reason: e.to_string() })?;
    Ok(text.lines().take(most).map(|l| l.replace("[F]", "").replace("[/F]", "").trim().to_owned()).collect())
}

fn same_length(path: &Path, one: &[String], other: &[String]) -> Result<(), BenchError> {
    if one.len() == other.len() {
        return Ok(());
    }
    let (found, expected) = (other.len(), one.len());
    Err(BenchError::Lines { path: path.display().to_string(), found, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read() {
        let pair: Pair = "en-pt-PT".parse().unwrap();
        assert_eq!((pair.from.to_string(), pair.to.to_string()), ("en".into(), "pt-PT".into()));
        assert!(
            "en".parse::<Pair>().is_err()
                && "en-en".parse::<Pair>().is_err()
                && "en-xx".parse::<Pair>().is_err()
        );
    }
}
