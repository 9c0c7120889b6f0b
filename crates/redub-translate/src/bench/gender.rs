//! Whether agreement makes of a text for men the text for women.

use redub_core::Gender;
use serde::Serialize;

use crate::agreement::{Addressed, Agreement, Person};

/// Agreement on references in which first and second person differ in gender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GenderFigures {
    /// Words that differ between the two references.
    pub words: usize,
    /// Of those, the words that came out right.
    pub right: usize,
    /// Of the differing words, those said of the speaker: the verb before them stands in the first person.
    pub speakers: usize,
    /// Of the speaker's words, those that came out right.
    pub speakers_right: usize,
    /// The same of those said of the listener: the verb before them stands in the second person.
    pub listeners: usize,
    /// Of the listener's words, those that came out right.
    pub listeners_right: usize,
    /// Words that were changed though the references agree.
    pub spoiled: usize,
    /// Words of all lines.
    pub all: usize,
}

/// Gives each masculine text a female speaker and addressee and compares it with its feminine counterpart; `source`
/// is the English. Only texts that are word for word alike but for the gender count.
pub fn gender(
    agreement: &Agreement,
    source: &[String],
    masculine: &[String],
    feminine: &[String],
) -> GenderFigures {
    let woman = Some(Gender::Female);
    let line = |(text, source): (&String, &String)| Addressed {
        text: text.clone(),
        source: source.clone(),
        speaker: woman,
        addressee: woman,
    };
    let lines: Vec<Addressed> = masculine.iter().zip(source).map(line).collect();
    let made = agreement.agree(&lines);
    let mut figures = GenderFigures::default();
    for ((man, woman), made) in masculine.iter().zip(feminine).zip(&made) {
        let words = |text: &String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (man, woman, made) = (words(man), words(woman), words(made));
        if man.len() != woman.len() || man.len() != made.len() {
            continue;
        }
        figures.all += man.len();
        let differ: Vec<usize> = (0..man.len()).filter(|&i| man[i] != woman[i]).collect();
        let whose = if differ.is_empty() { Vec::new() } else { agreement.persons(&man, &differ) };
        for (i, person) in differ.iter().zip(whose) {
            let right = usize::from(made[*i] == woman[*i]);
            figures.words += 1;
            figures.right += right;
            match person {
                Some(Person::First) => {
                    (figures.speakers, figures.speakers_right) =
                        (figures.speakers + 1, figures.speakers_right + right)
                }
                Some(Person::Second) => {
                    (figures.listeners, figures.listeners_right) =
                        (figures.listeners + 1, figures.listeners_right + right)
                }
                None => {}
            }
        }
        let same = (0..man.len()).filter(|&i| man[i] == woman[i]);
        figures.spoiled += same.filter(|&i| made[i] != man[i]).count();
    }
    figures
}

impl std::ops::AddAssign for GenderFigures {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.right += other.right;
        self.speakers += other.speakers;
        self.speakers_right += other.speakers_right;
        self.listeners += other.listeners;
        self.listeners_right += other.listeners_right;
        self.spoiled += other.spoiled;
        self.all += other.all;
    }
}
