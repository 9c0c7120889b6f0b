//! The terms of one pair of languages: where they are in a text, and whether a translation has them.

use std::ops::Range;

use super::inflection::{is_plural_of, stem};
use super::{Case, Entry};

/// Terms for one pair of languages, longest first; of two entries for one term the more special, then the earlier.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    entries: Vec<Prepared>,
    from: String,
    to: String,
}

#[derive(Debug, Clone)]
struct Prepared {
    entry: Entry,
    words: Vec<String>,
}

/// A term in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its bytes.
    pub range: Range<usize>,
    /// What it shall become.
    pub wanted: String,
    /// The term as the glossary has it.
    pub term: String,
    /// Whether it stands in the plural, unlike in the glossary.
    pub plural: bool,
    /// Whether it stays.
    pub keep: bool,
}

/// A term whose translation is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The term.
    pub term: String,
    /// What is missing.
    pub wanted: String,
}

impl Terms {
    pub(super) fn new(entries: Vec<Entry>, from: &str, to: &str) -> Self {
        let mut entries: Vec<Prepared> = entries
            .into_iter()
            .map(|entry| {
                let words = elided(&entry.source, from).into_iter().map(|(_, w)| w.to_owned()).collect();
                Prepared { entry, words }
            })
            .collect();
        let special = |e: &Entry| {
            let rank =
                |tag: &Option<String>| tag.as_ref().map_or(0, |t| 1 + usize::from(t.contains(['-', '_'])));
            rank(&e.from) + rank(&e.to)
        };
        entries.sort_by_key(|p| (std::cmp::Reverse(p.words.len()), std::cmp::Reverse(special(&p.entry))));
        Self { entries, from: from.to_owned(), to: to.to_owned() }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The terms in a text of the source language, in order, none over another.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let words = elided(text, &self.from);
        let mut taken = vec![false; words.len()];
        let mut found = Vec::new();
        for prepared in &self.entries {
            let length = prepared.words.len();
            for at in 0..(words.len() + 1).saturating_sub(length) {
                if taken[at..at + length].iter().any(|t| *t) {
                    continue;
                }
                let here: Vec<&str> = words[at..at + length].iter().map(|(_, w)| *w).collect();
                if !self.is_here(prepared, &here) {
                    continue;
                }
                taken[at..at + length].fill(true);
                let last = prepared.words.last().map_or("", String::as_str);
                found.push(Match {
                    range: words[at].0.start..words[at + length - 1].0.end,
                    wanted: prepared.entry.wanted().to_owned(),
                    term: prepared.entry.source.clone(),
                    plural: is_plural_of(here[length - 1], last, &self.from),
                    keep: prepared.entry.keep,
                });
            }
        }
        found.sort_by_key(|m| m.range.start);
        found
    }

    fn is_here(&self, prepared: &Prepared, here: &[&str]) -> bool {
        let last = here.len() - 1;
        here.iter().zip(&prepared.words).enumerate().all(|(at, (word, term))| {
            // English bends the last word of a term, the other languages any.
            let bends = self.from != "en" || at == last;
            let same = word.to_lowercase() == term.to_lowercase();
            let alike = same || (bends && stem(word, &self.from) == stem(term, &self.from));
            alike && (prepared.entry.case == Case::Ignore || capitals(word) == capitals(term))
        })
    }

    /// The terms of `source` that `target` lacks. Their words must stand together and may be inflected; a term said
    /// twice must be there twice.
    pub fn violations(&self, source: &str, target: &str) -> Vec<Violation> {
        let words: Vec<&str> = elided(target, &self.to).into_iter().map(|(_, w)| w).collect();
        let said: Vec<String> = words.iter().map(|w| stem(w, &self.to)).collect();
        let exact: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
        let mut used = vec![false; said.len()];
        let mut missing = Vec::new();
        for found in self.find(source) {
            let wanted: Vec<&str> = elided(&found.wanted, &self.to).into_iter().map(|(_, w)| w).collect();
            let there = |at: &usize| {
                let fits = |(i, w): (usize, &&str)| {
                    !used[at + i]
                        && (exact[at + i] == w.to_lowercase()
                            || (!found.keep && said[at + i] == stem(w, &self.to)))
                };
                wanted.iter().enumerate().all(fits)
            };
            match (0..(said.len() + 1).saturating_sub(wanted.len())).find(there) {
                Some(at) if !wanted.is_empty() => used[at..at + wanted.len()].fill(true),
                _ => missing.push(Violation { term: found.term, wanted: found.wanted }),
            }
        }
        missing
    }
}

