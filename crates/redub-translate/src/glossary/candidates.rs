//! Terms that may belong into a glossary, for a person to approve.

use std::collections::BTreeMap;

use serde::Serialize;

use super::terms::words;

/// A term that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// As it was said most often.
    pub term: String,
    /// How often.
    pub count: usize,
    /// Whether it looks like a name, which is rather kept than translated.
    pub name: bool,
}

/// Words that make no term: function words and the most common verbs and adverbs of the languages that are heard most.
const COMMON: &[&str] = &[
    "the", "a", "an", "and", "or", "but", "if", "of", "to", "in", "on", "at", "for", "with", "from", "by",
    "as", "is", "are", "was", "were", "be", "been", "it", "its", "this", "that", "these", "those", "i",
    "you", "he", "she", "we", "they", "my", "your", "his", "her", "our", "their", "me", "him", "them", "us",
    "not", "no", "yes", "so", "do", "does", "did", "have", "has", "had", "will", "would", "can", "could",
    "should", "just", "really", "very", "what", "who", "when", "where", "why", "how", "which", "there",
    "here", "then", "than", "about", "all", "some", "any", "more", "like", "know", "think", "get", "go",
    "going", "got", "one", "two", "i'm", "it's", "don't", "that's", "you're", "we're", "out", "up", "now",
    "well", "also", "because", "make", "want", "see", "say", "said", "let", "let's", "okay", "oh", "each",
    "other", "into", "over", "only", "much", "many", "every", "de", "la", "el", "los", "las", "un", "una",
    "que", "y", "en", "es", "con", "por", "para", "se", "lo", "su", "no", "al", "del", "o", "os", "as", "um",
    "uma", "do", "da", "dos", "das", "em", "e", "com", "não", "é", "le", "les", "des", "du", "et", "est",
    "une", "il", "di", "che", "per", "non", "sono",
];

/// Names, abbreviations and repeated word pairs of a transcript, the most frequent first.
pub fn candidates<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Candidate> {
    let mut counts: BTreeMap<String, (BTreeMap<String, usize>, bool)> = BTreeMap::new();
    let mut note = |text: String, name: bool| {
        let (forms, is_name) = counts.entry(text.to_lowercase()).or_insert_with(|| (BTreeMap::new(), true));
        *forms.entry(text).or_default() += 1;
        *is_name &= name;
    };
    for line in lines {
        for sentence in crate::sentences::split(line) {
            let words: Vec<&str> = words(&sentence).map(|(_, w)| w).collect();
            names(&words).into_iter().for_each(|name| note(name, true));
            pairs(&words).into_iter().for_each(|pair| note(pair, false));
        }
    }
    let mut found: Vec<Candidate> = counts
        .into_values()
        .filter_map(|(forms, name)| {
            let count = forms.values().sum();
            let term = forms.into_iter().max_by_key(|(_, n)| *n)?.0;
            Some(Candidate { term, count, name })
        })
        .filter(|c| c.name || c.count > 1)
        .collect();
    found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.term.cmp(&b.term)));
    found
}

/// Runs of words with a capital (not the sentence's first, unless more follow), and abbreviations.
fn names(words: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    let mut start = None;
    for at in 0..=words.len() {
        let capital = words.get(at).is_some_and(|w| {
            w.starts_with(char::is_uppercase) && !COMMON.contains(&w.to_lowercase().as_str())
        });
        match (start, capital) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let run = &words[from..at];
                let short =
                    run.len() == 1 && run[0].chars().count() > 1 && !run[0].chars().any(char::is_lowercase);
                if from > 0 || run.len() > 1 || short {
                    names.push(run.join(" "));
                }
                start = None;
            }
            _ => {}
        }
    }
    names
}

/// Neighbouring words in lower case of which neither is common.
fn pairs(words: &[&str]) -> Vec<String> {
    let content = |w: &str| {
        w.chars().count() > 3
            && w.starts_with(char::is_lowercase)
            && !COMMON.contains(&w.to_lowercase().as_str())
    };
    words.windows(2).filter(|w| content(w[0]) && content(w[1])).map(|w| w.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_repeated_pairs_are_offered() {
        let lines =
            ["The churn rate of Acme Cloud rose.", "We at Acme Cloud call it churn rate. NASA does not."];
        let found = candidates(lines);
        let terms: Vec<(&str, usize, bool)> =
            found.iter().map(|c| (c.term.as_str(), c.count, c.name)).collect();
        assert_eq!(terms, [("Acme Cloud", 2, true), ("churn rate", 2, false), ("NASA", 1, true)]);
    }
}
