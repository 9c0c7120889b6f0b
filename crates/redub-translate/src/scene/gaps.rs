//! A scene as a text with gaps: for small models, which keep their place when each source line stands before the gap.

use std::fmt::Write;

use redub_core::Gender;

use super::examples::examples;
use super::prompt::address;
use super::{Gap, Scene, SceneLine};
use crate::chat::{Answer, Question};
use crate::options::Drafts;

impl Scene {
    /// The question whose answer is a text with gaps. Everything that is the same for all scenes of a file stands first:
    /// it is read once.
    pub fn with_gaps(&self, drafts: Drafts) -> Question {
        let (from, to) = (self.from.name(), self.to.name());
        let mut system = format!(
            "You translate the lines of a video from {from} into {to} for dubbing. Write what a native speaker of {to} would \
             say aloud, with the same meaning, numbers and names, and nothing else."
        );
        if let Some(register) = self.register {
            let _ = write!(system, " {}", address(self.to.primary(), register));
        }
        let mut user = String::new();
        for (source, target) in examples(self.from.primary(), self.to.primary()) {
            let _ = writeln!(user, "{from}: {source}\n{to}: {target}\n");
        }
        if !self.summary.is_empty() {
            let _ = writeln!(user, "About the video: {}\n", self.summary);
        }
        if !self.names.is_empty() {
            let _ = writeln!(user, "Names that stay as they are: {}.\n", self.names.join(", "));
        }
        for (term, wanted) in &self.terms {
            let _ = writeln!(user, "Translate \"{term}\" as \"{wanted}\".");
        }
        for line in &self.before {
            let _ = writeln!(user, "{from}: {}", line.text);
            if let Some(translation) = &line.draft {
                let _ = writeln!(user, "{to}: {translation}");
            }
            user.push('\n');
        }
        if !self.after.is_empty() {
            let after: Vec<&str> = self.after.iter().map(|l| l.text.as_str()).collect();
            let _ = writeln!(user, "Later in the video: {}\n", after.join(" "));
        }
        for line in self.lines.iter().filter(|l| l.complaint.is_some()) {
            let complaint = line.complaint.as_deref().unwrap_or_default();
            let _ = writeln!(user, "Take care with \"{}\" ({complaint}).\n", line.text);
        }
        user.push_str("Go on in the same way.");
        let gap = |(i, line): (usize, &SceneLine)| {
            let mut lead = String::from(if i == 0 { "" } else { "\n" });
            let _ = writeln!(lead, "{from}{}: {}", people(line), one_line(&line.text));
            if let Some(draft) = line.draft.as_ref().filter(|_| drafts == Drafts::Shown) {
                let _ = writeln!(lead, "Draft: {}", one_line(draft));
            }
            if let Some((language, text)) = line.pivot.as_ref().filter(|_| drafts == Drafts::Pivot) {
                let _ = writeln!(lead, "{language}: {}", one_line(text));
            }
            let _ = match line.budget {
                Some(most) => write!(lead, "{to} (at most {most} characters):"),
                None => write!(lead, "{to}:"),
            };
            Gap { lead, most: most(line) }
        };
        let gaps = self.lines.iter().enumerate().map(gap).collect();
        Question { system, user, answer: Answer::Gaps(gaps) }
    }
}

/// Characters of a line's translation, at most: half as long again as its draft or three times as long as its source,
/// which is more than any pair of languages needs and ends what would not end by itself.
fn most(line: &SceneLine) -> usize {
    match &line.draft {
        Some(draft) => draft.chars().count().max(line.text.chars().count()) * 8 / 5 + 30,
        None => 3 * line.text.chars().count() + 60,
    }
}

/// Who says it to whom, as far as it is known.
fn people(line: &SceneLine) -> String {
    let word = |gender| if gender == Gender::Female { "a woman" } else { "a man" };
    match (line.gender, line.addressee) {
        (Some(speaker), Some(listener)) => format!(" ({} to {})", word(speaker), word(listener)),
        (Some(speaker), None) => format!(" ({})", word(speaker)),
        (None, Some(listener)) => format!(" (to {})", word(listener)),
        (None, None) => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_line_stands_before_its_gap() {
        let line = |number, text: &str| SceneLine { number, text: text.into(), ..SceneLine::default() };
        let scene = Scene {
            from: "en".parse().unwrap(),
            to: "fr".parse().unwrap(),
            summary: "Two friends cook.".into(),
            before: vec![SceneLine { draft: Some("Salut.".into()), ..line(1, "Hi.") }],
            lines: vec![
                SceneLine { gender: Some(Gender::Female), budget: Some(20), ..line(2, "I'm\ntired.") },
                SceneLine { draft: Some("Prends du sel.".into()), ..line(3, "Take some salt.") },
            ],
            after: vec![line(4, "Enough!")],
            register: None,
            terms: vec![("salt".into(), "sel".into())],
            names: vec!["Ana".into()],
        };
        let question = scene.with_gaps(Drafts::Shown);
        for part in [
            "About the video: Two friends cook.",
            "English: Hi.\nFrench: Salut.\n",
            "Later in the video: Enough!",
        ] {
            assert!(question.user.contains(part), "{}", question.user);
        }
        let Answer::Gaps(gaps) = question.answer else { panic!("no gaps") };
        assert_eq!(gaps[0].lead, "English (a woman): I'm tired.\nFrench (at most 20 characters):");
        assert_eq!(gaps[1].lead, "\nEnglish: Take some salt.\nDraft: Prends du sel.\nFrench:");
        assert_eq!((gaps[0].most, gaps[1].most), (90, 54));
    }
}
