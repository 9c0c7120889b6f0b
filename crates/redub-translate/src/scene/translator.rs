//! A transcript, scene by scene, through a language model, with the NMT's drafts beneath it.

use std::ops::Range;

use redub_core::Language;

use super::{AFTER, BEFORE, Gap, Judge, LINES, Scene, SceneLine, Verdict, cut};
use crate::chat::{Answer, Chat, Question};
use crate::checks::{Issue, check, related};
use crate::engine::{SourceLine, Translate, Translated, Watch};
use crate::error::TranslateError;
use crate::glossary::{Terms, candidates};
use crate::options::{Drafts, Options};
use crate::route::Quality;

/// Names kept the same through the file.
const MOST_NAMES: usize = 40;
/// Lines of a scene, at least, however few there are for a model that answers several questions at once.
const FEWEST: usize = 4;

/// Translates with a language model; a line it gets wrong is asked for again, then taken from the drafts.
pub(crate) struct Scenes {
    chat: Box<dyn Chat>,
    drafts: Option<(Box<dyn Translate>, Quality)>,
    pivot: Option<(Language, Box<dyn Translate>)>,
    shown: Drafts,
    from: Language,
    to: Language,
    options: Options,
    terms: Terms,
}

/// What a model said of a line, and the line's draft.
pub(crate) type Unjudged = (Option<String>, Option<Translated>);

/// What is known before the first scene.
struct About<'a> {
    lines: &'a [SourceLine],
    drafts: Vec<Option<Translated>>,
    pivots: Vec<Option<(String, String)>>,
    summary: String,
    names: Vec<String>,
}