/// Whether the first letter is a capital, and whether all are.
fn capitals(word: &str) -> (bool, bool) {
    (word.starts_with(char::is_uppercase), word.chars().count() > 1 && !word.chars().any(char::is_lowercase))
}

/// [`words`] with elided articles as words of their own, in languages that have some: "l'effetto" is "l" and "effetto".
fn elided<'t>(text: &'t str, language: &str) -> Vec<(Range<usize>, &'t str)> {
    let all = words(text);
    if !["it", "fr", "ca"].contains(&language) {
        return all.collect();
    }
    let mut found = Vec::new();
    for (range, word) in all {
        let mut start = range.start;
        for part in word.split_inclusive(['\'', '’']) {
            let bare = part.trim_end_matches(['\'', '’']);
            if !bare.is_empty() {
                found.push((start..start + bare.len(), bare));
            }
            start += part.len();
        }
    }
    found
}

/// Words with their places; hyphens and apostrophes inside a word belong to it.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let inside =
            |(_, c): &(usize, char)| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '&' | '+' | '#');
        let length =
            text[start..].char_indices().find(|c| !inside(c)).map_or(text.len() - start, |(at, _)| at);
        let word = text[start..start + length].trim_end_matches(['-', '\'', '’']);
        rest = start + length;
        Some((start..start + word.len(), word))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Glossary;
    use super::*;

    fn terms(csv: &str) -> Terms {
        let (en, es) = ("en".parse().unwrap(), "es-MX".parse().unwrap());
        Glossary::from_csv(csv).unwrap().terms(&en, &es)
    }

    #[test]
    fn the_longest_and_most_special_term_is_found_in_its_forms() {
        let terms = terms(
            "source,target,to\nrate,tasa,\nchurn rate,tasa de bajas,es\nchurn rate,tasa de abandono,es-MX\n",
        );
        let found = terms.find("Churn rates fell; the rate of growth rose.");
        assert_eq!(found.iter().map(|m| m.wanted.as_str()).collect::<Vec<_>>(), ["tasa de abandono", "tasa"]);
        assert!(found[0].plural && !found[1].plural);
        assert!(terms.violations("The churn rate fell.", "Las tasas de abandono cayeron.").is_empty());
        assert_eq!(terms.violations("The rate of the rate.", "La tasa.").len(), 1);
    }

    #[test]
    fn terms_are_found_behind_an_elided_article() {
        let (en, it, fr) = ("en".parse().unwrap(), "it".parse().unwrap(), "fr".parse().unwrap());
        let glossary = Glossary::from_csv(
            "source,target\nside effect,effetto collaterale\nterm sheet,lettera d'intenti\n",
        );
        let terms = glossary.unwrap().terms(&en, &it);
        assert!(terms.violations("The side effect is known.", "L'effetto collaterale è noto.").is_empty());
        assert!(terms.violations("The term sheet.", "La lettera d’intenti.").is_empty());
        assert_eq!(terms.violations("The side effect.", "L'effetto secondario.").len(), 1);
        let terms =
            Glossary::from_csv("source,target\neffet secondaire,side effect\n").unwrap().terms(&fr, &en);
        let found = terms.find("C'est l’effet secondaire.");
        assert_eq!(&"C'est l’effet secondaire."[found[0].range.clone()], "effet secondaire");
    }

    #[test]
    fn capitals_count_where_they_should() {
        let terms = terms("source,target,case,keep\nApple,,match,yes\nlead,cable,,\n");
        assert_eq!(terms.find("Apple sells an apple; LEAD leads.").len(), 3);
        assert_eq!(terms.violations("Apple grew.", "apple creció.").len(), 0);
        assert_eq!(terms.violations("Apple grew.", "Manzana creció.").len(), 1);
    }
}
