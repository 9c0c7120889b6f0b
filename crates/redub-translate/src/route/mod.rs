//! Which engines lead from one language to another, and how good the way is.

mod figures;
mod model;

use redub_core::Language;
use redub_models::{Catalog, ModelStore};
use serde::{Deserialize, Serialize};

use crate::apertium::Apertium;
use crate::cascade::Cascade;
use crate::engine::{SentenceEngine, Translate};
use crate::error::TranslateError;
use crate::nmt::{self, Ctranslate, Firefox};
use crate::options::Options;
use crate::pivot::Pivot;
use crate::scene::Scenes;

/// What to expect of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Can be spoken as it is.
    Good,
    /// Good after someone who knows the target language has read it.
    Review,
    /// A draft: understandable, with mistakes in most lines.
    Draft,
}

/// A pair of languages and the way between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Source language, primary subtag.
    pub from: String,
    /// Target language, primary subtag.
    pub to: String,
    /// Engines in order, joined with `+`.
    pub engine: String,
    /// What to expect.
    pub quality: Quality,
    /// chrF on news (NTREX-128), where it was measured.
    pub chrf_news: Option<f32>,
    /// chrF on speech (CoCoA-MT), where it was measured.
    pub chrf_speech: Option<f32>,
    /// What precision mode uses instead, where the set `llm` is installed: the local language model, if it was measured
    /// to be better.
    pub precision: Option<Precision>,
    /// Licences of the engines and weights, in the order of the engines.
    pub licence: String,
    /// What would translate better; empty where nothing known does.
    pub better: String,
    /// Why the quality is what it is, or what is missing and how to get it.
    pub note: String,
    /// Whether every engine of the way is there.
    pub installed: bool,
}

/// What a language model makes of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// The model.
    pub engine: String,
    /// chrF on news, where it was measured.
    pub chrf_news: Option<f32>,
    /// chrF on speech, where it was measured.
    pub chrf_speech: Option<f32>,
    /// Whether it is there.
    pub installed: bool,
}

/// One engine of one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Engine {
    Firefox,
    Multilingual { model: String },
    Apertium { mode: &'static str, package: &'static str },
}

/// A step between two languages; `cost` ranks ways, lower is better.
#[derive(Debug, Clone)]
struct Step {
    from: String,
    to: String,
    engine: Engine,
    cost: u32,
    installed: bool,
}

/// Apertium's directions: from, to, mode, package, cost.
const PAIRS: &[(&str, &str, &str, &str, u32)] = &[
    ("pt", "es", "pt-es", "apertium-es-pt", 5),
    ("es", "pt", "es-pt_BR", "apertium-es-pt", 5),
    ("es", "it", "spa-ita", "apertium-spa-ita", 10),
    ("it", "es", "ita-spa", "apertium-spa-ita", 10),
    ("es", "ca", "spa-cat", "apertium-spa-cat", 4),
    ("ca", "es", "cat-spa", "apertium-spa-cat", 4),
    ("pt", "ca", "por-cat", "apertium-por-cat", 6),
    ("ca", "pt", "cat-por", "apertium-por-cat", 6),
    ("ca", "fr", "cat-fra", "apertium-fra-cat", 10),
    ("fr", "ca", "fra-cat", "apertium-fra-cat", 10),
];

/// What those who read them made of the ways that were measured ([`figures`]): chrF does not compare languages.
const JUDGED: &[(&str, &str, &str, Quality)] = &[
    ("en", "pt", "firefox-en-pt", Quality::Good),
    ("pt", "en", "firefox-pt-en", Quality::Good),
    ("es", "en", "apertium-es-pt_BR+firefox-pt-en", Quality::Good),
    ("en", "es", "firefox-en-pt+apertium-pt-es", Quality::Review),
    ("es", "pt", "apertium-es-pt_BR", Quality::Review),
    ("pt", "es", "apertium-pt-es", Quality::Review),
    ("es", "ca", "apertium-spa-cat", Quality::Review),
    ("en", "it", "firefox-en-pt+apertium-pt-es+apertium-spa-ita", Quality::Draft),
    ("it", "en", "apertium-ita-spa+apertium-es-pt_BR+firefox-pt-en", Quality::Draft),
    ("en", "ca", "firefox-en-pt+apertium-por-cat", Quality::Draft),
    ("en", "fr", "firefox-en-pt+apertium-por-cat+apertium-cat-fra", Quality::Draft),
    ("fr", "en", "apertium-fra-cat+apertium-cat-por+firefox-pt-en", Quality::Draft),
    ("ca", "en", "apertium-cat-por+firefox-pt-en", Quality::Draft),
    ("es", "it", "apertium-spa-ita", Quality::Draft),
    ("it", "es", "apertium-ita-spa", Quality::Draft),
    ("es", "fr", "apertium-spa-cat+apertium-cat-fra", Quality::Draft),
];

