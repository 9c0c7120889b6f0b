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

/// Primary subtags that are spoken.
fn voiced() -> BTreeSet<String> {
    phonemes::language::supported().iter().map(|v| v.language.primary().to_owned()).collect()
}

/// Primary subtags that are both translated into and spoken with what is installed.
fn spoken(models: &ModelStore) -> BTreeSet<String> {
    let voices = voiced();
    let ways = redub_translate::coverage(models).into_iter().filter(|way| way.installed);
    ways.map(|way| way.to).filter(|to| voices.contains(to)).collect()
}

/// The names that can be asked for, in HeyGen's order.
pub fn names(models: &ModelStore) -> Vec<String> {
    let spoken = spoken(models);
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    language::names()
        .filter(|(_, tag)| spoken.contains(&primary(tag)))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Reads a target language: a name or a BCP-47 code, in any case. Where the text to speak is given, it need not be
/// one that anything translates into.
///
/// # Errors
/// 400 for what is no language, and for one that nothing installed speaks: it says what is there, and what would add it.
fn target(text: &str, models: &ModelStore, translated: bool) -> Result<Target, ApiError> {
    let spoken = if translated { spoken(models) } else { voiced() };
    let refuse = |why: String| {
        let name = |tag: &String| Some(tag.parse::<Language>().ok()?.name());
        let names: Vec<String> = spoken.iter().filter_map(name).collect();
        let message = format!(
            "{why}. Available: {}, and their regional names; GET /v3/video-translations/languages lists all",
            names.join(", ")
        );
        ApiError::invalid("output_languages", message)
    };
    let Ok(language) = text.parse::<Language>() else {
        return Err(refuse(format!("{:?} is not a language", text.chars().take(60).collect::<String>())));
    };
    if !spoken.contains(language.primary()) {
        return Err(refuse(missing(text, &language, models)));
    }
    let name = language::names().find(|(name, _)| name.eq_ignore_ascii_case(text.trim()));
    let name = name.map_or_else(|| language.name(), |(name, _)| name.to_owned());
    Ok(Target { language, name })
}

/// Reads the target languages of a request: at least one.
///
/// # Errors
/// 400 for none, for what is no language, and for one that nothing installed speaks.
pub fn targets(texts: &[String], models: &ModelStore, translated: bool) -> Result<Vec<Target>, ApiError> {
    if texts.is_empty() {
        let message = "output_languages must name at least one language";
        return Err(ApiError::invalid("output_languages", message));
    }
    texts.iter().map(|text| target(text, models, translated)).collect()
}

/// Checks that a source language can be translated into a target.
///
/// # Errors
/// 400 for the same language, and for a pair that nothing installed translates.
pub fn pair(from: &Language, to: &Target, models: &ModelStore) -> Result<(), ApiError> {
    if from.primary() == to.language.primary() {
        let message = format!("The speech is already {}: choose another output language", from.name());
        return Err(ApiError::invalid("output_languages", message));
    }
    let ways = redub_translate::coverage(models);
    let way = ways.iter().find(|w| w.from == from.primary() && w.to == to.language.primary());
    match way {
        Some(way) if way.installed => Ok(()),
        Some(way) => {
            let message = format!("{} to {} is not installed: {}", from.name(), to.name, way.note);
            Err(ApiError::invalid("output_languages", message))
        }
        None => {
            let message = format!("Nothing translates {} into {}", from.name(), to.name);
            Err(ApiError::invalid("output_languages", message))
        }
    }
}

/// Why a language cannot be asked for, and what would add it.
fn missing(text: &str, language: &Language, models: &ModelStore) -> String {
    let voice = phonemes::language::supported().iter().any(|v| v.language.primary() == language.primary());
    let ways: Vec<_> = redub_translate::coverage(models);
    let way = ways.iter().find(|way| way.to == language.primary());
    match (voice, way) {
        (true, Some(way)) => format!("{text} is not installed: {}", way.note),
        (true, None) => {
            format!("{text} can be spoken, but nothing translates into it: no model for it is known yet")
        }
        (false, _) => format!("No voice speaks {text}: no model for it is known yet"),
    }
}

/// Reads the language of a source: a name or a code.
///
/// # Errors
/// 400 for what is no language.
pub fn source(text: &str) -> Result<Language, ApiError> {
    text.parse().map_err(|_| {
        ApiError::invalid(
            "input_language",
            format!("{text:?} is not a language; give a name such as English or a code such as en"),
        )
    })
}
