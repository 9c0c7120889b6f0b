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
    known(from, to).map_or(Drafts::Kept, |(drafts, _)| drafts)
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
    let way = |drafts: Drafts| {
        let name = format!("llm:{BUILT_IN} (drafts {})", drafts.name());
        Some((drafts, figures::of(from, to, &name)?))
    };
    Drafts::ALL.into_iter().filter_map(way).max_by(|a, b| speech(a.1).total_cmp(&speech(b.1)))
}

/// The model's figures for a pair, where they are better than the engines' on the same lines.
fn best(from: &str, to: &str) -> Option<&'static Figures> {
    known(from, to).map(|(_, figures)| figures).filter(|f| f.gain.is_some_and(|gain| gain >= BETTER_BY))
}

/// Dubbing is speech: its figure decides, and that of news only where there is no other.
fn speech(figures: &Figures) -> f32 {
    figures.speech.or(figures.news).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_comes_in_where_it_was_measured_to_be_better_or_alone() {
        let empty = tempfile::tempdir().unwrap();
        let store = ModelStore::new(empty.path());
        let routes = super::super::coverage(&store);
        let route = |from: &str, to: &str| routes.iter().find(|r| r.from == from && r.to == to).unwrap();
        for (from, to) in [("en", "de"), ("de", "en")] {
            let route = route(from, to);
            assert!(route.engine.starts_with("llm:") && route.quality == Quality::Draft && !route.installed);
            assert!(route.note.ends_with("needs: redub models pull llm") && route.chrf_speech.is_some());
        }
        // Shown the Portuguese, it is better than three engines in a row; two in a row are better than it.
        assert!(
            route("en", "fr")
                .precision
                .as_ref()
                .is_some_and(|p| !p.installed && p.chrf_speech > route("en", "fr").chrf_speech)
        );
        assert_eq!(known("en", "fr").map(|(drafts, _)| drafts), Some(Drafts::Pivot));
        assert!(route("en", "it").precision.is_none() && known("en", "it").is_some());
    }
}