impl Scenes {
    /// `drafts` is the way without a model and how good it is, where there is one; `shown` says whether the model sees
    /// them or they only witness what it says.
    pub fn new(
        chat: Box<dyn Chat>,
        drafts: Option<(Box<dyn Translate>, Quality)>,
        shown: Drafts,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Self {
        let terms = options.glossary.terms(from, to);
        Self {
            chat,
            drafts,
            pivot: None,
            shown,
            from: from.clone(),
            to: to.clone(),
            options: options.clone(),
            terms,
        }
    }

    /// With a way into a third language, for [`Drafts::Pivot`].
    pub fn with_pivot(self, pivot: Option<(Language, Box<dyn Translate>)>) -> Self {
        Self { pivot, ..self }
    }

    /// What the transcript is about; empty for a handful of lines, which show it themselves.
    fn summary(&self, lines: &[SourceLine], watch: &dyn Watch) -> Result<String, TranslateError> {
        if lines.len() <= LINES {
            return Ok(String::new());
        }
        let system = "Say in at most two sentences what this transcript of a video is about, who speaks to whom, and in \
                      what tone. Answer with these sentences only.";
        let said = |l: &SourceLine| format!("{}: {}", l.speaker, l.text);
        let read = self.chat.habits().summarised;
        let user = lines.iter().take(read).map(said).collect::<Vec<_>>().join("\n");
        let question = Question { system: system.to_owned(), user, answer: Answer::Words };
        let answer = self.chat.ask(&[question], watch)?.concat();
        Ok(answer.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect())
    }

    /// One scene, with what is already translated of the lines before it.
    fn scene(&self, about: &About<'_>, range: Range<usize>, done: &[Translated]) -> Scene {
        let lines = about.lines;
        let draft = |i: usize| about.drafts[i].as_ref().map(|d| d.text.clone());
        let line = |i: usize, draft: Option<String>| SceneLine {
            number: i + 1,
            speaker: lines[i].speaker.clone(),
            gender: lines[i].gender,
            addressee: lines[i].addressee,
            text: lines[i].text.clone(),
            draft,
            pivot: about.pivots[i].clone(),
            budget: lines[i].budget,
            complaint: None,
        };
        let before = range.start.saturating_sub(BEFORE)..range.start;
        let after = range.end..(range.end + AFTER).min(lines.len());
        let mut terms: Vec<(String, String)> =
            range.clone().flat_map(|i| self.terms.find(&lines[i].text)).map(|m| (m.term, m.wanted)).collect();
        terms.sort();
        terms.dedup();
        // Of scenes that are asked for together, the one before is not done yet: its drafts stand for it, but not as
        // examples for a model that is to do better.
        let stand_in = |i: usize| draft(i).filter(|_| self.shown == Drafts::Shown);
        let before = before.map(|i| line(i, done.get(i).map(|d| d.text.clone()).or_else(|| stand_in(i))));
        Scene {
            from: self.from.clone(),
            to: self.to.clone(),
            summary: about.summary.clone(),
            before: before.collect(),
            lines: range.map(|i| line(i, draft(i))).collect(),
            after: after.map(|i| line(i, None)).collect(),
            register: self.options.register,
            terms,
            names: about.names.clone(),
        }
    }

    fn ask(&self, scenes: &[&Scene], watch: &dyn Watch) -> Result<Vec<Vec<Option<String>>>, TranslateError> {
        let gaps = self.chat.habits().fills_gaps;
        let questions: Vec<Question> = scenes
            .iter()
            .map(|scene| if gaps { scene.with_gaps(self.shown) } else { scene.with_form(self.shown) })
            .collect();
        let answers = self.chat.ask(&questions, watch)?;
        let read = |(scene, answer): (&&Scene, String)| {
            if gaps { Gap::read(&answer, scene.lines.len()) } else { scene.form().read(&answer) }
        };
        Ok(scenes.iter().zip(answers).map(read).collect())
    }

    /// The lines of scenes: asked for, judged, asked for again where wrong, and taken from the drafts where still wrong.
    fn finish(
        &self,
        scenes: &[Scene],
        about: &About<'_>,
        watch: &dyn Watch,
    ) -> Result<Vec<Translated>, TranslateError> {
        let judge = self.judge();
        let look = |line: &SceneLine, text: Option<String>| match text {
            None => (None, Verdict::Bad(vec![Issue::Language("the line was left out".into())])),
            Some(text) => {
                let verdict = judge.look(&line.text, &text, line.draft.as_deref(), line.budget);
                (Some(text), verdict)
            }
        };
        let answers = self.ask(&scenes.iter().collect::<Vec<_>>(), watch)?;
        let mut looked: Vec<Vec<_>> = scenes
            .iter()
            .zip(answers)
            .map(|(scene, answer)| scene.lines.iter().zip(answer).map(|(l, a)| look(l, a)).collect())
            .collect();
        let mut again: Vec<(usize, Vec<usize>, Scene)> = Vec::new();
        for (s, scene) in scenes.iter().enumerate() {
            let wrong: Vec<usize> =
                (0..scene.lines.len()).filter(|&i| looked[s][i].1 != Verdict::Good).collect();
            if !wrong.is_empty() {
                let lines = wrong.iter().map(|&i| complain(&scene.lines[i], &looked[s][i].1)).collect();
                again.push((s, wrong, Scene { lines, ..scene.clone() }));
            }
        }
        let asked: Vec<&Scene> = again.iter().map(|(.., scene)| scene).collect();
        let answers = if asked.is_empty() { Vec::new() } else { self.ask(&asked, watch)? };
        for ((s, wrong, _), answer) in again.iter().zip(answers) {
            for (&i, text) in wrong.iter().zip(answer) {
                let second = look(&scenes[*s].lines[i], text);
                if rank(&second) < rank(&looked[*s][i]) {
                    looked[*s][i] = second;
                }
            }
        }
        let lines = scenes.iter().flat_map(|scene| &scene.lines).zip(looked.into_iter().flatten());
        Ok(lines
            .map(|(line, (text, verdict))| {
                self.choose(line, text, verdict, about.drafts[line.number - 1].as_ref())
            })
            .collect())
    }

    /// The model's line when it may be spoken, the draft otherwise; without a draft the model's line with its issues.
    fn choose(
        &self,
        line: &SceneLine,
        text: Option<String>,
        verdict: Verdict,
        draft: Option<&Translated>,
    ) -> Translated {
        let made = |text: String, issues| Translated { text, engine: self.chat.name().to_owned(), issues };
        match (text, verdict, draft) {
            (Some(text), Verdict::Good, _) => made(text, Vec::new()),
            (Some(text), Verdict::Long, Some(draft)) => {
                let shorter = draft.issues.is_empty() && draft.text.chars().count() < text.chars().count();
                if shorter { draft.clone() } else { made(text, Vec::new()) }
            }
            (Some(text), Verdict::Long, None) => made(text, Vec::new()),
            (_, _, Some(draft)) => draft.clone(),
            (Some(text), Verdict::Bad(issues), None) => made(text, issues),
            (None, _, None) => {
                let issues = check(&line.text, &line.text, related(self.from.primary(), self.to.primary()));
                let left_out = Issue::Language("the model gave no translation".into());
                made(line.text.clone(), issues.into_iter().chain([left_out]).collect())
            }
        }
    }
}

/// The line with what was wrong about the first answer.
fn complain(line: &SceneLine, verdict: &Verdict) -> SceneLine {
    let complaint = match verdict {
        Verdict::Bad(issues) => issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        _ => "too long".to_owned(),
    };
    SceneLine { complaint: Some(complaint), ..line.clone() }
}

/// Good before long before bad; of two long ones the shorter.
fn rank((text, verdict): &(Option<String>, Verdict)) -> (usize, usize) {
    let length = text.as_ref().map_or(0, |t| t.chars().count());
    match verdict {
        Verdict::Good => (0, 0),
        Verdict::Long => (1, length),
        Verdict::Bad(issues) => (2, issues.len()),
    }
}

impl Scenes {
    /// What is known before the first scene.
    fn about<'a>(&self, lines: &'a [SourceLine], watch: &dyn Watch) -> Result<About<'a>, TranslateError> {
        let drafts: Vec<Option<Translated>> = match &self.drafts {
            Some((engine, _)) => engine.translate(lines, watch)?.into_iter().map(Some).collect(),
            None => vec![None; lines.len()],
        };
        let pivots = match &self.pivot {
            Some((language, engine)) if self.shown == Drafts::Pivot => {
                let pivot = |t: Translated| Some((language.name(), t.text));
                engine.translate(lines, watch)?.into_iter().map(pivot).collect()
            }
            _ => vec![None; lines.len()],
        };
        let texts = lines.iter().map(|l| l.text.as_str());
        let names = candidates(texts).into_iter().filter(|c| c.name).map(|c| c.term);
        let names = names.take(MOST_NAMES).collect();
        Ok(About { lines, drafts, pivots, summary: self.summary(lines, watch)?, names })
    }

    /// The scenes of a transcript, in groups that are asked for together.
    fn groups(&self, lines: &[SourceLine]) -> Vec<Vec<Range<usize>>> {
        let texts: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
        let at_once = self.chat.habits().at_once.max(1);
        // Where several scenes are answered at once, a short transcript is cut smaller, so that several there are.
        let size = if at_once > 1 { lines.len().div_ceil(at_once).clamp(FEWEST, LINES) } else { LINES };
        cut(&texts, size).chunks(at_once).map(<[_]>::to_vec).collect()
    }

    /// Whether there is what the model would be shown.
    pub(crate) fn differs(&self, shown: Drafts) -> bool {
        match shown {
            Drafts::Kept => true,
            Drafts::Shown => self.drafts.is_some(),
            Drafts::Pivot => self.pivot.is_some(),
        }
    }

    /// The same with something else shown to the model.
    pub(crate) fn shown(self, shown: Drafts) -> Self {
        Self { shown, ..self }
    }

    /// What the model says at first, unjudged, and the drafts: for measuring.
    pub(crate) fn unjudged(
        &self,
        lines: &[SourceLine],
        watch: &dyn Watch,
    ) -> Result<Vec<Unjudged>, TranslateError> {
        let about = self.about(lines, watch)?;
        let mut said = Vec::with_capacity(lines.len());
        for ranges in self.groups(lines) {
            let scenes: Vec<Scene> =
                ranges.iter().map(|range| self.scene(&about, range.clone(), &[])).collect();
            said.extend(self.ask(&scenes.iter().collect::<Vec<_>>(), watch)?.into_iter().flatten());
        }
        Ok(said.into_iter().zip(about.drafts).collect())
    }

    /// The judge of this pair's lines.
    pub(crate) fn judge(&self) -> Judge<'_> {
        let good = self.drafts.as_ref().is_some_and(|(_, quality)| *quality < Quality::Draft);
        Judge { from: &self.from, to: &self.to, terms: &self.terms, drafts_are_good: good }
    }
}

