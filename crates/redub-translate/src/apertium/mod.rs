//! Apertium: rule-based translation between related languages, in a process of its own (GPL, installed by the system).

mod marks;
mod process;
mod pt_es;
mod words;

pub(crate) use process::{filter, processor_installed};

use crate::engine::SentenceEngine;
use crate::error::TranslateError;

/// Sentences per process: many enough that start-up does not count, few enough to keep pipes short.
const BATCH: usize = 400;

/// One direction of an installed pair.
pub struct Apertium {
    name: String,
    mode: &'static str,
}

impl Apertium {
    /// Checks that `mode` (such as `pt-es`) is installed; `package` is where it comes from.
    ///
    /// # Errors
    /// [`TranslateError::PairMissing`], which names the package.
    pub fn open(mode: &'static str, package: &'static str) -> Result<Self, TranslateError> {
        if !process::installed(mode) {
            return Err(TranslateError::PairMissing { mode: mode.to_owned(), package });
        }
        Ok(Self { name: format!("apertium-{mode}"), mode })
    }

    /// Whether `mode` is installed.
    pub fn installed(mode: &str) -> bool {
        process::installed(mode)
    }

    /// One process for all texts; when it does not give back as many texts as it got, one process per text.
    fn run(&self, texts: &[String]) -> Result<Vec<String>, TranslateError> {
        let engine = |reason| TranslateError::Engine { engine: self.name.clone(), reason };
        let input = texts.join(process::SEPARATOR);
        let output = process::translate(self.mode, &input).map_err(engine)?;
        let outputs: Vec<String> = output.trim_end().split(process::SEPARATOR).map(str::to_owned).collect();
        match (outputs.len() == texts.len(), texts) {
            (true, _) => Ok(outputs),
            (false, [_]) => Ok(vec![outputs.join(" ")]),
            (false, _) => {
                let mut all = Vec::with_capacity(texts.len());
                for text in texts {
                    all.extend(self.run(std::slice::from_ref(text))?);
                }
                Ok(all)
            }
        }
    }
}

impl SentenceEngine for Apertium {
    fn name(&self) -> &str {
        &self.name
    }

    fn sentences(&self, sentences: &[String]) -> Result<Vec<String>, TranslateError> {
        let mut targets = Vec::with_capacity(sentences.len());
        for batch in sentences.chunks(BATCH) {
            let spanish = self.mode == "pt-es";
            let ready = |s: &String| marks::protect(&if spanish { pt_es::before(s) } else { s.clone() });
            let outputs = self.run(&batch.iter().map(ready).collect::<Vec<_>>())?;
            let resolved = outputs.iter().map(|text| marks::resolve(text, self.mode));
            let mend = |(text, source): (String, &String)| {
                if spanish { pt_es::after(&pt_es::article(&text, source)) } else { text }
            };
            targets.extend(resolved.zip(batch).map(mend));
        }
        Ok(targets)
    }
}
