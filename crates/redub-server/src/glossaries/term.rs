//! One entry of a glossary.

use redub_core::Language;
use redub_translate::glossary::Entry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::present;
use crate::wire::ApiError;

/// Most terms of a glossary.
const MOST_TERMS: usize = 2000;
/// Longest text of a term, characters.
const LONGEST: usize = 200;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Term {
    /// The words as they are said in the source.
    #[schema(min_length = 1, max_length = 200)]
    pub source: String,
    /// What they become; left out or null keeps them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub target: Option<String>,
    /// Only for this target language, by name or code; left out or null for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Looks at a glossary's name and terms.
///
/// # Errors
/// 400 naming the term at fault.
pub fn check(name: Option<&str>, terms: Option<&[Term]>) -> Result<(), ApiError> {
    if name.is_some_and(|name| name.trim().is_empty() || name.chars().count() > LONGEST) {
        return Err(ApiError::invalid("name", format!("name must have 1 to {LONGEST} characters")));
    }
    let terms = terms.unwrap_or_default();
    if terms.len() > MOST_TERMS {
        return Err(ApiError::invalid("terms", format!("a glossary holds up to {MOST_TERMS} terms")));
    }
    for (index, term) in terms.iter().enumerate() {
        let field = |name: &str| format!("terms[{index}].{name}");
        let sound = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
        if !sound(&term.source) {
            return Err(ApiError::invalid(
                field("source"),
                format!("source must have 1 to {LONGEST} characters"),
            ));
        }
        if term.target.as_deref().is_some_and(|target| !sound(target)) {
            let message = format!(
                "target must have 1 to {LONGEST} characters; leave it out to keep the source's words"
            );
            return Err(ApiError::invalid(field("target"), message));
        }
        if let Some(language) = present(term.language.as_deref()).filter(|l| l.parse::<Language>().is_err()) {
            return Err(ApiError::invalid(field("language"), format!("{language:?} is not a language")));
        }
    }
    Ok(())
}

impl Term {
    /// The entry as the translation takes it.
    pub fn entry(&self) -> Entry {
        let to = present(self.language.as_deref()).and_then(|l| l.parse::<Language>().ok());
        Entry {
            source: self.source.clone(),
            target: self.target.clone().unwrap_or_default(),
            to: to.map(|language| language.to_string()),
            keep: self.target.is_none(),
            ..Entry::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_become_entries_and_wrong_ones_are_named() {
        let term = |language: Option<&str>| Term {
            source: "Reformer".into(),
            target: None,
            language: language.map(str::to_owned),
        };
        let kept = term(Some("Spanish")).entry();
        assert!(kept.keep && kept.to.as_deref() == Some("es") && term(None).entry().to.is_none());
        let changed = Term { target: Some("Máquina".into()), ..term(None) }.entry();
        assert!(!changed.keep && changed.wanted() == "Máquina");
        let error = check(Some("x"), Some(&[term(None), term(Some("klingon"))])).unwrap_err();
        assert_eq!(error.param.as_deref(), Some("terms[1].language"));
        assert!(check(Some(" "), None).is_err() && check(None, Some(&[term(None)])).is_ok());
    }
}
