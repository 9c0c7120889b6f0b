//! A chain of engines: one step, or several through other languages.

use crate::engine::{AlignedText, SentenceEngine};
use crate::error::TranslateError;

/// Engines that follow each other; the target of one is the source of the next.
pub struct Pivot {
    name: String,
    steps: Vec<Box<dyn SentenceEngine>>,
}

impl Pivot {
    /// Chains `steps` in order.
    pub fn new(steps: Vec<Box<dyn SentenceEngine>>) -> Self {
        let name = steps.iter().map(|s| s.name()).collect::<Vec<_>>().join("+");
        Self { name, steps }
    }

    /// The first step; `follow` says of which sentences the words are to be followed, as far as the engine can.
    pub(crate) fn first(
        &self,
        sentences: &[String],
        follow: &[bool],
    ) -> Result<Vec<AlignedText>, TranslateError> {
        let Some(engine) = self.steps.first() else {
            return Ok(sentences.iter().map(|s| AlignedText::unaligned(s, s.clone())).collect());
        };
        let pick = |followed: bool| -> Vec<String> {
            let chosen = sentences.iter().zip(follow).filter(|(_, f)| **f == followed);
            chosen.map(|(s, _)| s.clone()).collect()
        };
        let (plain, followed) = (pick(false), pick(true));
        let mut aligned = match engine.aligned(&followed)? {
            Some(texts) => texts,
            None => unaligned(&followed, engine.sentences(&followed)?),
        }
        .into_iter();
        let mut others = unaligned(&plain, engine.sentences(&plain)?).into_iter();
        let next = |f: &bool| if *f { aligned.next() } else { others.next() };
        Ok(follow.iter().filter_map(next).collect())
    }

    /// All steps but the first.
    pub(crate) fn rest(&self, sentences: Vec<String>) -> Result<Vec<String>, TranslateError> {
        self.steps.iter().skip(1).try_fold(sentences, |texts, step| step.sentences(&texts))
    }
}

fn unaligned(sources: &[String], targets: Vec<String>) -> Vec<AlignedText> {
    sources.iter().zip(targets).map(|(s, t)| AlignedText::unaligned(s, t)).collect()
}

impl SentenceEngine for Pivot {
    fn name(&self) -> &str {
        &self.name
    }

    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError> {
        self.steps.iter().try_fold(sentences.to_vec(), |texts, step| step.sentences(&texts))
    }
}
