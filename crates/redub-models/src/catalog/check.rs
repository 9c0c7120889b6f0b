//! Refuses catalogue entries that could not be pulled safely: a catalogue may be written by anybody.

use super::model::{Model, ModelFile, Source};
use crate::fetch::PackageId;

/// What is wrong with an entry, if anything.
pub(super) fn model(model: &Model) -> Result<(), String> {
    let wrong = |why: String| format!("model '{}': {why}", model.id);
    plain_name(&model.id).map_err(wrong)?;
    if model.files.is_empty() {
        return Err(wrong("it has no files".into()));
    }
    for file in &model.files {
        self::file(model, file).map_err(|why| wrong(format!("file '{}': {why}", file.name)))?;
    }
    Ok(())
}

fn file(model: &Model, file: &ModelFile) -> Result<(), String> {
    plain_name(&file.name)?;
    match (&file.sha256, file.bytes) {
        (Some(sha256), Some(_)) => hexadecimal(sha256)?,
        (None, None) if model.tofu => {}
        _ => return Err("it needs both bytes and sha256 (or neither, with tofu = true)".into()),
    }
    let sources = model.sources_of(file);
    if sources.is_empty() {
        return Err("it has no source".into());
    }
    sources.iter().try_for_each(source)
}

fn source(source: &Source) -> Result<(), String> {
    match source {
        Source::Packages { packages, parts, transform, before, .. } => {
            for package in packages {
                PackageId::parse(package)?;
            }
            if packages.is_empty() || *parts == 0 {
                return Err("a source without packages or parts".into());
            }
            match (transform, before) {
                (Some(_), Some(before)) => hexadecimal(before),
                (None, None) => Ok(()),
                _ => Err("transform and before go together".into()),
            }
        }
        Source::Bundle { .. } | Source::Inline { .. } => Ok(()),
        Source::Url { url, .. } if url.starts_with("https://") || url.starts_with("http://") => Ok(()),
        Source::Url { url, .. } => Err(format!("'{url}' is not an http address")),
    }
}

/// A name that is one path component and nothing hidden.
fn plain_name(name: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(format!("'{name}' is not a plain name (letters, digits, . _ - +)"));
    }
    Ok(())
}

fn hexadecimal(sha256: &str) -> Result<(), String> {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if sha256.len() == 64 && sha256.chars().all(digit) {
        return Ok(());
    }
    Err(format!("'{sha256}' is not a sha256 in lower-case hexadecimal"))
}
