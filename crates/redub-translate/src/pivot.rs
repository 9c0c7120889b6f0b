//! A chain of engines: one step, or several through other languages.

use crate::engine::SentenceEngine;
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
}

impl SentenceEngine for Pivot {
    fn name(&self) -> &str {
        &self.name
    }

    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError> {
        let mut texts = sentences.to_vec();
        for step in &self.steps {
            texts = step.sentences(&texts)?;
        }
        Ok(texts)
    }
}
