//! Lines of a scene as a language model is asked for them.
//!
//! A [`Scene`] holds the lines to translate with some before and after, who speaks, to whom, in which register, the
//! terms and names to respect, and a draft of each line. It is turned into a prompt, and into what the answer is: an object
//! with one string per line under the line's own name, by JSON schema; or, for small models, a text in which each source
//! line stands before a gap for its translation, each gap held by a GBNF grammar, so that an answer always parses. How the
//! prompt reaches a model is not its business.

mod answer;
mod check;
mod examples;
mod gaps;
mod prompt;
mod translator;

pub use answer::{Form, Gap};
pub(crate) use check::{Judge, Verdict};
pub(crate) use translator::Scenes;

use redub_core::{Gender, Language};

use crate::address::Register;

/// Lines translated together.
pub const LINES: usize = 8;
/// Lines shown before them.
pub const BEFORE: usize = 3;
/// Lines shown after them.
pub const AFTER: usize = 2;

/// One line of a scene.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SceneLine {
    /// Its number in the transcript, from 1.
    pub number: usize,
    /// Name of who says it.
    pub speaker: String,
    /// Gender of who says it.
    pub gender: Option<Gender>,
    /// Gender of the one it is said to.
    pub addressee: Option<Gender>,
    /// What is said.
    pub text: String,
    /// A translation to improve on.
    pub draft: Option<String>,
    /// The same in a third language: the language's name, and the text.
    pub pivot: Option<(String, String)>,
    /// Characters that can be spoken in its time.
    pub budget: Option<usize>,
    /// What was wrong with an earlier answer.
    pub complaint: Option<String>,
}

/// Lines to translate and what is around them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Source language.
    pub from: Language,
    /// Target language.
    pub to: Language,
    /// What it is all about, in a sentence or two.
    pub summary: String,
    /// Lines before, with their translations where there are some.
    pub before: Vec<SceneLine>,
    /// The lines to translate.
    pub lines: Vec<SceneLine>,
    /// Lines after.
    pub after: Vec<SceneLine>,
    /// Polite or familiar.
    pub register: Option<Register>,
    /// Terms of these lines and what they become.
    pub terms: Vec<(String, String)>,
    /// Names that stay the same through the file.
    pub names: Vec<String>,
}

impl Scene {
    /// The form of the answer.
    pub fn form(&self) -> Form {
        Form { lines: self.lines.iter().map(|l| format!("L{}", l.number)).collect() }
    }
}

/// Cuts a transcript into scenes of about `lines` lines ([`LINES`] is a good number), at the end of a sentence where
/// there is one.
pub fn cut(texts: &[&str], lines: usize) -> Vec<std::ops::Range<usize>> {
    let mut scenes = Vec::new();
    let mut start = 0;
    while start < texts.len() {
        let most = (start + lines).min(texts.len());
        let least = (start + lines / 2).min(most);
        let whole = (least..=most)
            .rev()
            .find(|&end| end == texts.len() || crate::sentences::is_complete(texts[end - 1]));
        let end = whole.unwrap_or(most).max(start + 1);
        scenes.push(start..end);
        start = end;
    }
    scenes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_end_where_sentences_end() {
        let mut texts = vec!["A sentence."; 20];
        texts[7] = "unfinished";
        assert_eq!(cut(&texts, 8), [0..7, 7..15, 15..20]);
        assert_eq!(cut(&["one"], 8), std::slice::from_ref(&(0..1)));
        assert!(cut(&[], 8).is_empty());
    }
}
