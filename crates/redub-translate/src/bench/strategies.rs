//! What a language model adds to the drafts of a pair: by itself, shown them, judged by them.

use std::time::Instant;

use redub_models::ModelStore;
use serde::Serialize;

use super::{BenchError, Pair, References};
use crate::chrf::{chrf, sentence_chrf};
use crate::engine::SourceLine;
use crate::options::{Drafts, Options};
use crate::route::Translator;
use crate::scene::{Scenes, Verdict};

/// Corpus chrF of each way on one set; of two references the better.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Strategies {
    /// Source and target tags.
    pub pair: String,
    /// `ntrex` or `cocoa`.
    pub set: String,
    /// Lines.
    pub lines: usize,
    /// The engines without a model; none where there are none.
    pub draft: Option<f64>,
    /// The model by itself; a line that did not parse counts as empty.
    pub alone: f64,
    /// By itself, each line judged and replaced by the draft where it fails.
    pub alone_judged: Option<f64>,
    /// The model shown the drafts.
    pub edited: Option<f64>,
    /// Shown them and judged.
    pub edited_judged: Option<f64>,
    /// Of draft, own and edited line the one that is most like the other two.
    pub consensus: Option<f64>,
    /// Lines asked for, and of those the ones that did not parse.
    pub asked: usize,
    /// Lines that did not parse.
    pub unparsed: usize,
    /// Lines the judge kept of the model's own, and of the edited ones.
    pub kept: (usize, usize),
    /// Seconds a line, by itself and shown the drafts.
    pub seconds_a_line: (f64, f64),
}

/// Is given a set's name and, for each line, source, draft, own and edited line.
pub type Keep<'k> = dyn FnMut(&str, &[[String; 4]]) + 'k;

/// Measures the ways of a pair on `most` lines of each set.
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
        let measure = |scenes: &Scenes| {
            let clock = Instant::now();
            let said = scenes.unjudged(&lines, &())?;
            Ok::<_, BenchError>((said, clock.elapsed().as_secs_f64() / lines.len().max(1) as f64))
        };
        scenes = scenes.shown(Drafts::Kept);
        let (own, seconds) = measure(&scenes)?;
        let draft: Option<Vec<String>> = own.iter().map(|(_, d)| Some(d.as_ref()?.text.clone())).collect();
        let own: Vec<Option<String>> = own.into_iter().map(|(said, _)| said).collect();
        let (edited, edited_seconds) = match &draft {
            Some(_) => {
                scenes = scenes.shown(Drafts::Shown);
                let (said, seconds) = measure(&scenes)?;
                (Some(said.into_iter().map(|(said, _)| said).collect::<Vec<_>>()), seconds)
            }
            None => (None, 0.0),
        };
        let score = |texts: &[String]| {
            let against =
                |r: &Vec<String>| chrf(texts.iter().map(String::as_str).zip(r.iter().map(String::as_str)));
            set.references.iter().map(against).fold(0.0, f64::max)
        };
        let plain = |said: &[Option<String>]| said.iter().cloned().map(Option::unwrap_or_default).collect::<Vec<_>>();
        let judged = |said: &[Option<String>], draft: &[String]| -> (Vec<String>, usize) {
            let judge = scenes.judge();
            let mut kept = 0;
            let choose = |i: usize| {
                let good = said[i].as_ref().filter(|text| {
                    !matches!(judge.look(&lines[i].text, text, Some(&draft[i]), None), Verdict::Bad(_))
                });
                kept += usize::from(good.is_some());
                good.unwrap_or(&draft[i]).clone()
            };
            ((0..lines.len()).map(choose).collect(), kept)
        };
        let both = draft.as_ref().zip(edited.as_ref());
        let own_judged = draft.as_ref().map(|draft| judged(&own, draft));
        let edited_judged = both.map(|(draft, edited)| judged(edited, draft));
        let consensus = both.map(|(draft, edited)| {
            let texts = |i: usize| [draft[i].clone(), own[i].clone().unwrap_or_default(), edited[i].clone().unwrap_or_default()];
            (0..lines.len()).map(|i| most_alike(texts(i))).collect::<Vec<_>>()
        });
        let asked = own.len() + edited.as_ref().map_or(0, Vec::len);
        let unparsed = own.iter().chain(edited.iter().flatten()).filter(|said| said.is_none()).count();
        let row = |i: usize| {
            let text = |said: Option<&Vec<Option<String>>>| said.and_then(|s| s[i].clone()).unwrap_or_default();
            let draft = draft.as_ref().map_or(String::new(), |d| d[i].clone());
            [set.sources[i].clone(), draft, text(Some(&own)), text(edited.as_ref())]
        };
        keep(name, &(0..lines.len()).map(row).collect::<Vec<_>>());
        all.push(Strategies {
            pair: format!("{}-{}", pair.from, pair.to),
            set: name.to_owned(),
            lines: lines.len(),
            draft: draft.as_deref().map(score),
            alone: score(&plain(&own)),
            alone_judged: own_judged.as_ref().map(|(texts, _)| score(texts)),
            edited: edited.as_ref().map(|said| score(&plain(said))),
            edited_judged: edited_judged.as_ref().map(|(texts, _)| score(texts)),
            consensus: consensus.as_deref().map(score),
            asked,
            unparsed,
            kept: (own_judged.map_or(0, |(_, n)| n), edited_judged.map_or(0, |(_, n)| n)),
            seconds_a_line: (seconds, edited_seconds),
        });
    }
    if all.is_empty() { Err(references.none(pair)) } else { Ok(all) }
}

/// The text that has most in common with the others; the first of equals.
fn most_alike(texts: [String; 3]) -> String {
    let likeness = |i: usize| -> f64 {
        (0..texts.len()).filter(|&j| j != i).map(|j| sentence_chrf(&texts[i], &texts[j])).sum()
    };
    let best = (0..texts.len()).rev().max_by(|&a, &b| likeness(a).total_cmp(&likeness(b))).unwrap_or(0);
    texts[best].clone()
}
