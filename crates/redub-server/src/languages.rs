//! Languages by HeyGen's names, as far as the installed engines speak them (contract §10).

use std::collections::BTreeSet;

use redub_core::{Language, language};
use redub_models::ModelStore;
use redub_speech::phonemes;

use crate::wire::ApiError;

/// A language that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its tag.
    pub language: Language,
    /// Its name as HeyGen spells it.
    pub name: String,
}

/// Primary subtags that are both translated into and spoken with what is installed.
fn spoken(models: &ModelStore) -> BTreeSet<String> {
    let voices: BTreeSet<&str> =
        phonemes::language::supported().iter().map(|v| v.language.primary()).collect();
    let ways = redub_translate::coverage(models).into_iter().filter(|way| way.installed);
    ways.map(|way| way.to).filter(|to| voices.contains(to.as_str())).collect()
}

/// The names that can be asked for, in HeyGen's order.
pub fn names(models: &ModelStore) -> Vec<String> {
    let spoken = spoken(models);
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    language::names().filter(|(_, tag)| spoken.contains(&primary(tag))).map(|(name, _)| name.to_owned()).collect()
}

/// Reads a target language: a name or a BCP-47 code, in any case.
///
/// # Errors
/// 400 for what is no language, and for one that nothing installed speaks: it says what is there, and what would add it.
pub fn target(text: &str, models: &ModelStore) -> Result<Target, ApiError> {
    let known: Result<Language, _> = text.parse();
    let refuse = |why: String| {
        let spoken: Vec<String> = spoken(models).iter().filter_map(|t| Some(t.parse::<Language>().ok()?.name())).collect();
        let message = format!("{why}. Available: {}, and their regional names; GET /v3/video-translations/languages lists all", spoken.join(", "));
        ApiError::invalid("output_languages", message)
    };
    let Ok(language) = known else { return Err(refuse(format!("{text:?} is not a language"))) };
    if !spoken(models).contains(language.primary()) {
        return Err(refuse(missing(text, &language, models)));
    }
    let name = language::names().find(|(name, _)| name.eq_ignore_ascii_case(text.trim()));
    let name = name.map_or_else(|| language.name(), |(name, _)| name.to_owned());
    Ok(Target { language, name })
}

/// Why a language cannot be asked for, and what would add it.
fn missing(text: &str, language: &Language, models: &ModelStore) -> String {
    let voice = phonemes::language::supported().iter().any(|v| v.language.primary() == language.primary());
    let ways: Vec<_> = redub_translate::coverage(models);
    let way = ways.iter().find(|way| way.to == language.primary());
    match (voice, way) {
        (true, Some(way)) => format!("{text} is not installed: {}", way.note),
        (true, None) => format!("{text} can be spoken, but nothing translates into it: no model for it is known yet"),
        (false, _) => format!("No voice speaks {text}: no model for it is known yet"),
    }
}

/// Reads the language of a source: a name or a code.
///
/// # Errors
/// 400 for what is no language.
pub fn source(text: &str) -> Result<Language, ApiError> {
    text.parse().map_err(|_| {
        ApiError::invalid("input_language", format!("{text:?} is not a language; give a name such as English or a code such as en"))
    })
}
