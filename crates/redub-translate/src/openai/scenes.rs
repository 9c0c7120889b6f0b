//! A transcript, scene by scene, through a language model, with the NMT's drafts beneath it.

use redub_core::Language;

use super::transport::{Chat, Client};
use crate::checks::{Issue, check, related};
use crate::engine::{SourceLine, Translate, Translated};
use crate::error::TranslateError;
use crate::glossary::{Terms, candidates};
use crate::options::Options;
use crate::route::Quality;
use crate::scene::{self, AFTER, BEFORE, Judge, Scene, SceneLine, Verdict, parse, schema};

/// Lines of the transcript the summary is made from.
const SUMMARISED: usize = 60;
/// Names kept the same through the file.
const MOST_NAMES: usize = 40;

/// Translates with a language model; a line it gets wrong is asked for again, then taken from the drafts.
pub(crate) struct Scenes {
    name: String,
    chat: Box<dyn Chat>,
    drafts: Option<(Box<dyn Translate>, Quality)>,
    from: Language,
    to: Language,
    options: Options,
    terms: Terms,
}

impl Scenes {
    /// `drafts` is the way without a model and how good it is, where there is one.
    pub fn new(
        endpoint: super::Endpoint,
        drafts: Option<(Box<dyn Translate>, Quality)>,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Self {
        let name = endpoint.name();
        Self::with(name, Box::new(Client::new(endpoint)), drafts, from, to, options)
    }

    fn with(
        name: String,
        chat: Box<dyn Chat>,
        drafts: Option<(Box<dyn Translate>, Quality)>,
        from: &Language,
        to: &Language,
        options: &Options,
    ) -> Self {
        let terms = options.glossary.terms(from, to);
        Self { name, chat, drafts, from: from.clone(), to: to.clone(), options: options.clone(), terms }
    }

    /// What the transcript is about; empty for a handful of lines, which show it themselves.
    fn summary(&self, lines: &[SourceLine]) -> Result<String, TranslateError> {
        if lines.len() <= scene::LINES {
            return Ok(String::new());
        }
        let rules = "Say in at most two sentences what this transcript of a video is about, who speaks to whom, and in \
                     what tone. Answer with these sentences only.";
        let said = |l: &SourceLine| format!("{}: {}", l.speaker, l.text);
        let text = lines.iter().take(SUMMARISED).map(said).collect::<Vec<_>>().join("\n");
        let answer = self.chat.ask(rules, &text, None)?.text;
        Ok(answer.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect())
    }

    /// One scene, with the lines before it already translated.
    fn scene(
        &self,
        lines: &[SourceLine],
        range: std::ops::Range<usize>,
        drafts: &[Option<Translated>],
        done: &[Translated],
        about: &(String, Vec<String>),
    ) -> Scene {
        let line = |i: usize, draft: Option<String>| SceneLine {
            number: i + 1,
            speaker: lines[i].speaker.clone(),
            gender: lines[i].gender,
            addressee: lines[i].addressee,
            text: lines[i].text.clone(),
            draft,
            budget: lines[i].budget,
            complaint: None,
        };
        let before = range.start.saturating_sub(BEFORE)..range.start;
        let after = range.end..(range.end + AFTER).min(lines.len());
        let mut terms: Vec<(String, String)> =
            range.clone().flat_map(|i| self.terms.find(&lines[i].text)).map(|m| (m.term, m.wanted)).collect();
        terms.sort();
        terms.dedup();
        Scene {
            from: self.from.clone(),
            to: self.to.clone(),
            summary: about.0.clone(),
            before: before.map(|i| line(i, Some(done[i].text.clone()))).collect(),
            lines: range.map(|i| line(i, drafts[i].as_ref().map(|d| d.text.clone()))).collect(),
            after: after.map(|i| line(i, None)).collect(),
            register: self.options.register,
            terms,
            names: about.1.clone(),
        }
    }

    fn ask(&self, scene: &Scene) -> Result<Vec<Option<String>>, TranslateError> {
        let ids = scene.ids();
        let reply = self.chat.ask(&scene.system(), &scene.user(), Some(&schema(&ids)))?;
        Ok(parse(&reply.text, &ids))
    }

    /// The lines of a scene: asked for, judged, asked for again where wrong, and taken from the drafts where still wrong.
    fn finish(&self, scene: Scene, drafts: &[Option<Translated>]) -> Result<Vec<Translated>, TranslateError> {
        let good = self.drafts.as_ref().is_some_and(|(_, quality)| *quality < Quality::Draft);
        let judge = Judge { from: &self.from, to: &self.to, terms: &self.terms, drafts_are_good: good };
        let look = |line: &SceneLine, text: Option<String>| match text {
            None => (None, Verdict::Bad(vec![Issue::Language("the line was left out".into())])),
            Some(text) => {
                let verdict = judge.look(&line.text, &text, line.draft.as_deref(), line.budget);
                (Some(text), verdict)
            }
        };
        let answers = self.ask(&scene)?;
        let mut looked: Vec<_> = scene.lines.iter().zip(answers).map(|(l, a)| look(l, a)).collect();
        let wrong: Vec<usize> = (0..looked.len()).filter(|&i| looked[i].1 != Verdict::Good).collect();
        if !wrong.is_empty() {
            let mut again = scene.clone();
            again.lines = wrong.iter().map(|&i| complain(&scene.lines[i], &looked[i].1)).collect();
            for (&i, answer) in wrong.iter().zip(self.ask(&again)?) {
                let second = look(&scene.lines[i], answer);
                if rank(&second) < rank(&looked[i]) {
                    looked[i] = second;
                }
            }
        }
        let lines = scene.lines.iter().zip(looked).zip(drafts);
        Ok(lines
            .map(|((line, (text, verdict)), draft)| self.choose(line, text, verdict, draft.as_ref()))
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
        let made = |text: String, issues| Translated { text, engine: self.name.clone(), issues };
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

impl Translate for Scenes {
    fn name(&self) -> &str {
        &self.name
    }

    fn translate(&self, lines: &[SourceLine]) -> Result<Vec<Translated>, TranslateError> {
        let drafts: Vec<Option<Translated>> = match &self.drafts {
            Some((engine, _)) => engine.translate(lines)?.into_iter().map(Some).collect(),
            None => vec![None; lines.len()],
        };
        let texts: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
        let names = candidates(texts.iter().copied()).into_iter().filter(|c| c.name).map(|c| c.term);
        let about = (self.summary(lines)?, names.take(MOST_NAMES).collect());
        let mut done: Vec<Translated> = Vec::with_capacity(lines.len());
        for range in scene::cut(&texts) {
            let scene = self.scene(lines, range.clone(), &drafts, &done, &about);
            done.extend(self.finish(scene, &drafts[range])?);
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

    use super::super::transport::Reply;
    use super::*;

    /// Answers from a list and remembers what it was asked.
    struct Script(Mutex<(Vec<&'static str>, Vec<String>)>);

    impl Chat for &'static Script {
        fn ask(&self, _: &str, user: &str, _: Option<&serde_json::Value>) -> Result<Reply, TranslateError> {
            let mut script = self.0.lock().unwrap();
            script.1.push(user.to_owned());
            Ok(Reply { text: script.0.remove(0).to_owned() })
        }
    }

    struct Drafts;

    impl Translate for Drafts {
        fn name(&self) -> &str {
            "drafts"
        }
        fn translate(&self, lines: &[SourceLine]) -> Result<Vec<Translated>, TranslateError> {
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
        let drafts: (Box<dyn Translate>, Quality) = (Box::new(Drafts), Quality::Good);
        let options = Options::default();
        let scenes = Scenes::with("openai:test".into(), Box::new(&*script), Some(drafts), &en, &es, &options);
        let lines = [
            SourceLine::new("Hello everybody, I'm Ana.", "S1", 0),
            SourceLine::new("I have 30 cars at home.", "S1", 1),
        ];
        let made = scenes.translate(&lines).unwrap();
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
