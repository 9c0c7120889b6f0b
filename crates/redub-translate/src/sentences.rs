//! Sentences: where one ends, and how an over-long one is cut.

/// Words that end in a full stop without ending a sentence (compared in lower case, without the stop).
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "sra", "srta", "dra", "gen", "col", "sgt", "capt",
    "lt", "rev", "hon", "gov", "sen", "rep", "vs", "etc", "e.g", "i.e", "p.ej", "approx", "no", "nº", "núm",
    "fig", "pág", "p", "pp", "vol", "cap", "ed", "inc", "ltd", "co", "corp", "av", "ave", "dept", "jan",
    "feb", "mar", "apr", "aug", "sept", "sep", "oct", "nov", "dec", "ud", "uds", "vd", "ee.uu", "u.s", "u.k",
    "u.n", "a.m", "p.m", "d.c", "mt", "mme", "mlle", "sig", "dott", "bzw", "usw", "z.b", "d.h",
];

/// Abbreviations that are also words: they hold the sentence open only before a digit ("no. 5").
const BEFORE_DIGIT: &[&str] =
    &["no", "nº", "núm", "fig", "pág", "p", "pp", "vol", "cap", "ed", "mar", "co", "st", "av", "sep", "dec"];

/// Whether `text` ends where a sentence ends: `.`, `!`, `?`, `…` or their full-width forms, possibly followed by quotes or
/// brackets, and not an abbreviation.
pub fn is_complete(text: &str) -> bool {
    let core = text.trim_end().trim_end_matches(is_closer);
    match core.chars().last() {
        Some('!' | '?' | '…' | '。' | '！' | '？') => true,
        Some('.') => !is_abbreviation(core, None),
        _ => false,
    }
}

/// Splits a text into sentences without surrounding spaces. "Mr. Smith", "3.5", "U.S. law" and "J. K. Rowling" stay whole.
pub fn split(text: &str) -> Vec<String> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut i = 0;
    while i < chars.len() {
        if !matches!(chars[i].1, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < chars.len() && (is_closer(chars[end].1) || matches!(chars[end].1, '.' | '!' | '?' | '…'))
        {
            end += 1;
        }
        let byte = chars.get(end).map_or(text.len(), |c| c.0);
        let wide = matches!(chars[i].1, '。' | '！' | '？');
        if wide || ends_here(text, start, byte, chars[i].1) {
            push(&mut sentences, &text[start..byte]);
            start = byte;
        }
        i = end;
    }
    push(&mut sentences, &text[start..]);
    sentences
}

fn push(sentences: &mut Vec<String>, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        sentences.push(text.to_owned());
    }
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']')
}

/// Whether the stop before byte `end` closes the sentence that began at `start`.
fn ends_here(text: &str, start: usize, end: usize, stop: char) -> bool {
    let rest = &text[end..];
    let Some(next) = rest.trim_start().chars().next() else { return true };
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    // "…" and "..." inside a sentence go on in lower case, and so do quoted questions ("Really?" she said).
    if next.is_lowercase() {
        return false;
    }
    stop != '.' || !is_abbreviation(text[start..end].trim_end_matches(is_closer), Some(next))
}

/// Whether the "St" that `text` ends in is a saint ("at St. Martin's"), not the street that a name or a number stands before ("on Main St.
/// We", "on 42nd St. He").
fn is_saint(text: &str) -> bool {
    let before = text.split_whitespace().rev().nth(1);
    !before.is_some_and(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
}

/// Whether `text`, which ends in a full stop, ends in an abbreviation or an initial. `next` is what follows.
fn is_abbreviation(text: &str, next: Option<char>) -> bool {
    let Some(text) = text.strip_suffix('.') else { return false };
    if text.ends_with('.') {
        return false;
    }
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = word.to_lowercase();
    let mut letters = word.chars();
    if let (Some(first), None) = (letters.next(), letters.next()) {
        // An initial; "I" and a digit end sentences.
        return first.is_uppercase() && first != 'I' && next.is_some();
    }
    if word == "St" && next.is_some_and(char::is_uppercase) {
        return is_saint(text);
    }
    if BEFORE_DIGIT.contains(&lower.as_str()) {
        return next.is_some_and(|c| c.is_ascii_digit());
    }
    ABBREVIATIONS.contains(&lower.as_str())
        && (next.is_some() || matches!(lower.as_str(), "mr" | "mrs" | "ms" | "dr"))
}

/// Cuts a sentence in two near its middle, after punctuation if there is some, else between words. `None` for one word.
pub fn halves(sentence: &str) -> Option<(String, String)> {
    let middle = sentence.len() / 2;
    let cost = |at: usize| {
        let distance = at.abs_diff(middle) as f64 / sentence.len().max(1) as f64;
        let clause = sentence[..at].ends_with([',', ';', ':', '–', '—', ')']);
        distance - if clause { 0.35 } else { 0.0 }
    };
    let cut = sentence
        .char_indices()
        .filter(|(at, c)| c.is_whitespace() && *at > 0)
        .map(|(at, _)| at)
        .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))?;
    let (head, tail) = (sentence[..cut].trim(), sentence[cut..].trim());
    (!head.is_empty() && !tail.is_empty()).then(|| (head.to_owned(), tail.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_abbreviations_decimals_and_initials() {
        let text = "Mr. Smith paid $3.50. J. K. Rowling was there at 5 p.m. today! \"Really?\" she said. No. Yes… maybe.";
        let expected = [
            "Mr. Smith paid $3.50.",
            "J. K. Rowling was there at 5 p.m. today!",
            "\"Really?\" she said.",
            "No.",
            "Yes… maybe.",
        ];
        assert_eq!(split(text), expected);
    }

    #[test]
    fn saints_go_on_and_streets_end() {
        assert_eq!(split("He spoke at St. Martin's. St. Louis won.").len(), 2);
        assert_eq!(split("She lives on Main St. He lives on 42nd St. Mine is 5th St.").len(), 3);
    }

    #[test]
    fn tells_complete_lines() {
        assert!(is_complete("He left.\"") && is_complete("¿Vienes?") && !is_complete("and the heart of my"));
        assert!(!is_complete("This is Mr.") && is_complete("So did I."));
    }

    #[test]
    fn cuts_at_a_clause() {
        let (head, tail) = halves("when the rain had stopped at last, we went out into the garden").unwrap();
        assert_eq!(
            (head.as_str(), tail.as_str()),
            ("when the rain had stopped at last,", "we went out into the garden")
        );
        assert!(halves("word").is_none());
    }
}
