//! Glossary terms in real translations: `golden/terms.tsv` holds 60 terms (English, Spanish, Portuguese, French, Italian; `=` stays) with
//! a sentence each. Needs the default models.
#![allow(clippy::unwrap_used)]

use redub_models::ModelStore;
use redub_translate::glossary::{Entry, Glossary};
use redub_translate::{LocalModel, Options, SourceLine, Translator};

const TERMS: &str = include_str!("golden/terms.tsv");

/// Terms respected with the glossary, and without it.
fn respected(to: &str, column: usize) -> (usize, usize, Vec<String>) {
    let rows: Vec<Vec<&str>> = TERMS.lines().map(|l| l.split('\t').collect()).collect();
    let entry = |row: &Vec<&str>| Entry {
        source: row[0].into(),
        target: if row[column] == "=" { String::new() } else { row[column].into() },
        keep: row[column] == "=",
        ..Entry::default()
    };
    let glossary = Glossary { entries: rows.iter().map(entry).collect() };
    assert!(glossary.conflicts().is_empty());
    let (en, to) = ("en".parse().unwrap(), to.parse().unwrap());
    let terms = glossary.terms(&en, &to);
    // A speaker each, so that no sentence is joined with its neighbour.
    let lines: Vec<SourceLine> =
        rows.iter().enumerate().map(|(i, row)| SourceLine::new(row[5], format!("S{i}"), i)).collect();
    let store = ModelStore::new(ModelStore::default_root());
    let count = |options: &Options| {
        let made = Translator::open(&store, &en, &to, options).unwrap().translate(&lines, &()).unwrap();
        let missing = |(row, made): (&Vec<&str>, &redub_translate::Translated)| {
            let violations = terms.violations(row[5], &made.text);
            (!violations.is_empty()).then(|| format!("{}: {}", row[0], made.text))
        };
        let texts: Vec<String> = made.iter().map(|m| m.text.clone()).collect();
        (rows.iter().zip(&made).filter_map(missing).collect::<Vec<_>>(), texts)
    };
    // The engines, whatever else is installed: a language model on French takes minutes.
    let engines = Options { local_model: LocalModel::Never, ..Options::default() };
    let (without, _) = count(&engines);
    let (missing, texts) = count(&Options { glossary, ..engines });
    println!("{}", texts.join("\n"));
    assert!(texts.iter().all(|t| !t.to_lowercase().contains("kqz")), "a stand-in was left: {texts:#?}");
    (rows.len() - missing.len(), rows.len() - without.len(), missing)
}

/// At least `least` of the terms stand in the translations.
fn holds(to: &str, column: usize, least: usize) {
    let (with, without, missing) = respected(to, column);
    println!("{to}: {with} of 60 terms, without the glossary {without}; missing: {missing:#?}");
    assert!(with >= least, "{to}: {with} of 60: {missing:#?}");
    assert!(without < with, "the glossary changes nothing");
}

#[test]
fn sixty_terms_are_respected_in_spanish() {
    holds("es", 1, 59);
}

#[test]
fn sixty_terms_are_respected_in_portuguese() {
    holds("pt", 2, 59);
}

/// Half a minute, so it is run by hand.
#[test]
#[ignore = "half a minute of processor time: --run-ignored all"]
fn sixty_terms_are_respected_in_italian() {
    holds("it", 4, 59);
}

/// Likewise.
#[test]
#[ignore = "more than a minute of processor time: --run-ignored all"]
fn sixty_terms_are_respected_in_french() {
    holds("fr", 3, 59);
}
