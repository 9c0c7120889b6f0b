//! Grammatical gender of the one who speaks and the one spoken to.
//!
//! English says "I am tired"; Spanish, French, Italian and Portuguese have to choose, and engines choose the man.
//! Each sentence is analysed; after a verb that links its subject with what is said of it, adjectives,
//! participles and nouns for persons get the gender of whoever that subject is, if it is known. What is not of the first
//! or second person is never touched.

mod verbs;
mod walk;

use redub_core::Gender;

use crate::morphology::{Morphology, Piece};
use walk::Walk;

/// A text with what is known about the people in it.
#[derive(Debug, Clone, Default)]
pub struct Addressed {
    /// The text in the target language.
    pub text: String,
    /// What it was translated from; decides where a form may be of the first or of the third person.
    pub source: String,
    /// Gender of the one who speaks, if known.
    pub speaker: Option<Gender>,
    /// Gender of the one spoken to, if known.
    pub addressee: Option<Gender>,
}

/// Of whom a verb is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// The one who speaks.
    First,
    /// The one spoken to.
    Second,
}

/// Agreement in one language.
pub struct Agreement {
    language: String,
    morphology: Morphology,
}

impl Agreement {
    /// Agreement in `language` (primary subtag): Spanish, French, Italian, Portuguese. `None` for others, and where
    /// the language's dictionaries are not installed.
    pub fn open(language: &str) -> Option<Self> {
        Some(Self { language: language.to_owned(), morphology: Morphology::open(language)? })
    }

    /// The person of the last finite verb before each word in `at`, in its sentence; `None` where there is none, or its
    /// form may be of the third person. For measuring: no rule of agreement goes by it.
    pub(crate) fn persons(&self, words: &[String], at: &[usize]) -> Vec<Option<Person>> {
        let pieces = self.morphology.analyse(&[words.join(" ")]).remove(0);
        let next = |start: &mut usize, word: &String| Some(std::mem::replace(start, *start + word.len() + 1));
        let starts: Vec<usize> = words.iter().scan(0, next).collect();
        let person = |start: usize| {
            let (mut end, mut found) = (0, None);
            for piece in pieces.iter().take_while(|p| {
                let begins = end;
                end += p.surface.len();
                begins < start
            }) {
                found = said_of(piece, found);
            }
            found
        };
        at.iter().map(|&i| person(starts[i])).collect()
    }

    /// Gives each text the genders of its speaker and addressee; a text of which neither is known comes back as it is.
    pub fn agree(&self, lines: &[Addressed]) -> Vec<String> {
        let known: Vec<usize> = (0..lines.len())
            .filter(|&i| lines[i].speaker.is_some() || lines[i].addressee.is_some())
            .collect();
        let mut texts: Vec<String> = lines.iter().map(|l| l.text.clone()).collect();
        let wanted: Vec<String> = known.iter().map(|&i| texts[i].clone()).collect();
        if wanted.is_empty() {
            return texts;
        }
        let analysed = self.morphology.analyse(&wanted);
        let possible = known.iter().zip(&analysed).flat_map(|(&i, pieces)| walk::possible(pieces, &lines[i]));
        self.morphology.generate(&possible.collect::<Vec<_>>());
        for (&i, pieces) in known.iter().zip(&analysed) {
            let walk = Walk::new(&self.language, &self.morphology, &lines[i], pieces);
            texts[i] = walk.text();
        }
        texts
    }
}

/// The person after `piece`: its own where it is a finite verb, none after a sentence's end.
fn said_of(piece: &Piece, before: Option<Person>) -> Option<Person> {
    if piece.may_be(&["sent"]) || !piece.word && piece.surface.contains(['.', '!', '?']) {
        return None;
    }
    // "ha detto": a participle may look like a form of another verb ("dettare").
    if ["det", "pr", "pp"].iter().any(|tag| piece.may_be(&[tag])) {
        return before;
    }
    let verbs = || piece.readings.iter().filter(|r| r.tags.first().is_some_and(|t| t.starts_with("vb")));
    let singular = |person: &str| verbs().any(|r| r.has(person) && r.has("sg"));
    let second = singular("p2") || verbs().any(|r| r.has("p2") && r.has("pl"));
    match (singular("p1"), second, singular("p3")) {
        (true, false, false) => Some(Person::First),
        (false, true, false) => Some(Person::Second),
        (false, false, false) => before,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/golden/first_person.tsv`: language, source, as a man says it, as a woman says it. Equal texts are traps.
    const CASES: &str = include_str!("../../tests/golden/first_person.tsv");

    #[test]
    fn words_are_told_by_the_person_of_their_verb() {
        let Some(agreement) = Agreement::open("it") else { return };
        let person = |text: &str, at: usize| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            agreement.persons(&words, &[at]).remove(0)
        };
        assert_eq!(person("Sono abbastanza sicuro che lo hai detto", 2), Some(Person::First));
        assert_eq!(person("Lo so. Hai detto di essere vegetariano", 6), Some(Person::Second));
        assert_eq!(person("Lui è sicuro", 2), None);
    }

    #[test]
    fn first_person_agrees_in_four_languages() {
        for language in ["es", "fr", "it", "pt"] {
            let Some(agreement) = Agreement::open(language) else {
                eprintln!("skipped: the dictionaries of {language} are not installed");
                continue;
            };
            let (mut lines, mut wanted) = (Vec::new(), Vec::new());
            for row in CASES.lines().filter(|l| l.starts_with(&format!("{language}\t"))) {
                let cells: Vec<&str> = row.split('\t').collect();
                let [_, source, man, woman] = cells[..] else { panic!("{row}") };
                for (given, gender, right) in [(man, Gender::Female, woman), (woman, Gender::Male, man)] {
                    let (text, source) = (given.to_owned(), source.to_owned());
                    lines.push(Addressed { text, source, speaker: Some(gender), addressee: Some(gender) });
                    wanted.push(right);
                }
            }
            let made = agreement.agree(&lines);
            let wrong: Vec<_> = made.iter().zip(&wanted).filter(|(m, w)| m != w).collect();
            println!("{language}: {} of {}; wrong: {wrong:?}", made.len() - wrong.len(), made.len());
            assert!(wrong.len() * 20 <= made.len(), "{language}, made and wanted: {wrong:#?}");
        }
    }
}
