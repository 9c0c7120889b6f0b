//! Whole sentences through the engines: capitals, form of address, agreement, glossary, spelling.

use redub_core::Gender;

use super::Cascade;
use crate::address::{self, Form};
use crate::agreement::Addressed;
use crate::engine::{AlignedText, SentenceEngine, SourceLine};
use crate::error::TranslateError;
use crate::glossary::Placed;
use crate::polish;

/// A sentence and the people in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    pub text: &'a str,
    pub speaker: Option<Gender>,
    pub addressee: Option<Gender>,
}

impl<'a> Said<'a> {
    /// A sentence out of `line`.
    pub fn of(text: &'a str, line: Option<&SourceLine>) -> Self {
        Self { text, speaker: line.and_then(|l| l.gender), addressee: line.and_then(|l| l.addressee) }
    }
}

impl Cascade {
    /// Translates whole sentences and brings them to the target's customs.
    pub(super) fn sentences(&self, said: &[Said<'_>]) -> Result<Vec<String>, TranslateError> {
        if said.is_empty() {
            return Ok(Vec::new());
        }
        let from = self.from.primary();
        let prepared: Vec<(String, polish::Shape)> =
            said.iter().map(|s| polish::prepare(s.text, from)).collect();
        let inputs: Vec<String> = prepared.iter().map(|(text, _)| text.clone()).collect();
        let forms: Vec<Option<Form>> = said.iter().map(|s| self.form(s)).collect();
        let terms: Vec<bool> = said.iter().map(|s| !self.terms.find(s.text).is_empty()).collect();
        let follow: Vec<bool> =
            forms.iter().zip(&terms).map(|(form, term)| form.is_some() || *term).collect();
        let mut first = self.engines.first(&inputs, &follow)?;
        self.rewrite(&mut first, &forms);
        let outputs = self.engines.rest(first.iter().map(|t| t.target.clone()).collect())?;
        let finish = |i: usize, output: &str| self.finish(output, said[i].text, prepared[i].1);
        let finished: Vec<String> = (0..said.len()).map(|i| finish(i, &outputs[i])).collect();
        let mut finished = self.agree(finished, said);
        for i in (0..said.len()).filter(|i| terms[*i]) {
            if let Some(better) = self.with_terms(&inputs[i], &first[i], &said[i], &finished[i])? {
                finished[i] = better;
            }
        }
        Ok(finished)
    }

    /// The form of address the first step's Portuguese needs, where the sentence speaks to somebody.
    fn form(&self, said: &Said<'_>) -> Option<Form> {
        self.address.as_ref()?;
        let form = address::form(&self.to, self.register, said.addressee)?;
        address::speaks_to_somebody(said.text).then_some(form)
    }

    fn rewrite(&self, first: &mut [AlignedText], forms: &[Option<Form>]) {
        let Some(address) = &self.address else { return };
        let chosen: Vec<(usize, Form)> =
            forms.iter().enumerate().filter_map(|(i, form)| Some((i, (*form)?))).collect();
        let sentences: Vec<(AlignedText, Form)> =
            chosen.iter().map(|(i, f)| (first[*i].clone(), *f)).collect();
        for ((i, _), text) in chosen.iter().zip(address.rewrite(&sentences)) {
            if text != first[*i].target {
                // The words moved: what was followed no longer holds.
                first[*i] = AlignedText::unaligned(&first[*i].source, text);
            }
        }
    }

    fn finish(&self, output: &str, source: &str, shape: polish::Shape) -> String {
        let text = polish::finish(output, source, &self.to);
        if shape.stop_added { text.trim_end_matches('.').to_owned() } else { text }
    }

    fn agree(&self, texts: Vec<String>, said: &[Said<'_>]) -> Vec<String> {
        let Some(agreement) = &self.agreement else { return texts };
        let line = |(text, said): (String, &Said<'_>)| Addressed {
            text,
            source: said.text.to_owned(),
            speaker: said.speaker,
            addressee: said.addressee,
        };
        agreement.agree(&texts.into_iter().zip(said).map(line).collect::<Vec<_>>())
    }

    /// The sentence with its glossary terms, when it lacks some and a way to place them is found.
    fn with_terms(
        &self,
        input: &str,
        first: &AlignedText,
        said: &Said<'_>,
        finished: &str,
    ) -> Result<Option<String>, TranslateError> {
        let mut missing = self.terms.violations(said.text, finished).len();
        if missing == 0 {
            return Ok(None);
        }
        let to = self.to.primary();
        let mut better = None;
        // By the words the engine aligned; where it followed none, or something was rewritten, it is asked again.
        let followed = if first.links.is_empty() {
            self.engines.first(&[input.to_owned()], &[true])?.into_iter().next()
        } else {
            Some(first.clone())
        };
        let traced = followed.and_then(|f| Placed::trace(&f, &self.terms.find(&f.source), to));
        let traced = traced.map(|placed| {
            let mut addressed = [placed.sentence.clone()];
            self.rewrite(&mut addressed, &[self.form(said)]);
            (self.engines.rest(addressed.map(|s| s.target).to_vec()), placed)
        });
        let in_source = || {
            let placed = Placed::in_source(input, &self.terms.find(input), to);
            (self.engines.sentences(std::slice::from_ref(&placed.sentence.target)), placed)
        };
        for (outputs, placed) in traced.into_iter().chain(std::iter::once_with(in_source)) {
            let (_, shape) = polish::prepare(said.text, self.from.primary());
            let output = outputs?.into_iter().next().unwrap_or_default();
            let output = self.finish(&output, said.text, shape);
            let Some(text) = placed.finish(&output, to, self.forms.as_ref()) else { continue };
            let text = self.agree(vec![text], std::slice::from_ref(said)).remove(0);
            let left = self.terms.violations(said.text, &text).len();
            if left < missing {
                (missing, better) = (left, Some(text));
            }
            if missing == 0 {
                break;
            }
        }
        Ok(better)
    }
}
