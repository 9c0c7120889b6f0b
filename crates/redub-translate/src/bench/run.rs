//! One pair measured.

use std::collections::BTreeMap;
use std::time::Instant;

use redub_models::ModelStore;
use serde::Serialize;

use super::lengths::Budgets;
use super::{
    BenchError, GenderFigures, LengthFigures, Paced, Pair, References, RegisterFigures, Set, gender, register,
};
use crate::address::Register;
use crate::agreement::Agreement;
use crate::checks::Issue;
use crate::chrf::chrf;
use crate::engine::{SourceLine, Translate};
use crate::options::Options;
use crate::route::Translator;

/// Figures of one pair.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PairFigures {
    /// Source tag.
    pub from: String,
    /// Target tag.
    pub to: String,
    /// The engines in order.
    pub engine: String,
    /// By set: `ntrex` (news), `cocoa` (speech).
    pub sets: BTreeMap<String, SetFigures>,
    /// Agreement on the references with a woman speaking to a woman; none for languages without.
    pub gender: Option<GenderFigures>,
    /// What the engines could not do.
    pub notes: Vec<String>,
}

/// Figures of one set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SetFigures {
    /// Lines translated.
    pub lines: usize,
    /// Words of the sources.
    pub words: usize,
    /// Corpus chrF (sacreBLEU's definition) against the reference; of two registers, that asked for, else the better.
    pub chrf: f64,
    /// chrF against each reference: one, or formal and informal.
    pub chrf_by_reference: Vec<f64>,
    /// Wall-clock seconds, without loading.
    pub seconds: f64,
    /// Source words a second.
    pub words_per_second: f64,
    /// Lines that came back empty, or of which words were left untranslated.
    pub untranslated: usize,
    /// Lines with any issue.
    pub issues: usize,
    /// Lines by the engine that made them.
    pub engines: BTreeMap<String, usize>,
    /// Matched accuracy in the register asked for (formal when none was).
    pub register: Option<RegisterFigures>,
    /// Lengths, where lines were given budgets; the texts that are scored are then the shortened ones.
    pub lengths: Option<LengthFigures>,
}

/// What is measured, and how.
#[derive(Clone, Copy)]
pub struct Measure<'m> {
    /// Lines of each set, at most.
    pub lines: usize,
    /// Who gives lines their budgets, if they have some.
    pub pace: Option<Paced<'m>>,
}

/// Is given a set's name, its sources and their translations.
pub type Keep<'k> = dyn FnMut(&str, &[String], &[String]) + 'k;

/// Measures a pair. `keep` is given each set's name, sources and translations.
///
/// # Errors
/// References that are missing or broken, engines that fail.
pub fn bench(
    store: &ModelStore,
    references: &References,
    pair: &Pair,
    how: Measure<'_>,
    options: &Options,
    keep: &mut Keep<'_>,
) -> Result<PairFigures, BenchError> {
    let found =
        [("ntrex", references.ntrex(pair, how.lines)?), ("cocoa", references.cocoa(pair, how.lines)?)];
    let sets: Vec<(&str, Set)> = found.into_iter().filter_map(|(name, set)| Some((name, set?))).collect();
    if sets.is_empty() {
        return Err(references.none(pair));
    }
    let translator = Translator::open(store, &pair.from, &pair.to, options)?;
    let mut figures = PairFigures {
        from: pair.from.to_string(),
        to: pair.to.to_string(),
        engine: translator.name().to_owned(),
        notes: translator.notes(),
        ..PairFigures::default()
    };
    for (name, set) in sets {
        let (measured, texts) = measure(translator.as_ref(), pair, &set, options.register, how)?;
        keep(name, &set.sources, &texts);
        figures.sets.insert(name.to_owned(), measured);
    }
    figures.gender = agreement(references, pair, how.lines)?;
    Ok(figures)
}

/// Translates a set. Each line is a speaker's own, so that none is joined with its neighbour.
fn measure(
    translator: &dyn Translate,
    pair: &Pair,
    set: &Set,
    wanted: Option<Register>,
    how: Measure<'_>,
) -> Result<(SetFigures, Vec<String>), BenchError> {
    let line = |(i, text): (usize, &String)| SourceLine::new(text.clone(), format!("S{}", i + 1), i);
    let mut lines: Vec<SourceLine> = set.sources.iter().enumerate().map(line).collect();
    let budgets = how.pace.map(|paced| Budgets::new(paced, pair, &set.sources)).transpose()?;
    if let Some(budgets) = &budgets {
        lines.iter_mut().zip(budgets.characters()).for_each(|(line, budget)| line.budget = Some(budget));
    }
    let clock = Instant::now();
    let translated = translator.translate(&lines, &())?;
    let seconds = clock.elapsed().as_secs_f64();
    let words: usize = set.sources.iter().map(|s| s.split_whitespace().count()).sum();
    let mut texts: Vec<String> = translated.iter().map(|t| t.text.clone()).collect();
    let lengths = budgets.map(|budgets| budgets.keep(&mut texts, &set.references)).transpose()?;
    let score = |references: &Vec<String>| {
        chrf(texts.iter().map(String::as_str).zip(references.iter().map(String::as_str)))
    };
    let scores: Vec<f64> = set.references.iter().map(score).collect();
    let at = usize::from(wanted == Some(Register::Informal));
    let best = scores.iter().copied().fold(0.0, f64::max);
    let untranslated = |t: &&crate::Translated| {
        t.text.trim().is_empty() || t.issues.iter().any(|i| matches!(i, Issue::Untranslated(_)))
    };
    let told = match &set.references[..] {
        [formal, informal] if at == 0 => Some(register(&texts, formal, informal)),
        [formal, informal] => Some(register(&texts, informal, formal)),
        _ => None,
    };
    let mut figures = SetFigures {
        lines: lines.len(),
        words,
        chrf: wanted.and_then(|_| scores.get(at).copied()).unwrap_or(best),
        chrf_by_reference: scores,
        seconds,
        words_per_second: words as f64 / seconds.max(1e-9),
        untranslated: translated.iter().filter(untranslated).count(),
        issues: translated.iter().filter(|t| !t.issues.is_empty()).count(),
        engines: BTreeMap::new(),
        register: told,
        lengths,
    };
    for line in &translated {
        *figures.engines.entry(line.engine.clone()).or_default() += 1;
    }
    Ok((figures, texts))
}

fn agreement(references: &References, pair: &Pair, most: usize) -> Result<Option<GenderFigures>, BenchError> {
    let Some(agreement) = Agreement::open(pair.to.primary()) else { return Ok(None) };
    let mut figures = GenderFigures::default();
    for [english, masculine, feminine] in references.gendered(&pair.to, most)? {
        figures += gender(&agreement, &english, &masculine, &feminine);
    }
    Ok((figures.all > 0).then_some(figures))
}
