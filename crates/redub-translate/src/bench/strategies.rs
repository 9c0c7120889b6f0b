//! What a language model adds to the drafts of a pair: by itself, shown them, shown a third language; judged or not.

use std::collections::BTreeMap;
use std::time::Instant;

use redub_models::ModelStore;
use serde::Serialize;

use super::{BenchError, Pair, References};
use crate::chrf::chrf;
use crate::engine::SourceLine;
use crate::options::{Drafts, Options};
use crate::route::Translator;
use crate::scene::Verdict;

/// Figures of a pair on one set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Strategies {
    /// Source and target tags.
    pub pair: String,
    /// `ntrex` or `cocoa`.
    pub set: String,
    /// Lines.
    pub lines: usize,
    /// Corpus chrF of the engines without a model, of two references the better; none where there are no engines.
    pub draft: Option<f64>,
    /// The ways to use the model, by what it is shown ([`Drafts::name`]).
    pub ways: BTreeMap<&'static str, WayFigures>,
}

/// Figures of one way to use a model.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WayFigures {
    /// Corpus chrF of what it says; a line that did not parse counts as empty.
    pub chrf: f64,
    /// The same with each line judged, and replaced by the draft where it fails.
    pub judged: Option<f64>,
    /// Lines that passed the judge.
    pub kept: usize,
    /// Lines that did not parse.
    pub unparsed: usize,
    /// Seconds a line.
    pub seconds_a_line: f64,
}

/// Is given a set's name, what the columns are, and for each line source, draft and what each way made of it.
pub type Keep<'k> = dyn FnMut(&str, &[Vec<String>]) + 'k;

/// Measures the ways of a pair on `most` lines of each set; all of them, or the one that `options` asks for.
///
/// # Errors
/// References that are missing or broken, no language model, engines that fail.
pub fn strategies(
    store: &ModelStore,
    references: &References,
    pair: &Pair,
    most: usize,
    options: &Options,
    keep: &mut Keep<'_>,
) -> Result<Vec<Strategies>, BenchError> {
    let scenes = Translator::scenes(store, &pair.from, &pair.to, options)?;
    let mut scenes = scenes.ok_or(BenchError::NoModel)?;
    let sets = [("ntrex", references.ntrex(pair, most)?), ("cocoa", references.cocoa(pair, most)?)];
    let mut all = Vec::new();
    for (name, set) in sets.into_iter().filter_map(|(name, set)| Some((name, set?))) {
        let line = |(i, text): (usize, &String)| SourceLine::new(text.clone(), format!("S{}", i + 1), i);
        let lines: Vec<SourceLine> = set.sources.iter().enumerate().map(line).collect();
        let score = |texts: &[String]| {
            let against =
                |r: &Vec<String>| chrf(texts.iter().map(String::as_str).zip(r.iter().map(String::as_str)));
            set.references.iter().map(against).fold(0.0, f64::max)
        };
        let mut figures = Strategies {
            pair: format!("{}-{}", pair.from, pair.to),
            set: name.to_owned(),
            lines: lines.len(),
            ..Strategies::default()
        };
        let mut rows: Vec<Vec<String>> = set.sources.iter().map(|s| vec![s.clone()]).collect();
        for drafts in Drafts::ALL.into_iter().filter(|d| options.drafts.is_none_or(|only| only == *d)) {
            if !scenes.differs(drafts) {
                continue;
            }
            scenes = scenes.shown(drafts);
            let clock = Instant::now();
            let (said, drafted): (Vec<_>, Vec<_>) = scenes.unjudged(&lines, &())?.into_iter().unzip();
            let seconds_a_line = clock.elapsed().as_secs_f64() / lines.len().max(1) as f64;
            let draft: Option<Vec<String>> = drafted.into_iter().map(|d| Some(d?.text)).collect();
            if figures.ways.is_empty() {
                figures.draft = draft.as_deref().map(score);
                rows.iter_mut()
                    .enumerate()
                    .for_each(|(i, row)| row.push(draft.as_ref().map_or(String::new(), |d| d[i].clone())));
            }
            let texts: Vec<String> = said.iter().cloned().map(Option::unwrap_or_default).collect();
            rows.iter_mut().zip(&texts).for_each(|(row, text)| row.push(text.clone()));
            let judge = scenes.judge();
            let passes = |i: usize| {
                let draft = draft.as_ref().map(|d| d[i].as_str());
                let look = |text: &String| judge.look(&lines[i].text, text, draft, None);
                said[i].as_ref().is_some_and(|text| !matches!(look(text), Verdict::Bad(_)))
            };
            let passed: Vec<bool> = (0..lines.len()).map(passes).collect();
            let judged = draft.as_ref().map(|draft| {
                let choose = |i: usize| if passed[i] { texts[i].clone() } else { draft[i].clone() };
                score(&(0..lines.len()).map(choose).collect::<Vec<_>>())
            });
            let way = WayFigures {
                chrf: score(&texts),
                judged,
                kept: passed.iter().filter(|p| **p).count(),
                unparsed: said.iter().filter(|s| s.is_none()).count(),
                seconds_a_line,
            };
            figures.ways.insert(drafts.name(), way);
        }
        keep(name, &rows);
        all.push(figures);
    }
    if all.is_empty() { Err(references.none(pair)) } else { Ok(all) }
}
