//! Glossaries as files: TOML with `[[term]]` tables, or CSV with a header.

use std::path::Path;

use super::{Case, Entry, Glossary};

/// Largest file read: a glossary is written by people.
const MOST_BYTES: u64 = 4 << 20;

/// Why a glossary cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GlossaryError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The text is not a glossary.
    #[error("cannot understand the glossary: {0}")]
    Malformed(String),
    /// An entry says nothing, or two things.
    #[error("glossary entry {number} ('{source_term}'): {reason}")]
    Entry {
        /// Its number, from 1.
        number: usize,
        /// Its term.
        source_term: String,
        /// What is wrong.
        reason: String,
    },
}

impl Glossary {
    /// Reads a file: CSV when its name ends so, TOML otherwise.
    ///
    /// # Errors
    /// A file that cannot be read, is no glossary, or has an entry that says nothing.
    pub fn read(path: &Path) -> Result<Self, GlossaryError> {
        let unreadable =
            |reason: String| GlossaryError::Unreadable { path: path.display().to_string(), reason };
        let size = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?.len();
        if size > MOST_BYTES {
            return Err(unreadable(format!("{size} bytes are more than a glossary may have ({MOST_BYTES})")));
        }
        let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".into()))?;
        let csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if csv { Self::from_csv(&text) } else { Self::from_toml(&text) }
    }

    /// Reads TOML: `[[term]]` tables with `source`, `target` or `keep = true`, and optionally `from`, `to`, `case`.
    ///
    /// # Errors
    /// A text that is no glossary, or an entry that says nothing.
    pub fn from_toml(text: &str) -> Result<Self, GlossaryError> {
        let text = text.trim_start_matches('\u{feff}');
        let glossary: Self = toml::from_str(text).map_err(|e| GlossaryError::Malformed(e.to_string()))?;
        glossary.checked()
    }

    /// Reads CSV (RFC 4180) whose first row names the columns: `source` and `target`, optionally `from`, `to`,
    /// `case` (`ignore` or `match`), `keep` (`yes`).
    ///
    /// # Errors
    /// A text that is no glossary, or an entry that says nothing.
    pub fn from_csv(text: &str) -> Result<Self, GlossaryError> {
        let malformed = |e: csv::Error| GlossaryError::Malformed(e.to_string());
        let text = text.trim_start_matches('\u{feff}');
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers: Vec<String> =
            reader.headers().map_err(malformed)?.iter().map(str::to_lowercase).collect();
        const KNOWN: [&str; 7] = ["source", "target", "from", "to", "case", "keep", "count"];
        if let Some(unknown) = headers.iter().find(|h| !KNOWN.contains(&h.as_str())) {
            let known = KNOWN[..6].join(", ");
            return Err(GlossaryError::Malformed(format!("unknown column '{unknown}': use {known}")));
        }
        if !headers.iter().any(|h| h == "source") {
            return Err(GlossaryError::Malformed(
                "the first row must name the columns, source among them".into(),
            ));
        }
        let mut entries = Vec::new();
        for (row, record) in reader.records().enumerate() {
            let record = record.map_err(malformed)?;
            let cell = |name: &str| {
                let at = headers.iter().position(|h| h == name);
                at.and_then(|i| record.get(i)).map(str::to_owned).filter(|c| !c.is_empty())
            };
            let source = cell("source").unwrap_or_default();
            let wrong = |reason: String| GlossaryError::Entry {
                number: row + 1,
                source_term: source.clone(),
                reason,
            };
            let case = match cell("case").as_deref().map(str::to_lowercase).as_deref() {
                None | Some("ignore") => Case::Ignore,
                Some("match") => Case::Match,
                Some(other) => return Err(wrong(format!("case is '{other}': use ignore or match"))),
            };
            let keep = match cell("keep").as_deref().map(str::to_lowercase).as_deref() {
                None | Some("no" | "false" | "0") => false,
                Some("yes" | "true" | "1" | "x") => true,
                Some(other) => return Err(wrong(format!("keep is '{other}': use yes or no"))),
            };
            let (target, from, to) = (cell("target").unwrap_or_default(), cell("from"), cell("to"));
            entries.push(Entry { source, target, from, to, case, keep });
        }
        Self { entries }.checked()
    }

    /// As TOML, which [`Self::from_toml`] reads back.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }

    fn checked(self) -> Result<Self, GlossaryError> {
        for (at, entry) in self.entries.iter().enumerate() {
            let wrong = |reason: &str| {
                let (number, source_term) = (at + 1, entry.source.clone());
                Err(GlossaryError::Entry { number, source_term, reason: reason.to_owned() })
            };
            if !entry.source.chars().any(char::is_alphanumeric) {
                return wrong("the source term is empty");
            }
            if entry.keep && !entry.target.is_empty() && entry.target != entry.source {
                return wrong("keep means that the term stays: leave its target out");
            }
            for tag in entry.from.iter().chain(&entry.to) {
                if let Err(unknown) = tag.parse::<redub_core::Language>() {
                    return wrong(&unknown.to_string());
                }
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let toml = "[[term]]\nsource = \"churn rate\"\ntarget = \"tasa de abandono\"\nfrom = \"en\"\nto = \"es\"\n\n\
                    [[term]]\nsource = \"redub\"\nkeep = true\ncase = \"match\"\n";
        let csv =
            "Source,Target,From,To,Case,Keep\nchurn rate,tasa de abandono,en,es,,\nredub,,,,match,yes\n";
        let read = Glossary::from_toml(toml).unwrap();
        assert_eq!(read, Glossary::from_csv(csv).unwrap());
        assert_eq!(read, Glossary::from_toml(&read.to_toml()).unwrap());
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let error = |csv: &str| Glossary::from_csv(csv).unwrap_err().to_string();
        assert!(error("source,target\n,hola\n").contains("entry 1"));
        assert!(error("source,target,to\nhi,hola,klingon\n").contains("klingon"));
        assert!(error("term,target\nhi,hola\n").contains("unknown column 'term'"));
        assert!(error("source,keep\nhi,perhaps\n").contains("use yes or no"));
        assert!(Glossary::from_toml("[[term]]\nsource=\"a\"\nsorce=\"b\"").is_err());
    }
}
