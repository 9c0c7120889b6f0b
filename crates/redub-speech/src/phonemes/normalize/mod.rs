//! Writing out what the phonemizer would read wrongly.
//!
//! espeak-ng reads plain and grouped numbers, decimals, percentages, ordinals, Roman numerals, clock times and
//! addresses well in its languages, so those are left to it. It reads amounts of money in the order they
//! are written (`dollar five point five zero`), spells most units, breaks a sentence at the full stop of an
//! abbreviation, and reads English years as hundreds. Only that is written out here, from small tables.

mod amounts;
mod tables;

use redub_core::Language;
use tables::Tables;

use super::language::{self, Family};
use super::lexicon::Lexicon;
use super::{japanese, mandarin};

/// A word to be read, and the word of the text it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The word as it is to be read, with attached punctuation.
    pub text: String,
    /// Position among the words of the text as written.
    pub source: usize,
    /// Its sounds in IPA, where a lexicon gives them.
    pub sounds: Option<String>,
}

/// A rewriting: the text to be read, and how many words it replaces.
type Rewritten = (String, usize);

/// The words of `text`, rewritten where espeak-ng reads them wrongly.
pub fn normalize(text: &str, language: &Language) -> Vec<Written> {
    normalize_with(text, language, None)
}

/// As [`normalize`]; what the lexicon knows is read as it says, before any rule.
pub fn normalize_with(text: &str, language: &Language, lexicon: Option<&Lexicon>) -> Vec<Written> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let tables = tables::of(language);
    let mut written = Vec::with_capacity(words.len());
    let mut source = 0;
    while source < words.len() {
        let rest = &words[source..];
        if let Some((own, used)) = lexicon.and_then(|l| l.rewrite(rest, language, source)) {
            written.extend(own);
            source += used;
            continue;
        }
        let rewritten = tables.and_then(|t| rewrite(rest, t));
        let (text, used) = rewritten.unwrap_or_else(|| (rest[0].to_owned(), 1));
        written.extend(text.split_whitespace().map(|t| Written { text: t.to_owned(), source, sounds: None }));
        source += used;
    }
    written
}

/// `text` with everything written out that [`normalize`] writes out: what is really said, in letters and plain numbers.
pub fn spoken_form(text: &str, language: &Language) -> String {
    match language::reader(language).map(|r| r.family) {
        Some(Family::Mandarin) => return mandarin::numbers::written_out(text),
        Some(Family::Japanese) => return japanese::amounts::written_out(text),
        _ => {}
    }
    let words: Vec<String> = normalize(text, language).into_iter().map(|w| w.text).collect();
    words.join(" ")
}

/// The first rule that applies at the first of `words`.
fn rewrite(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    amounts::money(words, tables)
        .or_else(|| amounts::measure(words, tables))
        .or_else(|| clock(words, tables))
        .or_else(|| abbreviation(words, tables))
        .or_else(|| year(words, tables))
        .or_else(|| french_century(words, tables))
}

/// Marks before a word, the word, marks after it.
pub(super) fn affixes(word: &str) -> (&str, &str, &str) {
    let opening = |c: char| matches!(c, '(' | '[' | '"' | '“' | '«' | '¿' | '¡' | '\'' | '„');
    let closing =
        |c: char| matches!(c, ')' | ']' | '"' | '”' | '»' | ',' | '.' | ';' | ':' | '!' | '?' | '…');
    let inner = word.trim_start_matches(opening);
    let core = inner.trim_end_matches(closing);
    (&word[..word.len() - inner.len()], core, &inner[core.len()..])
}

/// `Dr. Smith`, `p. ej.`: written out without the full stop; at the end of a sentence the stop stays.
fn abbreviation(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    for (short, long) in tables.abbreviations {
        let parts: Vec<&str> = short.split(' ').collect();
        let Some(last) = words.get(parts.len() - 1) else { continue };
        let (before, _, _) = affixes(words[0]);
        let first = words[0].strip_prefix(before).unwrap_or(words[0]);
        let (open, end) = parts.split_at(parts.len() - 1);
        let begins =
            open.iter().zip(words).enumerate().all(|(i, (p, w))| if i == 0 { *p == first } else { p == w });
        let tail_of = if parts.len() == 1 { first } else { last };
        let Some(tail) =
            tail_of.strip_prefix(end[0]).filter(|t| begins && !t.starts_with(char::is_alphanumeric))
        else {
            continue;
        };
        let ends_sentence = words.len() == parts.len() && tail.is_empty() && end[0].ends_with('.');
        let stop = if ends_sentence { "." } else { "" };
        return Some((format!("{before}{long}{tail}{stop}"), parts.len()));
    }
    None
}

