//! Which languages are spoken, by which reader, and how well.

use redub_core::Language;
use serde::{Deserialize, Serialize};

/// How well a language is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// The network was trained on it and has native voices.
    Good,
    /// Spoken with a foreign voice through a symbol map: intelligible, with an accent.
    Experimental,
}

/// A language that can be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageSupport {
    /// The language, with a region where voices differ by region.
    pub language: Language,
    /// How well.
    pub quality: Quality,
}

/// The rules that turn a reader's sounds into Kokoro's symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// English as in the United States.
    American,
    /// English as in Great Britain.
    British,
    /// The other languages of the training data, in plain IPA.
    Native,
    /// Languages outside the training data: sounds are replaced by the nearest trained ones.
    Foreign,
    /// Mandarin, read by [`super::mandarin`], which writes Kokoro's symbols itself.
    Mandarin,
    /// Japanese, read by [`super::japanese`], which writes Kokoro's symbols itself.
    Japanese,
}

/// How the text of a language becomes sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Voice name of espeak-ng; for Mandarin and Japanese the one that reads Latin letters among their own.
    pub voice: &'static str,
    /// Symbol rules.
    pub family: Family,
    /// How well the result is spoken.
    pub quality: Quality,
}

impl Reader {
    /// Whether words are written without spaces, so that the reader has to find them.
    pub fn finds_words(&self) -> bool {
        matches!(self.family, Family::Mandarin | Family::Japanese)
    }
}

/// Tag, espeak-ng voice, symbol rules, quality. The first row of a primary subtag serves regions not listed.
const READERS: [(&str, &str, Family, Quality); 20] = [
    ("en", "en-us", Family::American, Quality::Good),
    ("en-GB", "en-gb", Family::British, Quality::Good),
    ("es", "es", Family::Native, Quality::Good),
    ("es-MX", "es-419", Family::Native, Quality::Good),
    ("fr", "fr-fr", Family::Native, Quality::Good),
    ("hi", "hi", Family::Native, Quality::Good),
    ("it", "it", Family::Native, Quality::Good),
    ("ja", "en-us", Family::Japanese, Quality::Good),
    ("pt", "pt-br", Family::Native, Quality::Good),
    ("pt-BR", "pt-br", Family::Native, Quality::Good),
    ("pt-PT", "pt", Family::Native, Quality::Experimental),
    ("zh", "en-us", Family::Mandarin, Quality::Good),
    ("de", "de", Family::Foreign, Quality::Experimental),
    ("id", "id", Family::Foreign, Quality::Experimental),
    ("nl", "nl", Family::Foreign, Quality::Experimental),
    ("pl", "pl", Family::Foreign, Quality::Experimental),
    ("ru", "ru", Family::Foreign, Quality::Experimental),
    ("sv", "sv", Family::Foreign, Quality::Experimental),
    ("tr", "tr", Family::Foreign, Quality::Experimental),
    ("uk", "uk", Family::Foreign, Quality::Experimental),
];

/// Regions whose English follows the British reader.
const BRITISH: [&str; 7] = ["GB", "UK", "IE", "AU", "NZ", "ZA", "IN"];

/// Regions whose Chinese is Cantonese, which no voice speaks.
const CANTONESE: [&str; 2] = ["HK", "MO"];

/// The reader of a language; `None` when it cannot be spoken.
pub fn reader(language: &Language) -> Option<Reader> {
    let tag = match (language.primary(), language.region()) {
        ("zh", Some(region)) if CANTONESE.contains(&region) => return None,
        ("en", Some(region)) if BRITISH.contains(&region) => "en-GB".to_owned(),
        // All of America says seseo; Spain alone keeps the dental.
        ("es", Some(region)) if region != "ES" => "es-MX".to_owned(),
        _ => language.to_string(),
    };
    let exact = READERS.iter().find(|row| row.0 == tag);
    let row = exact.or_else(|| READERS.iter().find(|row| row.0 == language.primary()))?;
    Some(Reader { voice: row.1, family: row.2, quality: row.3 })
}

/// All languages that can be spoken, in alphabetical order of their tags.
pub fn supported() -> Vec<LanguageSupport> {
    let mut list: Vec<LanguageSupport> = READERS
        .iter()
        .filter_map(|row| Some(LanguageSupport { language: row.0.parse().ok()?, quality: row.3 }))
        .collect();
    list.sort_by(|a, b| a.language.cmp(&b.language));
    list
}
