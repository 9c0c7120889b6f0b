//! What the model is told.

use std::fmt::Write;

use redub_core::Gender;

use super::{Scene, SceneLine};
use crate::address::Register;
use crate::chat::{Answer, Question};
use crate::options::Drafts;

impl Scene {
    /// The rules, which are the same for all scenes of a file.
    pub fn system(&self) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        let mut text = format!(
            "You translate spoken lines of a video from {from} into {to} for dubbing. Write what a native speaker of {to} would say \
             aloud: natural, complete, with the same meaning, numbers and names. Keep each line's translation in its own line; \
             a sentence may run over several lines. Answer with JSON only: one string for each line, under the line's name."
        );
        match self.register {
            Some(register) => {
                let _ = write!(text, " {}", address(self.to.primary(), register));
            }
            None => text.push_str(" Choose the form of address that the scene calls for and keep it."),
        }
        if !self.names.is_empty() {
            let _ = write!(text, " Names stay as they are: {}.", self.names.join(", "));
        }
        text
    }

    /// The question whose answer is an object.
    pub fn with_form(&self, drafts: Drafts) -> Question {
        Question { system: self.system(), user: self.user(drafts), answer: Answer::Form(self.form()) }
    }

    /// The scene itself, with or without the drafts of its lines.
    pub fn user(&self, drafts: Drafts) -> String {
        let mut text = String::new();
        if !self.summary.is_empty() {
            let _ = writeln!(text, "About: {}\n", self.summary);
        }
        if !self.terms.is_empty() {
            text.push_str("Terms that must be translated so:\n");
            for (term, wanted) in &self.terms {
                let _ = writeln!(text, "- {term} = {wanted}");
            }
            text.push('\n');
        }
        if !self.before.is_empty() {
            text.push_str("Before (already translated):\n");
            self.before.iter().for_each(|line| around(&mut text, line));
            text.push('\n');
        }
        text.push_str("Translate:\n");
        self.lines.iter().for_each(|line| to_translate(&mut text, line, drafts));
        if !self.after.is_empty() {
            text.push_str("\nAfter (for context):\n");
            self.after.iter().for_each(|line| around(&mut text, line));
        }
        text
    }
}

/// How to address somebody, said in the target language's own words.
pub(super) fn address(to: &str, register: Register) -> String {
    let (formal, informal) = match to {
        "es" => ("usted", "tú"),
        "fr" => ("vous", "tu"),
        "it" => ("Lei", "tu"),
        "de" => ("Sie", "du"),
        "pt" => ("o senhor / a senhora", "você (tu in Portugal)"),
        "ca" => ("vostè", "tu"),
        "nl" => ("u", "jij"),
        "ru" => ("вы", "ты"),
        "pl" => ("Pan / Pani", "ty"),
        "hi" => ("आप", "तुम"),
        "ja" => ("です/ます", "plain forms"),
        _ => ("the polite form", "the familiar form"),
    };
    let (word, form) =
        if register == Register::Formal { ("formally", formal) } else { ("informally", informal) };
    format!("Address people {word} ({form}) throughout.")
}

fn around(text: &mut String, line: &SceneLine) {
    let _ = write!(text, "{}: {}", line.speaker, line.text);
    if let Some(translation) = &line.draft {
        let _ = write!(text, " => {translation}");
    }
    text.push('\n');
}

fn to_translate(text: &mut String, line: &SceneLine, drafts: Drafts) {
    let word = |gender| if gender == Gender::Female { "a woman" } else { "a man" };
    let mut about = line.speaker.clone();
    if let Some(gender) = line.gender {
        let _ = write!(about, ", {}", word(gender));
    }
    if let Some(gender) = line.addressee {
        let _ = write!(about, ", to {}", word(gender));
    }
    let _ = writeln!(text, "L{} ({about}): {}", line.number, line.text);
    if let Some(draft) = line.draft.as_ref().filter(|_| drafts == Drafts::Shown) {
        let _ = writeln!(text, "   draft: {draft}");
    }
    if let Some(budget) = line.budget {
        let _ = writeln!(text, "   at most {budget} characters");
    }
    if let Some(complaint) = &line.complaint {
        let _ = writeln!(text, "   wrong before: {complaint}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_says_who_speaks_how_and_with_which_words() {
        let line = SceneLine {
            number: 4,
            speaker: "S1".into(),
            gender: Some(Gender::Female),
            addressee: Some(Gender::Male),
            text: "I'm tired of the churn rate.".into(),
            draft: Some("Estoy cansado de la tasa.".into()),
            budget: Some(40),
            ..SceneLine::default()
        };
        let scene = Scene {
            from: "en".parse().unwrap(),
            to: "es".parse().unwrap(),
            summary: "Two colleagues talk.".into(),
            before: vec![SceneLine {
                speaker: "S2".into(),
                text: "Hi.".into(),
                draft: Some("Hola.".into()),
                ..Default::default()
            }],
            lines: vec![line],
            after: Vec::new(),
            register: Some(Register::Informal),
            terms: vec![("churn rate".into(), "tasa de abandono".into())],
            names: vec!["Acme".into()],
        };
        let system = scene.system();
        assert!(
            system.contains("English into Spanish")
                && system.contains("informally (tú)")
                && system.contains("Acme")
        );
        let wanted = "About: Two colleagues talk.\n\nTerms that must be translated so:\n- churn rate = tasa de abandono\n\n\
                      Before (already translated):\nS2: Hi. => Hola.\n\nTranslate:\nL4 (S1, a woman, to a man): I'm tired of the \
                      churn rate.\n   draft: Estoy cansado de la tasa.\n   at most 40 characters\n";
        assert_eq!(scene.user(Drafts::Shown), wanted);
        assert_eq!(scene.form().lines, ["L4"]);
    }
}
