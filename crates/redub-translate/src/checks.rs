//! What is looked at in every finished line.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Something a reviewer should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "issue", content = "detail")]
pub enum Issue {
    /// Words of the source stand untranslated in the target.
    Untranslated(String),
    /// The digits of source and target differ: source's, then target's.
    Numbers(String),
    /// The target is much longer or shorter than the source: their ratio in hundredths.
    Length(u32),
    /// The engine repeats itself.
    Repetition(String),
    /// Terms of the glossary that the target lacks: term → translation.
    Glossary(String),
    /// The target is not in the target language, or not translated at all.
    Language(String),
    /// A name of the source is missing in the target.
    Name(String),
    /// A number keeps its value under a unit of another system: source's, then target's.
    Unit(String),
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Issue::Untranslated(words) => write!(f, "untranslated words: {words}"),
            Issue::Numbers(both) => write!(f, "numbers differ: {both}"),
            Issue::Length(hundredths) => write!(f, "{hundredths} % of the source's length"),
            Issue::Repetition(word) => write!(f, "'{word}' is repeated"),
            Issue::Glossary(term) => write!(f, "glossary: {term}"),
            Issue::Language(why) => write!(f, "{why}"),
            Issue::Name(name) => write!(f, "the name {name} is missing"),
            Issue::Unit(both) => write!(f, "units differ: {both}"),
        }
    }
}

/// Languages that share too many words for a copied word to mean anything.
const RELATED: &[&str] = &["es", "pt", "ca", "it", "fr", "gl", "ro"];

/// Whether copied words are normal between two languages (primary subtags).
pub fn related(from: &str, to: &str) -> bool {
    RELATED.contains(&from) && RELATED.contains(&to)
}

/// Checks one line. Both texts are in their final form; `related` as [`related`] says.
pub fn check(source: &str, target: &str, related: bool) -> Vec<Issue> {
    let mut issues = Vec::new();
    let (wanted, found) = (numbers(source), numbers(target));
    if wanted != found && !(wanted.is_empty() && target.len() < 400 && found.len() <= 2 && spelled(source)) {
        issues.push(Issue::Numbers(format!("{} / {}", wanted.join(" "), found.join(" "))));
    }
    let left = untranslated(source, target);
    if !left.is_empty() && !related {
        issues.push(Issue::Untranslated(left.join(" ")));
    }
    let (from, to) = (source.chars().count().max(1), target.chars().count());
    let ratio = 100 * to / from;
    if from >= 20 && !(45..=220).contains(&ratio) {
        issues.push(Issue::Length(ratio as u32));
    }
    if let Some(word) = repeated(target).filter(|_| repeated(source).is_none()) {
        issues.push(Issue::Repetition(word));
    }
    issues
}

/// The numbers of a text, digits only, sorted: "1,500.5" and "1.500,5" are both "15005".
pub fn numbers(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    let mut inside = false;
    let chars: Vec<char> = text.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        if c.is_ascii_digit() {
            if !inside {
                numbers.push(String::new());
            }
            if let Some(number) = numbers.last_mut() {
                number.push(*c);
            }
            inside = true;
        } else {
            let separates = matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}');
            inside = inside && separates && chars.get(i + 1).is_some_and(char::is_ascii_digit);
        }
    }
    numbers.sort();
    numbers
}

/// Whether a text spells numbers out, which an engine may write in digits.
fn spelled(source: &str) -> bool {
    words(source).any(|w| is_number_word(&w))
}

/// Whether a word in lower case begins as a number does in one of the languages with engines.
pub(crate) fn is_number_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty",
        "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million",
        "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "veinte", "treinta",
        "cien", "mil", "dois", "três", "quatro", "sete", "oito", "nove", "dez", "vinte", "trinta", "cem",
        "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "due", "tre", "quattro",
        "cinque", "sei", "sette", "otto", "dieci", "cento", "zwei", "drei", "vier", "fünf", "sechs",
        "sieben", "acht", "neun", "zehn", "zwölf", "zwanzig", "dreißig", "hundert", "tausend",
    ];
    WORDS.iter().any(|n| word.starts_with(n))
}

/// English terms that other languages take over as they are.
const LOANS: [&str; 22] = [
    "big data",
    "black friday",
    "business plan",
    "call center",
    "cloud computing",
    "contact center",
    "contact centre",
    "customer journey",
    "deep learning",
    "fake news",
    "fast food",
    "hard rock",
    "heavy metal",
    "home office",
    "joint venture",
    "machine learning",
    "open source",
    "smart home",
    "soft skills",
    "start ups",
    "street food",
    "user experience",
];

/// Lower-case source words of four letters or more that stand in the target in runs of two or more: names and
/// international words stand alone, a run is a clause the engine copied. Compounds written with a hyphen (`user-friendly`)
/// and terms taken over as they are count as one word.
fn untranslated(source: &str, target: &str) -> Vec<String> {
    let known: HashSet<&str> = source
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| w.len() > 3 && !w.starts_with(char::is_uppercase))
        .collect();
    let words: Vec<&str> = target.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    let copied: Vec<bool> = words.iter().map(|w| known.contains(w)).collect();
    let pair = |i: usize| {
        let both = copied.get(i).copied().unwrap_or(false) && copied.get(i + 1).copied().unwrap_or(false);
        both && !target.contains(&format!("{}-{}", words[i], words[i + 1]))
            && !LOANS.contains(&format!("{} {}", words[i], words[i + 1]).as_str())
    };
    let left = |i: &usize| pair(*i) || i.checked_sub(1).is_some_and(pair);
    (0..words.len()).filter(left).map(|i| words[i].to_owned()).collect()
}

/// A word said three times running.
fn repeated(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).collect();
    words.windows(3).find(|w| w[0] == w[1] && w[1] == w[2] && w[0].len() > 1).map(|w| w[0].clone())
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ignore_separators_and_order() {
        assert_eq!(numbers("In 1999, $1,500.50"), numbers("1.500,50 dólares en 1999"));
        assert!(
            check("We sold 30 cars.", "Vendimos 13 coches.", false)
                .iter()
                .any(|i| matches!(i, Issue::Numbers(_)))
        );
        assert!(check("We sold thirty cars today.", "Vendimos 30 coches hoy.", false).is_empty());
    }

    #[test]
    fn copied_clauses_are_seen_and_names_are_not() {
        let issues = check("the quick brown fox sleeps", "el quick brown zorro duerme", false);
        assert_eq!(issues, vec![Issue::Untranslated("quick brown".into())]);
        assert!(
            check("I met Mark Zuckerberg in person.", "Conocí a Mark Zuckerberg en persona.", false)
                .is_empty()
        );
    }

    #[test]
    fn compounds_and_terms_taken_over_are_one_word() {
        let fine = |source: &str, target: &str| check(source, target, false).is_empty();
        assert!(fine("most products are vegan-friendly now", "la mayoría es vegan-friendly ahora"));
        assert!(fine("they tested a joint venture with us", "probaron una joint venture con nosotros"));
        assert!(!fine("they tested a joint venture with us", "probaron una joint venture with us together"));
    }

    #[test]
    fn loops_are_seen() {
        let issues =
            check("We went home early that day.", "Fuimos a casa a casa muy muy muy temprano.", false);
        assert_eq!(issues, vec![Issue::Repetition("muy".into())]);
    }
}
