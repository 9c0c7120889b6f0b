//! The spelling and punctuation of the target language.

mod casing;
mod es;
pub mod lexicon;
mod pt;

pub use casing::{Shape, prepare, raise};

use redub_core::Language;

/// Brings one translated sentence to the target's customs. `source` is the sentence it came from.
pub fn finish(sentence: &str, source: &str, to: &Language) -> String {
    let text = money(&tidy(sentence), to.primary());
    let text = match to.primary() {
        "es" => es::finish(&text),
        "pt" => pt::finish(&text, to.region()),
        "fr" => contractions(
            &text,
            &[(" de le ", " du "), (" de les ", " des "), (" à le ", " au "), (" à les ", " aux ")],
        ),
        "it" => contractions(
            &text,
            &[(" di il ", " del "), (" a il ", " al "), (" da il ", " dal "), (" in il ", " nel ")],
        ),
        _ => text,
    };
    let text = if matches!(to.primary(), "es") { text } else { text.replace(['¿', '¡'], "") };
    casing::restore(&text, source)
}

/// One space between words, none before closing marks, no doubled function words, no stray marks at the ends.
fn tidy(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let doubled = words.last().is_some_and(|last| {
            last.to_lowercase() == word.to_lowercase() && DOUBLED.contains(&word.to_lowercase().as_str())
        });
        if !doubled {
            words.push(word);
        }
    }
    let mut tidy = words.join(" ");
    for mark in [",", ".", ";", ":", "!", "?", "…", ")", "]", "%"] {
        tidy = tidy.replace(&format!(" {mark}"), mark);
    }
    tidy.replace("( ", "(").replace("¿ ", "¿").replace("¡ ", "¡")
}

/// "US$ 250 milhões" is read aloud as "250 milhões de dólares".
fn money(text: &str, language: &str) -> String {
    let (of, dollars) = match language {
        "es" | "pt" => ("de", "dólares"),
        "ca" => ("de", "dòlars"),
        "fr" => ("de", "dollars"),
        "it" => ("di", "dollari"),
        _ => return text.to_owned(),
    };
    let mut words: Vec<String> =
        text.replace("US $", "US$").replace("US$ ", "US$").split(' ').map(str::to_owned).collect();
    for i in 0..words.len() {
        let Some(amount) = words[i].strip_prefix("US$").or_else(|| words[i].strip_prefix('$')) else {
            continue;
        };
        let digits = amount.trim_end_matches(|c: char| !c.is_ascii_digit());
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let (digits, tail) = (digits.to_owned(), amount[digits.len()..].to_owned());
        let scale = words
            .get(i + 1)
            .filter(|w| w.starts_with("mil") && !w.starts_with("mil ") && w.len() > 4 && tail.is_empty());
        if let Some(scale) = scale.cloned() {
            let word = scale.trim_end_matches(|c: char| !c.is_alphabetic());
            words[i + 1] = format!("{word} {of} {dollars}{}", &scale[word.len()..]);
            words[i] = digits;
        } else {
            words[i] = format!("{digits} {dollars}{tail}");
        }
    }
    words.join(" ")
}

/// Function words an engine may write twice but a speaker would not.
const DOUBLED: &[&str] = &[
    "de", "el", "la", "los", "las", "o", "os", "as", "le", "les", "il", "lo", "que", "di", "en", "em", "the",
    "to", "of",
];

fn contractions(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (open, closed)| text.replace(open, closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_aloud() {
        assert_eq!(money("Prometeu US $ 250 milhões.", "pt"), "Prometeu 250 milhões de dólares.");
        assert_eq!(money("Cuesta $3,50, dijo.", "es"), "Cuesta 3,50 dólares, dijo.");
        assert_eq!(money("It costs $5.", "en"), "It costs $5.");
    }
}
