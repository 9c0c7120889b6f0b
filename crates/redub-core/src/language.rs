//! Language tags and names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language as a BCP-47 tag: a lower-case primary subtag and an optional upper-case region (`es`, `pt-BR`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language {
    primary: String,
    region: Option<String>,
}

/// English names and their tags as HeyGen's v3 API lists them (`GET /v3/video-translations/languages`), one
/// `name<TAB>tag` per line; where a tag has several names the first is the plain one.
const NAMES: &str = include_str!("language_names.tsv");

/// Pairs of English name and tag, in the order of the table.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.lines().filter_map(|line| line.split_once('\t'))
}

/// A text that is neither a known language tag nor a known language name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown language '{0}': use a tag such as es or pt-BR, or an English name such as Spanish; `redub languages` lists them"
)]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Primary subtag, lower case: `pt` of `pt-BR`.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// English name: `Spanish`, `Portuguese (Brazil)`; the tag itself when the table has no name for it.
    pub fn name(&self) -> String {
        let tag = self.to_string();
        let named = |wanted: &str| names().find(|(_, t)| *t == wanted).map(|(n, _)| n.to_owned());
        named(&tag).or_else(|| named(&self.primary)).unwrap_or(tag)
    }

    /// The same language without its region: `pt` of `pt-BR`.
    pub fn base(&self) -> Language {
        Language { primary: self.primary.clone(), region: None }
    }

    /// Reads a list with commas, each language once, in order. Names may hold commas themselves:
    /// `es,Chinese (Mandarin, Simplified),pt`.
    ///
    /// # Errors
    /// The first entry that is no language.
    pub fn list(text: &str) -> Result<Vec<Language>, UnknownLanguage> {
        let pieces: Vec<&str> = text.split(',').collect();
        let mut languages: Vec<Language> = Vec::new();
        let mut at = 0;
        while at < pieces.len() {
            let longest = (at + 1..=pieces.len()).rev();
            let read = longest.map(|end| (end, pieces[at..end].join(",").parse::<Language>()));
            let (end, language) = read
                .into_iter()
                .find_map(|(end, language)| Some((end, language.ok()?)))
                .ok_or_else(|| UnknownLanguage(pieces[at].trim().to_owned()))?;
            if !languages.contains(&language) {
                languages.push(language);
            }
            at = end;
        }
        Ok(languages)
    }

    /// Whether words are written without spaces between them.
    pub fn is_unspaced(&self) -> bool {
        matches!(self.primary.as_str(), "zh" | "ja" | "th" | "lo" | "my" | "km" | "yue")
    }

    /// Region subtag, upper case: `BR` of `pt-BR`.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(f, "{}-{region}", self.primary),
            None => f.write_str(&self.primary),
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads a tag (`pt-BR`, `pt_br`) or an English name (`Portuguese (Brazil)`), in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let by_name = names().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, tag)| tag);
        let unknown = || UnknownLanguage(text.to_owned());
        let language = split_tag(by_name.unwrap_or(text)).ok_or_else(unknown)?;
        let known = names().any(|(_, tag)| tag.split('-').next() == Some(language.primary.as_str()));
        if known { Ok(language) } else { Err(unknown()) }
    }
}

/// Splits `primary[-script][-REGION]`; a script subtag is dropped, since none of our languages needs it.
fn split_tag(tag: &str) -> Option<Language> {
    let mut parts = tag.split(['-', '_']);
    let primary = parts.next()?.to_ascii_lowercase();
    let region = parts.find(|p| p.len() != 4).map(str::to_ascii_uppercase);
    let letters = primary.len() >= 2 && primary.len() <= 3 && primary.chars().all(|c| c.is_ascii_lowercase());
    let region_ok = region
        .as_deref()
        .is_none_or(|r| matches!(r.len(), 2 | 3) && r.chars().all(|c| c.is_ascii_alphanumeric()));
    (letters && region_ok).then_some(Language { primary, region })
}

impl TryFrom<String> for Language {
    type Error = UnknownLanguage;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn tags_and_names_in_any_case() {
        let read = |t: &str| t.parse::<Language>().map(|l| l.to_string());
        assert_eq!(read("ES"), Ok("es".into()));
        assert_eq!(read("pt_br"), Ok("pt-BR".into()));
        assert_eq!(read("spanish"), Ok("es".into()));
        assert_eq!(read("Portuguese (Brazil)"), Ok("pt-BR".into()));
        assert_eq!(read("zh-Hans-CN"), Ok("zh-CN".into()));
    }

    #[test]
    fn lists_know_names_with_commas_and_each_language_once() {
        let read = |t: &str| {
            let list = Language::list(t)?;
            Ok::<_, super::UnknownLanguage>(
                list.iter().map(Language::to_string).collect::<Vec<_>>().join(" "),
            )
        };
        assert_eq!(read("es, pt,es"), Ok("es pt".into()));
        assert_eq!(read("es,Chinese (Mandarin, Simplified),pt-BR"), Ok("es zh-CN pt-BR".into()));
        assert_eq!(read("es,klingon,pt"), Err(super::UnknownLanguage("klingon".into())));
        assert!(read("es,").is_err() && read("").is_err());
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "xx", "klingon", "e", "es-SPAINX", "12"] {
            assert!(text.parse::<Language>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_found_for_regions_without_one() {
        assert_eq!("es".parse::<Language>().map(|l| l.name()), Ok("Spanish".into()));
        assert_eq!("pt-AO".parse::<Language>().map(|l| l.name()), Ok("Portuguese".into()));
    }
}
