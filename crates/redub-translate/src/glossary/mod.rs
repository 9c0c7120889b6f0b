//! Terms and their translations, as the user wants them.
//!
//! A [`Glossary`] is read from TOML or CSV ([`Glossary::from_toml`], [`Glossary::from_csv`]), checked
//! ([`Glossary::conflicts`]) and asked for the [`Terms`] of a pair of languages. Terms are found in a text also where they
//! are inflected ("batteries" for "battery"), and looked for in a translation the same way.

mod candidates;
mod conflicts;
mod inflection;
mod place;
mod read;
mod terms;

pub use candidates::{Candidate, candidates};
pub use conflicts::Conflict;
pub use read::GlossaryError;
pub use terms::{Match, Terms, Violation};

pub(crate) use place::Placed;

use serde::{Deserialize, Serialize};

/// A list of terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glossary {
    /// In the order of the file.
    #[serde(rename = "term", default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
}

/// One term.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The term in the source's language.
    pub source: String,
    /// Its translation; left out when `keep` is set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// Source language tag; any when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Target language tag; any when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether capitals matter when the term is looked for.
    #[serde(default, skip_serializing_if = "Case::is_default")]
    pub case: Case,
    /// The term stays as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep: bool,
}

/// Whether capitals matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// "Apple" and "apple" are the same term; the translation is written as in the glossary, with a capital at the
    /// start of a sentence.
    #[default]
    Ignore,
    /// Only as written: "Apple" is the firm, "apple" the fruit.
    Match,
}

impl Case {
    fn is_default(&self) -> bool {
        *self == Case::Ignore
    }
}

impl Entry {
    /// What the term becomes.
    pub fn wanted(&self) -> &str {
        if self.keep { &self.source } else { &self.target }
    }

    /// Whether the entry is for this pair. A tag without a region stands for all its regions.
    fn is_for(&self, from: &redub_core::Language, to: &redub_core::Language) -> bool {
        let fits = |tag: &Option<String>, language: &redub_core::Language| {
            tag.as_deref().is_none_or(|tag| {
                let tag = tag.parse::<redub_core::Language>();
                tag.is_ok_and(|t| {
                    t == *language || (t.region().is_none() && t.primary() == language.primary())
                })
            })
        };
        fits(&self.from, from) && fits(&self.to, to)
    }
}

impl Glossary {
    /// The terms for a pair of languages. Entries that wait for a translation are left out.
    pub fn terms(&self, from: &redub_core::Language, to: &redub_core::Language) -> Terms {
        let entries = self.entries.iter().filter(|e| !e.wanted().trim().is_empty() && e.is_for(from, to));
        Terms::new(entries.cloned().collect(), from.primary(), to.primary())
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