/// Models the neural engine has in the catalogue.
const FIREFOX: &[(&str, &str)] = &[("en", "pt"), ("pt", "en")];
/// Cost of a neural step.
const NEURAL: u32 = 10;
/// Cost of a step by a multilingual model: behind a model made for the pair and the rules between neighbours, before any
/// two steps through a third language, each of which loses more.
const MULTILINGUAL: u32 = 12;

/// Opens translators.
pub struct Translator;

impl Translator {
    /// Picks the best installed way from `from` to `to` and loads its engines; with an endpoint, its language model
    /// works on what that way gives.
    ///
    /// # Errors
    /// [`TranslateError::Unsupported`] names what is possible from the source and what would add the pair; also engines
    /// that cannot be loaded.
    pub fn open(
        store: &ModelStore,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Result<Box<dyn Translate>, TranslateError> {
        match Self::scenes(store, from, to, options)? {
            Some(scenes) => Ok(Box::new(scenes)),
            None => Self::neural(store, from, to, options),
        }
    }

    /// The language model's way, where one is to translate.
    pub(crate) fn scenes(
        store: &ModelStore,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Result<Option<Scenes>, TranslateError> {
        let drafts = Self::neural(store, from, to, options);
        let Some(chat) = model::chosen(store, from, to, options, drafts.is_ok())? else { return Ok(None) };
        let drafts = match drafts {
            Ok(drafts) => {
                let routes = coverage(store);
                let route = routes.iter().find(|r| r.from == from.primary() && r.to == to.primary());
                Some((drafts, route.map_or(Quality::Draft, |r| r.quality)))
            }
            // The model alone, then.
            Err(TranslateError::Unsupported { .. }) => None,
            Err(error) => return Err(error),
        };
        let shown = options.drafts.unwrap_or_else(|| model::drafts(from.primary(), to.primary(), options));
        let portuguese: Option<Language> =
            "pt".parse().ok().filter(|_| from.primary() == "en" && to.primary() != "pt");
        let pivot = portuguese.and_then(|pt| {
            let way = Self::neural(store, from, &pt, &Options { register: None, ..options.clone() });
            Some((pt, way.ok()?))
        });
        Ok(Some(Scenes::new(chat, drafts, shown, from, to, options).with_pivot(pivot)))
    }

    /// The way by the engines that are installed.
    fn neural(
        store: &ModelStore,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Result<Box<dyn Translate>, TranslateError> {
        let steps = steps(store);
        let Some(way) = cheapest(&steps, from.primary(), to.primary(), true) else {
            return Err(unsupported(&steps, from, to));
        };
        let mut engines: Vec<Box<dyn SentenceEngine>> = Vec::with_capacity(way.len());
        for step in way {
            engines.push(match step.engine {
                Engine::Firefox => Box::new(Firefox::open(store, &step.from, &step.to)?),
                Engine::Multilingual { model } => {
                    Box::new(Ctranslate::open(store, &model, &step.from, &step.to)?)
                }
                Engine::Apertium { mode, package } => Box::new(Apertium::open(regional(mode, to), package)?),
            });
        }
        Ok(Box::new(Cascade::new(Pivot::new(engines), from, to, options)))
    }
}

/// Every pair that could be translated, sorted by languages; ways that lack an engine say which.
pub fn coverage(store: &ModelStore) -> Vec<Route> {
    let steps = steps(store);
    let mut languages: Vec<&str> = steps.iter().flat_map(|s| [s.from.as_str(), s.to.as_str()]).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut routes = Vec::new();
    for from in &languages {
        for to in languages.iter().filter(|to| to != &from) {
            let way = cheapest(&steps, from, to, true).or_else(|| cheapest(&steps, from, to, false));
            routes.extend(way.map(|way| route(from, to, &way)));
        }
    }
    model::complete(&mut routes, store);
    routes
}

/// The regional form of a mode for the final language: European Portuguese when Portugal is asked for.
fn regional(mode: &'static str, to: &Language) -> &'static str {
    if mode == "es-pt_BR" && to.primary() == "pt" && to.region() == Some("PT") { "es-pt" } else { mode }
}

fn steps(store: &ModelStore) -> Vec<Step> {
    let mut neural: Vec<(String, String)> =
        FIREFOX.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    neural.extend(nmt::found(store));
    neural.sort();
    neural.dedup();
    let neural = neural.into_iter().map(|(from, to)| {
        let installed = nmt::installed(store, &from, &to);
        Step { from, to, engine: Engine::Firefox, cost: NEURAL, installed }
    });
    let rules = PAIRS.iter().map(|&(from, to, mode, package, cost)| Step {
        from: from.to_owned(),
        to: to.to_owned(),
        engine: Engine::Apertium { mode, package },
        cost,
        installed: Apertium::installed(mode),
    });
    neural.chain(rules).chain(multilingual(store)).collect()
}

/// The steps of the multilingual models in the store, of which the user chose to have them.
fn multilingual(store: &ModelStore) -> Vec<Step> {
    let mut steps = Vec::new();
    for found in nmt::multilingual(store) {
        for from in &found.languages {
            for to in found.languages.iter().filter(|to| *to != from) {
                let engine = Engine::Multilingual { model: found.model.clone() };
                let (from, to) = ((*from).to_owned(), (*to).to_owned());
                steps.push(Step { from, to, engine, cost: MULTILINGUAL, installed: true });
            }
        }
    }
    steps
}

/// Dijkstra over a handful of languages; `None` when no way leads there.
fn cheapest(steps: &[Step], from: &str, to: &str, installed_only: bool) -> Option<Vec<Step>> {
    let mut done: Vec<&str> = Vec::new();
    let mut open: Vec<(u32, &str, Vec<&Step>)> = vec![(0, from, Vec::new())];
    while let Some(best) = (0..open.len()).min_by_key(|&i| (open[i].0, open[i].2.len())) {
        let (cost, here, way) = open.swap_remove(best);
        if here == to {
            return (!way.is_empty()).then(|| way.into_iter().cloned().collect());
        }
        if done.contains(&here) {
            continue;
        }
        done.push(here);
        for step in steps.iter().filter(|s| s.from == here && (s.installed || !installed_only)) {
            let mut longer = way.clone();
            longer.push(step);
            open.push((cost + step.cost, &step.to, longer));
        }
    }
    None
}

fn route(from: &str, to: &str, way: &[Step]) -> Route {
    let engine = way.iter().map(step_name).collect::<Vec<_>>().join("+");
    let judged = JUDGED.iter().find(|(a, b, e, _)| *a == from && *b == to && *e == engine);
    let figures = figures::of(from, to, &engine);
    let (quality, mut note) = match judged {
        Some((.., quality)) => (*quality, figures.map_or_else(String::new, |f| f.told())),
        None => unmeasured(way),
    };
    let missing: Vec<String> = way.iter().filter(|s| !s.installed).map(remedy).collect();
    let installed = missing.is_empty();
    if !installed {
        note = format!("{note}; needs: {}", missing.join(", "));
    }
    Route {
        from: from.to_owned(),
        to: to.to_owned(),
        engine,
        quality,
        chrf_news: figures.and_then(|f| f.news),
        chrf_speech: figures.and_then(|f| f.speech),
        precision: None,
        licence: way.iter().map(licence).collect::<Vec<_>>().join(" + "),
        better: better(from, to, quality),
        note,
        installed,
    }
}

/// The licence of a step's engine and weights; of one's own model only its owner knows it.
fn licence(step: &Step) -> String {
    match &step.engine {
        Engine::Firefox => "not stated".to_owned(),
        Engine::Apertium { .. } => "GPL".to_owned(),
        Engine::Multilingual { model } => {
            let entry = Catalog::load(None).ok().and_then(|c| c.find(model).ok().map(|m| m.licence.clone()));
            entry.unwrap_or_else(|| "the model's own".to_owned())
        }
    }
}

/// What is known to translate a pair better than a way of this quality.
fn better(from: &str, to: &str, quality: Quality) -> String {
    match quality {
        Quality::Good => String::new(),
        _ => format!("redub models pull {}, or --translator openai", nmt::model_id(from, to)),
    }
}

fn unmeasured(way: &[Step]) -> (Quality, String) {
    match way {
        [step] if step.engine == Engine::Firefox => {
            (Quality::Review, "direct neural model, not measured".to_owned())
        }
        [step] if matches!(step.engine, Engine::Multilingual { .. }) => {
            (Quality::Review, "multilingual neural model, not measured".to_owned())
        }
        [_] => (Quality::Review, "rule-based between related languages".to_owned()),
        _ => (Quality::Draft, format!("pivot over {} engines, not measured", way.len())),
    }
}

fn step_name(step: &Step) -> String {
    match &step.engine {
        Engine::Firefox => nmt::model_id(&step.from, &step.to),
        Engine::Multilingual { model } => nmt::direction(model, &step.from, &step.to),
        Engine::Apertium { mode, .. } => format!("apertium-{mode}"),
    }
}

fn remedy(step: &Step) -> String {
    match &step.engine {
        Engine::Firefox => format!("redub models pull {}", nmt::model_id(&step.from, &step.to)),
        Engine::Multilingual { model } => format!("redub models pull {model}"),
        Engine::Apertium { package, .. } => format!("apt install apertium {package}"),
    }
}

fn unsupported(steps: &[Step], from: &Language, to: &Language) -> TranslateError {
    let (source, target) = (from.primary(), to.primary());
    let mut targets: Vec<&str> = steps.iter().map(|s| s.to.as_str()).filter(|t| *t != source).collect();
    targets.sort_unstable();
    targets.dedup();
    targets.retain(|t| cheapest(steps, source, t, true).is_some());
    let available = if targets.is_empty() {
        format!("nothing is installed that translates from {source}")
    } else {
        format!("from {source} there is {}", targets.join(", "))
    };
    let remedy = match cheapest(steps, source, target, false) {
        Some(way) => {
            let missing: Vec<String> = way.iter().filter(|s| !s.installed).map(remedy).collect();
            format!("this adds the pair: {}", missing.join(", "))
        }
        None if model::adds(source, target) => "redub models pull llm adds the pair, as a draft".to_owned(),
        None if source == "en" || target == "en" => {
            format!("the model {} would add the pair", nmt::model_id(source, target))
        }
        None => format!(
            "the models {} and {} would add the pair",
            nmt::model_id(source, "en"),
            nmt::model_id("en", target)
        ),
    };
    let hint = format!("{available}; {remedy}");
    TranslateError::Unsupported { from: from.to_string(), to: to.to_string(), hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: &str, to: &str, cost: u32, installed: bool) -> Step {
        Step { from: from.into(), to: to.into(), engine: Engine::Firefox, cost, installed }
    }

    #[test]
    fn takes_the_cheapest_installed_way() {
        let steps = [step("en", "pt", 10, true), step("pt", "es", 5, true), step("en", "es", 10, false)];
        assert_eq!(cheapest(&steps, "en", "es", true).unwrap().len(), 2);
        assert_eq!(cheapest(&steps, "en", "es", false).unwrap().len(), 1);
        assert!(
            cheapest(&steps, "es", "en", false).is_none() && cheapest(&steps, "en", "en", false).is_none()
        );
    }

    #[test]
    fn says_what_is_there_and_what_would_help() {
        let steps = [step("en", "pt", 10, true), step("pt", "es", 5, false)];
        let (en, es, nl) = ("en".parse().unwrap(), "es".parse().unwrap(), "nl".parse().unwrap());
        let error = unsupported(&steps, &en, &es).to_string();
        assert_eq!(
            error,
            "no translation from en to es: from en there is pt; this adds the pair: redub models pull firefox-pt-es"
        );
        assert!(
            unsupported(&steps, &en, &nl).to_string().ends_with("the model firefox-en-nl would add the pair")
        );
        let de = "de".parse().unwrap();
        assert!(unsupported(&steps, &en, &de).to_string().contains("redub models pull llm adds the pair"));
    }
}
