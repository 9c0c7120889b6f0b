//! One entry of a glossary.

use redub_core::Language;
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
    /// Whether it is for this target language.
    pub fn is_for(&self, target: &Language) -> bool {
        let Some(language) = present(self.language.as_deref()).and_then(|l| l.parse::<Language>().ok())
        else {
            return true;
        };
        language == *target || (language.region().is_none() && language.primary() == target.primary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_for_a_language_and_its_regions() {
        let term = |language: Option<&str>| Term {
            source: "Reformer".into(),
            target: None,
            language: language.map(str::to_owned),
        };
        let mexican: Language = "es-MX".parse().unwrap();
        assert!(term(None).is_for(&mexican) && term(Some("Spanish")).is_for(&mexican));
        assert!(!term(Some("es-ES")).is_for(&mexican) && !term(Some("pt")).is_for(&mexican));
        let error = check(Some("x"), Some(&[term(None), term(Some("klingon"))])).unwrap_err();
        assert_eq!(error.param.as_deref(), Some("terms[1].language"));
        assert!(check(Some(" "), None).is_err() && check(None, Some(&[term(None)])).is_ok());
    }
}
