//! Whether a model's line may be spoken.

use std::collections::HashSet;

use redub_core::Language;

use crate::checks::{Issue, check, related};
use crate::chrf::sentence_chrf;
use crate::glossary::Terms;
use crate::{length, units};

/// Agreement (chrF) with a draft below which a line has probably lost the meaning.
const LEAST_AGREEMENT: f64 = 35.0;
/// The same where the draft comes by several steps and is no great witness itself.
const LEAST_AGREEMENT_WITH_DRAFT: f64 = 20.0;
/// Length over the draft's that is still a translation of the same.
const LENGTHS: std::ops::RangeInclusive<f64> = 0.6..=1.5;

/// What is thought of a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// It may be spoken.
    Good,
    /// It is right but too long.
    Long,
    /// It must not be spoken, and why.
    Bad(Vec<Issue>),
}

/// Judges lines of one pair of languages.
pub(crate) struct Judge<'a> {
    pub from: &'a Language,
    pub to: &'a Language,
    pub terms: &'a Terms,
    /// Whether the drafts are good enough to be witnesses.
    pub drafts_are_good: bool,
}

impl Judge<'_> {
    /// Looks at one line; `pivot` is what the model was shown of it in a language between, by name.
    pub fn look(
        &self,
        source: &str,
        text: &str,
        draft: Option<&str>,
        pivot: Option<&(String, String)>,
        budget: Option<usize>,
    ) -> Verdict {
        let (from, to) = (self.from.primary(), self.to.primary());
        let mut issues = check(source, text, related(from, to));
        if let Some(found) = foreign(text, from, to) {
            issues.push(Issue::Language(format!("{found} instead of {}", self.to.name())));
        }
        if let Some((own, other)) = units::exchanged(source, text) {
            issues.push(Issue::Unit(format!("{own} / {other}")));
        }
        let violations = self.terms.violations(source, text);
        issues.extend(violations.into_iter().map(|v| Issue::Glossary(format!("{} → {}", v.term, v.wanted))));
        if let Some(draft) = draft {
            issues.extend(names(source, draft, text).map(Issue::Name));
            let ratio = text.chars().count() as f64 / draft.chars().count().max(1) as f64;
            let long_enough_to_tell = draft.chars().count() >= 20;
            let least = if self.drafts_are_good { LEAST_AGREEMENT } else { LEAST_AGREEMENT_WITH_DRAFT };
            if long_enough_to_tell && (!LENGTHS.contains(&ratio) || sentence_chrf(text, draft) < least) {
                issues.push(Issue::Language("says something else than the draft".into()));
            }
        }
        if let Some((language, pivot)) = pivot {
            let left = copied(pivot, text, &[source, draft.unwrap_or_default()]);
            issues
                .extend(left.map(|word| Issue::Language(format!("the word {word} was left in {language}"))));
        }
        if !issues.is_empty() {
            return Verdict::Bad(issues);
        }
        let most = budget.map(length::most);
        if most.is_some_and(|most| text.chars().count() > most) { Verdict::Long } else { Verdict::Good }
    }
}

/// Names that the draft kept and the text lost.
fn names<'a>(source: &'a str, draft: &'a str, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let words = |text: &'a str| text.split(|c: char| !c.is_alphanumeric());
    let has = move |text: &'a str, name: &str| words(text).any(|w| w == name);
    let names = words(source).skip(1).filter(|w| w.chars().count() > 2 && w.starts_with(char::is_uppercase));
    names.filter(move |n| has(draft, n) && !has(text, n)).map(str::to_owned)
}

/// Shortest word that is not taken for one of both languages, letters.
const SHORT: usize = 5;

/// The first word of the pivot's text that stands in the target and in no other text of the line. Names are not looked at.
fn copied(pivot: &str, text: &str, others: &[&str]) -> Option<String> {
    let words = |text: &str| -> HashSet<String> {
        text.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect()
    };
    let (pivot, others) = (words(pivot), others.iter().flat_map(|text| words(text)).collect::<HashSet<_>>());
    let mut said = text.split(|c: char| !c.is_alphabetic());
    let copied = |w: &&str| {
        w.chars().count() >= SHORT
            && w.starts_with(char::is_lowercase)
            && pivot.contains(*w)
            && !others.contains(*w)
    };
    said.find(copied).map(str::to_owned)
}