impl Translate for Scenes {
    fn name(&self) -> &str {
        self.chat.name()
    }

    fn translate(&self, lines: &[SourceLine], watch: &dyn Watch) -> Result<Vec<Translated>, TranslateError> {
        let about = self.about(lines, watch)?;
        let mut done: Vec<Translated> = Vec::with_capacity(lines.len());
        for ranges in self.groups(lines) {
            let scenes: Vec<Scene> =
                ranges.iter().map(|range| self.scene(&about, range.clone(), &done)).collect();
            done.extend(self.finish(&scenes, &about, watch)?);
            watch.progress(done.len() as f32 / lines.len() as f32);
        }
        Ok(done)
    }

    fn notes(&self) -> Vec<String> {
        // The register is in the prompt, so what the drafts cannot do is no matter.
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::chat::Habits;

    /// Answers from a list and remembers what it was asked.
    struct Script(Mutex<(Vec<&'static str>, Vec<String>)>);

    impl Chat for &'static Script {
        fn name(&self) -> &str {
            "openai:test"
        }
        fn habits(&self) -> Habits {
            Habits { at_once: 1, summarised: 60, fills_gaps: false }
        }
        fn ask(&self, questions: &[Question], _: &dyn Watch) -> Result<Vec<String>, TranslateError> {
            let mut script = self.0.lock().unwrap();
            script.1.extend(questions.iter().map(|q| q.user.clone()));
            Ok(questions.iter().map(|_| script.0.remove(0).to_owned()).collect())
        }
    }

    struct Engine;

    impl Translate for Engine {
        fn name(&self) -> &str {
            "drafts"
        }
        fn translate(&self, lines: &[SourceLine], _: &dyn Watch) -> Result<Vec<Translated>, TranslateError> {
            let draft = |l: &SourceLine| Translated {
                text: if l.index == 0 { "Hola a todos, me llamo Ana." } else { "Tengo 30 coches en casa." }
                    .into(),
                engine: "drafts".into(),
                issues: Vec::new(),
            };
            Ok(lines.iter().map(draft).collect())
        }
    }

    #[test]
    fn wrong_lines_are_asked_again_and_then_replaced() {
        let script = Box::leak(Box::new(Script(Mutex::new((
            vec![
                r#"{"L1": "Hola a todos, soy Ana.", "L2": "Tengo 13 coches en casa."}"#,
                r#"{"L2": "Tengo 13 coches en mi casa."}"#,
            ],
            Vec::new(),
        )))));
        let (en, es) = ("en".parse().unwrap(), "es".parse().unwrap());
        let drafts: (Box<dyn Translate>, Quality) = (Box::new(Engine), Quality::Good);
        let options = Options::default();
        let scenes = Scenes::new(Box::new(&*script), Some(drafts), Drafts::Shown, &en, &es, &options);
        let lines = [
            SourceLine::new("Hello everybody, I'm Ana.", "S1", 0),
            SourceLine::new("I have 30 cars at home.", "S1", 1),
        ];
        let made = scenes.translate(&lines, &()).unwrap();
        assert_eq!(
            (made[0].text.as_str(), made[0].engine.as_str()),
            ("Hola a todos, soy Ana.", "openai:test")
        );
        assert_eq!((made[1].text.as_str(), made[1].engine.as_str()), ("Tengo 30 coches en casa.", "drafts"));
        let asked = &script.0.lock().unwrap().1;
        assert_eq!(asked.len(), 2);
        assert!(asked[1].contains("wrong before: numbers differ: 30 / 13") && !asked[1].contains("L1"));
    }
}
