//! What the bench measured, as `bench/translation.py --write` wrote it down.

use std::sync::OnceLock;

/// Tab-separated: source, target, engines, chrF on news and on speech (`-` where not measured), lines;
/// of a language model also what it gains on speech over the engines on the same lines.
const WRITTEN: &str = include_str!("figures.tsv");

/// Figures of one way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    from: String,
    to: String,
    engine: String,
    /// chrF on news (NTREX-128).
    pub news: Option<f32>,
    /// chrF on speech (CoCoA-MT).
    pub speech: Option<f32>,
    /// What a language model gains on speech over the engines, on the same lines.
    pub gain: Option<f32>,
}

impl Figures {
    /// The figures in words.
    pub fn told(&self) -> String {
        let told = |name: &str, value: Option<f32>| value.map(|v| format!("{v:.1} on {name}"));
        let figures = [told("news", self.news), told("speech", self.speech)];
        format!("chrF {}", figures.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// The figures of a way, where it was measured. `engine` names its engines as reports do.
pub(super) fn of(from: &str, to: &str, engine: &str) -> Option<&'static Figures> {
    all().iter().find(|f| f.from == from && f.to == to && f.engine == engine)
}

/// All figures whose engine begins with `prefix`.
pub(super) fn by(prefix: &str) -> impl Iterator<Item = (&'static str, &'static str, &'static Figures)> {
    all().iter().filter(move |f| f.engine.starts_with(prefix)).map(|f| (f.from.as_str(), f.to.as_str(), f))
}

fn all() -> &'static [Figures] {
    static READ: OnceLock<Vec<Figures>> = OnceLock::new();
    READ.get_or_init(|| WRITTEN.lines().filter_map(row).collect())
}

fn row(line: &str) -> Option<Figures> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [from, to, engine, news, speech, _, gain] = fields[..] else { return None };
    let (from, to, engine) = (from.to_owned(), to.to_owned(), engine.to_owned());
    let figure = |text: &str| text.parse().ok();
    Some(Figures { from, to, engine, news: figure(news), speech: figure(speech), gain: figure(gain) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_was_written_is_read() {
        let rows = WRITTEN.lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(all().len(), rows);
        assert!(all().iter().all(|f| f.news.or(f.speech).is_some_and(|x| (10.0..100.0).contains(&x))));
        let spanish = of("en", "es", "firefox-en-pt+apertium-pt-es");
        assert!(spanish.is_some_and(|f| f.news.is_some() && f.speech.is_some()));
    }
}
