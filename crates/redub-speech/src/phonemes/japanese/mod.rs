//! Japanese: writing to readings to Kokoro's symbols.
//!
//! `mecab` finds the words and their readings with the dictionary of Open JTalk, `jpreprocess-njd` (Open JTalk's rules)
//! reads numbers with their counters (`三本` is *sambon*) and joins words to accent phrases, and `moras` writes what
//! is said. Amounts and times are first put in the order in which they are said ([`amounts`]).

pub mod amounts;
mod mecab;
mod moras;

use jpreprocess_core::word_entry::WordEntry;
use jpreprocess_njd::{NJD, NJDNode};

use crate::error::SpeechError;

/// The sounds of texts in Kokoro's symbols, words parted by spaces. What has no reading is silent.
///
/// # Errors
/// MeCab or its dictionary is not installed, or fails.
pub fn read(texts: &[String]) -> Result<Vec<String>, SpeechError> {
    let texts: Vec<String> = texts.iter().map(|t| full_width(&amounts::written_out(t))).collect();
    let sentences = mecab::read(&texts)?;
    Ok(sentences.into_iter().map(|words| sounds(&words)).collect())
}

/// Whether the dictionary is there.
pub fn is_installed() -> bool {
    mecab::is_installed()
}

/// The symbols of a sentence's words (surface and the dictionary's columns).
fn sounds(words: &[(String, Vec<String>)]) -> String {
    let mut njd =
        NJD { nodes: words.iter().flat_map(|(surface, columns)| nodes(surface, columns)).collect() };
    njd.preprocess();
    let mut phrases: Vec<String> = Vec::new();
    for node in &njd.nodes {
        let spoken: String = node.get_pron().moras().iter().map(moras::to_kokoro).collect();
        let joined = node.get_chain_flag() == Some(true) || spoken.starts_with(moras::LONG);
        match phrases.last_mut().filter(|_| joined) {
            Some(phrase) => phrase.push_str(&spoken),
            None if spoken.is_empty() => {}
            None => phrases.push(spoken),
        }
    }
    let phrases: Vec<String> = phrases.iter().map(|p| moras::assimilated(p)).collect();
    phrases.join(" ")
}

/// A word as Open JTalk's rules take it; a word whose columns they do not know is one without a reading.
fn nodes(surface: &str, columns: &[String]) -> Vec<NJDNode> {
    const COLUMNS: usize = 12;
    const ACCENT_RULES: usize = 10;
    let mut columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    columns.resize(COLUMNS, "");
    // Rules of the accent, which Kokoro's symbols do not write, and of which the rules print what they do not know.
    columns[ACCENT_RULES] = "*";
    let entry = WordEntry::load(&columns).unwrap_or_default();
    NJDNode::load(surface, &entry)
}

/// Digits, Latin letters and signs in full width, as the dictionary has them.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        '〜' => '～',
        _ => c,
    };
    text.chars().map(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<String> {
        match read(&[text.to_owned()]) {
            Ok(mut read) => read.pop(),
            Err(error) if error.to_string().contains("install") => {
                println!("skipped: {error}");
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn readings_follow_the_counters() {
        let Some(three) = one("3本の鉛筆と300円") else { return };
        assert_eq!(three, "sambonno empʲiʦɨto sambʲakɯeɴ");
        assert_eq!(one("♪").unwrap(), "");
    }
}