/// `10h30` in the languages that write it so.
fn clock(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    let (before, core, after) = affixes(words[0]);
    let (hours, minutes) = core.split_once('h')?;
    let digits = |t: &str| t.len() <= 2 && t.chars().all(|c| c.is_ascii_digit());
    let plausible = !hours.is_empty() && digits(hours) && digits(minutes);
    let word = tables.hours.filter(|_| plausible)?;
    let hour = if hours.trim_start_matches('0') == "1" { word.0 } else { word.1 };
    Some((format!("{before}{hours} {hour} {}{after}", minutes.trim_start_matches('0')), 1))
}

/// English years are read in pairs: `1984`, `the 1990s`. Years of the 21st century read well as numbers.
fn year(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    let (before, core, after) = affixes(words[0]);
    let digits = core.strip_suffix('s').unwrap_or(core);
    let number = Some(digits).filter(|d| d.len() == 4).and_then(|d| d.parse::<u16>().ok())?;
    if !tables.paired_years || !(1100..2000).contains(&number) {
        return None;
    }
    let (century, rest) = (number / 100, number % 100);
    const DECADES: [&str; 10] = [
        "hundreds",
        "tens",
        "twenties",
        "thirties",
        "forties",
        "fifties",
        "sixties",
        "seventies",
        "eighties",
        "nineties",
    ];
    let tail = match (digits.len() < core.len(), rest) {
        (true, _) if rest % 10 == 0 => DECADES[usize::from(rest / 10)].to_owned(),
        (true, _) => return None,
        (false, 0) => "hundred".to_owned(),
        (false, 1..=9) => format!("oh {rest}"),
        (false, _) => rest.to_string(),
    };
    Some((format!("{before}{century} {tail}{after}"), 1))
}

/// `XXIe siècle`: French ordinals in Roman numerals are spelled by the phonemizer, in Arabic ones they are read.
fn french_century(words: &[&str], tables: &Tables) -> Option<Rewritten> {
    let (before, core, after) = affixes(words[0]);
    let roman =
        core.strip_suffix('e').or_else(|| core.strip_suffix('ᵉ')).filter(|_| tables.roman_ordinals)?;
    let value = roman_value(roman).filter(|v| (2..=30).contains(v))?;
    Some((format!("{before}{value}e{after}"), 1))
}

/// The value of a Roman numeral in capitals up to 39.
fn roman_value(text: &str) -> Option<u32> {
    const TENS: [&str; 4] = ["", "X", "XX", "XXX"];
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    (1..40_u32).find(|n| text == format!("{}{}", TENS[*n as usize / 10], ONES[*n as usize % 10]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, tag: &str) -> String {
        let words = normalize(text, &tag.parse().unwrap());
        words.into_iter().map(|w| w.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn money_is_read_amount_first() {
        assert_eq!(read("It cost $5.50, or £1.", "en"), "It cost 5 dollars 50, or 1 pound.");
        assert_eq!(read("Son 5,50 € (o $3 millones).", "es"), "Son 5 euros 50 (o 3 millones de dólares).");
        assert_eq!(read("Custa R$ 1.200,75.", "pt"), "Custa 1.200 reais e 75.");
        assert_eq!(read("$3.5 million", "en"), "3.5 million dollars");
        assert_eq!(read("Il coûte 20€", "fr"), "Il coûte 20 euros");
    }

    #[test]
    fn units_and_abbreviations_are_written_out() {
        assert_eq!(
            read("Dr. Smith ran 5 km, e.g. today.", "en"),
            "Doctor Smith ran 5 kilometers, for example today."
        );
        assert_eq!(
            read("La Sra. Pérez, p. ej., pesa 50kg.", "es"),
            "La señora Pérez, por ejemplo, pesa 50 kilos."
        );
        assert_eq!(read("M. Dupont et Mme Durand", "fr"), "Monsieur Dupont et Madame Durand");
        assert_eq!(read("and so on, etc.", "en"), "and so on, et cetera.");
    }

    #[test]
    fn years_hours_and_centuries() {
        assert_eq!(
            read("In 1984, the 1990s and 1905; 2021.", "en"),
            "In 19 84, the 19 nineties and 19 oh 5; 2021."
        );
        assert_eq!(read("à 10h30 au XXIe siècle", "fr"), "à 10 heures 30 au 21e siècle");
        assert_eq!(read("En 1984", "es"), "En 1984");
    }

    #[test]
    fn words_keep_their_place() {
        let words = normalize("pay $ 5 now", &"en".parse().unwrap());
        assert_eq!(words.last(), Some(&Written { text: "now".into(), source: 3, sounds: None }));
    }
}
