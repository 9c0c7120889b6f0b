//! When a language model translates, and how.

use redub_core::Language;
use redub_models::ModelStore;

use super::figures::{self, Figures};
use super::{Precision, Quality, Route};
use crate::chat::{BUILT_IN, Chat, Client, Local, LocalModel};
use crate::engine::Mode;
use crate::error::TranslateError;
use crate::options::{Drafts, Options};

/// chrF by which a model must be better than the engines to take their place: less is chance.
const BETTER_BY: f32 = 0.5;
/// Name of the model in the figures: by itself, or shown the drafts.
const ALONE: &str = "llm:qwen2.5-coder-1.5b (drafts kept)";
const EDITS: &str = "llm:qwen2.5-coder-1.5b (drafts shown)";

/// The language model that translates, if one does: an endpoint, the file that was named, or the catalogue's where it
/// is the only way or, in precision mode, the better one.
pub(super) fn chosen(
    store: &ModelStore,
    from: &Language,
    to: &Language,
    options: &Options,
    drafted: bool,
) -> Result<Option<Box<dyn Chat>>, TranslateError> {
    if let Some(endpoint) = options.endpoint.clone() {
        return Ok(Some(Box::new(Client::new(endpoint))));
    }
    let (from, to) = (from.primary(), to.primary());
    let wanted = match &options.local_model {
        LocalModel::Never => false,
        LocalModel::BuiltIn | LocalModel::File(_) => true,
        LocalModel::Auto if !LocalModel::installed(store) => false,
        LocalModel::Auto if drafted => options.mode == Mode::Precision && best(from, to).is_some(),
        LocalModel::Auto => known(from, to).is_some(),
    };
    Ok(if wanted { Some(Box::new(Local::open(store, &options.local_model)?)) } else { None })
}

/// Whether the model is shown the drafts: as it was measured to be better; an endpoint's and one's own model edit them,
/// as large models do well.
pub(super) fn drafts(from: &str, to: &str, options: &Options) -> Drafts {
    let built_in = matches!(options.local_model, LocalModel::Auto | LocalModel::BuiltIn);
    if options.endpoint.is_some() || !built_in {
        return Drafts::Shown;
    }
    match known(from, to) {
        Some((Drafts::Kept, _)) => Drafts::Kept,
        _ => Drafts::Shown,
    }
}

/// Adds to the coverage what the catalogue's model can do: pairs that no engine has, and what is better in precision mode.
pub(super) fn complete(routes: &mut Vec<Route>, store: &ModelStore) {
    let installed = LocalModel::installed(store);
    let precision = |figures: &Figures| Precision {
        engine: format!("llm:{BUILT_IN}"),
        chrf_news: figures.news,
        chrf_speech: figures.speech,
        installed,
    };
    for (from, to, _) in figures::by("llm:") {
        match routes.iter_mut().find(|r| r.from == from && r.to == to) {
            Some(route) => route.precision = best(from, to).map(precision),
            None => {
                let Some((_, figures)) = known(from, to) else { continue };
                let missing = if installed { "" } else { "; needs: redub models pull llm" };
                routes.push(Route {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    engine: format!("llm:{BUILT_IN}"),
                    quality: Quality::Draft,
                    chrf_news: figures.news,
                    chrf_speech: figures.speech,
                    precision: None,
                    licence: "not stated".to_owned(),
                    better: super::better(from, to, Quality::Draft),
                    note: format!("{}{missing}", figures.told()),
                    installed,
                });
            }
        }
    }
    routes.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
}

/// Whether the catalogue's model translates a pair, well or badly.
pub(super) fn adds(from: &str, to: &str) -> bool {
    known(from, to).is_some()
}

/// What the model is best at for a pair that it was measured on.
fn known(from: &str, to: &str) -> Option<(Drafts, &'static Figures)> {
    let way = |drafts, name| Some((drafts, figures::of(from, to, name)?));
    let ways = [way(Drafts::Kept, ALONE), way(Drafts::Shown, EDITS)];
    ways.into_iter().flatten().max_by(|a, b| speech(a.1).total_cmp(&speech(b.1)))
}

/// The model's figures for a pair, where they are better than the engines'.
fn best(from: &str, to: &str) -> Option<&'static Figures> {
    let (_, model) = known(from, to)?;
    let engines = figures::by("").filter(|(a, b, f)| *a == from && *b == to && !f.is_model());
    let engines = engines.map(|(.., f)| speech(f)).fold(0.0, f32::max);
    (speech(model) >= engines + BETTER_BY).then_some(model)
}

/// Dubbing is speech: its figure decides, and that of news only where there is no other.
fn speech(figures: &Figures) -> f32 {
    figures.speech.or(figures.news).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_comes_by_the_model_and_portuguese_does_not() {
        let empty = tempfile::tempdir().unwrap();
        let store = ModelStore::new(empty.path());
        let routes = super::super::coverage(&store);
        let route = |from: &str, to: &str| routes.iter().find(|r| r.from == from && r.to == to).unwrap();
        for (from, to) in [("en", "de"), ("de", "en")] {
            let route = route(from, to);
            assert!(route.engine.starts_with("llm:") && route.quality == Quality::Draft && !route.installed);
            assert!(route.note.ends_with("needs: redub models pull llm") && route.chrf_speech.is_some());
        }
        assert_eq!(route("en", "pt").precision, None);
        assert!(best("en", "pt").is_none() && known("en", "pt").is_some());
    }
}
