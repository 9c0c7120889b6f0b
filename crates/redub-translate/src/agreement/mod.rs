//! Grammatical gender of the one who speaks and the one spoken to.
//!
//! English says "I am tired"; Spanish, French, Italian and Portuguese have to choose, and engines choose the man.
//! Each sentence is analysed; after a verb that links its subject with what is said of it, adjectives,
//! participles and nouns for persons get the gender of whoever that subject is, if it is known. What is not of the first
//! or second person is never touched.

mod verbs;
mod walk;

use redub_core::Gender;

use crate::morphology::Morphology;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/golden/first_person.tsv`: language, source, as a man says it, as a woman says it. Equal texts are traps.
    const CASES: &str = include_str!("../../tests/golden/first_person.tsv");

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
