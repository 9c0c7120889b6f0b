//! Forms of words: Apertium's analysers and generators, run as processes of their own.
//!
//! A text is cut into [`Piece`]s, each with every reading the dictionary has for it; a reading that was changed
//! (`cansado<adj><m><sg>` → `cansado<adj><f><sg>`) is turned back into a word by [`Morphology::generate`]. Pieces that
//! are not changed keep their surface, so a text comes out as it went in but for what was meant to change.

mod stream;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub use stream::{Piece, Reading};

use crate::apertium::{filter, processor_installed};

/// Language, analyser and generator below Apertium's folder.
const DICTIONARIES: &[(&str, &str, &str)] = &[
    ("pt", "apertium-por-cat/por-cat.automorf.bin", "apertium-por-cat/cat-por.autogen.bin"),
    ("es", "apertium-spa-cat/spa-cat.automorf.bin", "apertium-spa-cat/cat-spa.autogen.bin"),
    ("it", "apertium-spa-ita/ita-spa.automorf.bin", "apertium-spa-ita/spa-ita.autogen.bin"),
    ("fr", "apertium-fra-cat/fra-cat.automorf.bin", "apertium-fra-cat/cat-fra.autogen.bin"),
];

/// Folders in which packages put their data.
const ROOTS: &[&str] = &["/usr/share/apertium", "/usr/local/share/apertium"];

/// Analyser and generator of one language.
pub struct Morphology {
    analyser: PathBuf,
    generator: PathBuf,
    known: Mutex<HashMap<String, Option<String>>>,
}

impl Morphology {
    /// The dictionaries of `language` (primary subtag); `None` when they are not installed or there are none.
    pub fn open(language: &str) -> Option<Self> {
        let (_, analyser, generator) = DICTIONARIES.iter().find(|(l, ..)| *l == language)?;
        let file = |name: &str| ROOTS.iter().map(|root| Path::new(root).join(name)).find(|p| p.is_file());
        let (analyser, generator) = (file(analyser)?, file(generator)?);
        processor_installed().then(|| Self { analyser, generator, known: Mutex::default() })
    }

    /// The pieces of each text: words with their readings, and what stands between them. Joined, the surfaces give
    /// the text back. A text the analyser does not give back whole is one piece without readings.
    pub fn analyse(&self, texts: &[String]) -> Vec<Vec<Piece>> {
        let whole = || texts.iter().map(|t| vec![Piece::plain(t)]).collect();
        let input: String = texts.iter().map(|t| stream::escape(t) + "\n").collect();
        let Ok(output) = filter(&["-w".as_ref(), self.analyser.as_os_str()], &input) else { return whole() };
        let lines: Vec<&str> = output.trim_end_matches('\n').split('\n').collect();
        if lines.len() != texts.len() {
            return whole();
        }
        let pieces = |(line, text): (&&str, &String)| {
            fitted(stream::parse(line), text).unwrap_or_else(|| vec![Piece::plain(text)])
        };
        lines.iter().zip(texts).map(pieces).collect()
    }

    /// The word of each reading (lemma and tags, `ser<vbser><pri><p1><sg>`); `None` where the dictionary has none.
    /// Results are remembered, so asking again costs nothing.
    pub fn generate(&self, readings: &[String]) -> Vec<Option<String>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new: Vec<&String> = readings.iter().filter(|r| !known.contains_key(*r)).collect();
        new.sort_unstable();
        new.dedup();
        if !new.is_empty() {
            let input: String = new.iter().map(|r| format!("^{r}$\n")).collect();
            let output = filter(&["-g".as_ref(), self.generator.as_os_str()], &input).unwrap_or_default();
            let mut words = output.lines();
            for reading in new {
                let word = words.next().map(|w| w.replace('~', "").trim().to_owned());
                let word = word.filter(|w| !w.is_empty() && !w.contains(['#', '@', '*', '/']));
                known.insert(reading.clone(), word);
            }
        }
        readings.iter().map(|r| known.get(r).cloned().flatten()).collect()
    }
}

/// The pieces with what the analyser put between them taken out again ("j' ai" for "j'ai"); `None` when they do not give
/// the text back.
fn fitted(pieces: Vec<Piece>, text: &str) -> Option<Vec<Piece>> {
    let mut rest = text;
    let mut fitted = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match rest.strip_prefix(piece.surface.as_str()) {
            Some(after) => {
                rest = after;
                fitted.push(piece);
            }
            None if !piece.word && piece.surface.trim().is_empty() => {}
            None => return None,
        }
    }
    rest.is_empty().then_some(fitted)
}

/// Gives a generated word the capitals of the word it stands for.
pub fn like(word: &str, model: &str) -> String {
    let letters = model.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 1 && !model.chars().any(char::is_lowercase) {
        word.to_uppercase()
    } else if model.starts_with(char::is_uppercase) {
        crate::polish::raise(word)
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_and_forms_are_made() {
        let Some(it) = Morphology::open("it") else { return };
        let text = "Sono [proprio] sicuro: 5 * 3^2 / $1 @ <b> \\ «sì»!".to_owned();
        let pieces = it.analyse(std::slice::from_ref(&text)).remove(0);
        assert_eq!(pieces.iter().map(|p| p.surface.as_str()).collect::<String>(), text);
        assert!(pieces.iter().any(|p| p.readings.iter().any(|r| r.has("adj") && r.lemma == "sicuro")));
        let forms = it.generate(&["sicuro<adj><f><sg>".into(), "zzz<adj><f><sg>".into()]);
        assert_eq!(forms, [Some("sicura".to_owned()), None]);
    }

    #[test]
    fn capitals_are_kept() {
        assert_eq!(
            [like("sicura", "Sicuro"), like("sicura", "SICURO"), like("è", "E")],
            ["Sicura", "SICURA", "È"]
        );
    }
}