/// Function words by which a language is told.
const TELLING: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "the", "and", "of", "to", "is", "you", "that", "it", "was", "for", "are", "with", "this", "have",
            "what",
        ],
    ),
    (
        "es",
        &[
            "el", "la", "los", "las", "y", "que", "es", "en", "por", "con", "una", "no", "se", "lo", "para",
            "está",
        ],
    ),
    (
        "pt",
        &[
            "o", "os", "as", "e", "que", "é", "em", "por", "com", "uma", "não", "se", "para", "está", "do",
            "da",
        ],
    ),
    (
        "fr",
        &[
            "le", "la", "les", "et", "que", "est", "en", "pour", "avec", "une", "ne", "pas", "des", "du",
            "vous", "je",
        ],
    ),
    (
        "it",
        &[
            "il", "la", "gli", "e", "che", "è", "in", "per", "con", "una", "non", "si", "di", "sono", "del",
            "della",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "dass", "ist", "in", "für", "mit", "eine", "nicht", "sich", "zu",
            "ich", "sie",
        ],
    ),
    (
        "ca",
        &["el", "la", "els", "les", "i", "que", "és", "en", "per", "amb", "una", "no", "es", "dels", "del"],
    ),
];

/// The language a text is in, when that is clearly not `to`.
fn foreign(text: &str, from: &str, to: &str) -> Option<String> {
    let said: Vec<String> =
        text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let count = |language: &str| {
        let telling = TELLING.iter().find(|(l, _)| *l == language).map(|(_, w)| *w);
        telling.map(|telling| said.iter().filter(|w| telling.contains(&w.as_str())).count())
    };
    let other_script = said.len() > 2
        && !matches!(
            to,
            "ru" | "uk" | "bg" | "sr" | "el" | "hi" | "ja" | "zh" | "ko" | "ar" | "he" | "fa" | "th"
        )
        && said.iter().flat_map(|w| w.chars()).filter(|c| !c.is_ascii() && *c > '\u{24f}').count() > 4;
    if other_script {
        return Some("another script".to_owned());
    }
    let (theirs, ours) = (count(from)?, count(to)?);
    (theirs >= 3 && theirs > 2 * ours)
        .then(|| from.parse::<Language>().map_or_else(|_| from.to_owned(), |l| l.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_told_from_good_ones() {
        let (en, es) = ("en".parse().unwrap(), "es".parse().unwrap());
        let terms = crate::Glossary::from_csv("source,target\nmixer,mezclador\n").unwrap().terms(&en, &es);
        let judge = Judge { from: &en, to: &es, terms: &terms, drafts_are_good: true };
        let source = "Give Marta the mixer at 5 before you go home.";
        let draft = "Dale a Marta el mezclador a las 5 antes de irte a casa.";
        let look = |text: &str| judge.look(source, text, Some(draft), None, Some(60));
        assert_eq!(look("Dale el mezclador a Marta a las 5 antes de ir a casa."), Verdict::Good);
        let issue = |text: &str| match look(text) {
            Verdict::Bad(issues) => format!("{issues:?}"),
            verdict => format!("{verdict:?}"),
        };
        assert!(issue("Dale el mezclador a María a las 5 antes de ir a casa.").contains("Marta"));
        assert!(issue("Dale la mesa a Marta a las 5 antes de irte a casa.").contains("mezclador"));
        assert!(issue("Dale el mezclador a Marta a las 6 antes de irte a casa.").contains("Numbers"));
        assert!(issue("You have to give Marta the mezclador at 5 and go to the house.").contains("English"));
        assert!(issue("Lo siento, no puedo ayudar con eso: Marta, 5, mezclador.").contains("something else"));
        let long = "Dale el mezclador a Marta a las 5 en punto, antes de que te vayas a tu casa.";
        assert_eq!(judge.look(source, long, Some(draft), None, Some(40)), Verdict::Long);
    }

    #[test]
    fn a_number_under_another_unit_is_not_spoken() {
        let (en, de) = ("en".parse().unwrap(), "de".parse().unwrap());
        let terms = Terms::default();
        let judge = Judge { from: &en, to: &de, terms: &terms, drafts_are_good: false };
        let look = |text: &str| judge.look("The rig was 40 miles off the coast.", text, None, None, None);
        let Verdict::Bad(issues) = look("Die Plattform lag 40 km vor der Küste.") else { panic!() };
        assert_eq!(issues, [Issue::Unit("miles / km".into())]);
        assert_eq!(look("Die Plattform lag 40 Meilen vor der Küste."), Verdict::Good);
    }

    #[test]
    fn words_of_the_language_between_are_not_spoken() {
        let (en, fr) = ("en".parse().unwrap(), "fr".parse().unwrap());
        let terms = Terms::default();
        let judge = Judge { from: &en, to: &fr, terms: &terms, drafts_are_good: false };
        let source = "An explosion ripped through the central station.";
        let draft = "Une explosion a déchiré par la station centrale.";
        let pivot = ("Portuguese".to_owned(), "Uma explosão rasgou a central, a station.".to_owned());
        let look = |text: &str| judge.look(source, text, Some(draft), Some(&pivot), None);
        let Verdict::Bad(issues) = look("Une explosion a rasgou la station centrale.") else { panic!() };
        assert_eq!(issues, [Issue::Language("the word rasgou was left in Portuguese".into())]);
        assert_eq!(look("Une explosion a éventré la station centrale."), Verdict::Good);
    }
}
