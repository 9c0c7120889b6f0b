//! Whether agreement makes of a text for men the text for women.

use redub_core::Gender;
use serde::Serialize;

use crate::agreement::{Addressed, Agreement};

/// Agreement on references in which first and second person differ in gender.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GenderFigures {
    /// Words that differ between the two references.
    pub words: usize,
    /// Of those, the words that came out right.
    pub right: usize,
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
        for ((man, woman), made) in man.iter().zip(&woman).zip(&made) {
            if man != woman {
                figures.words += 1;
                figures.right += usize::from(made == woman);
            } else {
                figures.spoiled += usize::from(made != man);
            }
        }
    }
    figures
}

impl std::ops::AddAssign for GenderFigures {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.right += other.right;
        self.spoiled += other.spoiled;
        self.all += other.all;
    }
}
