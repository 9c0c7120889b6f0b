//! A route at work: lines → sentences → engines → finished sentences → lines, each checked.

mod sentence;

use redub_core::Language;

use crate::address::{Address, Register};
use crate::agreement::Agreement;
use crate::checks::{Issue, check, related};
use crate::engine::{Mode, SentenceEngine, SourceLine, Translate, Translated, Watch};
use crate::error::TranslateError;
use crate::glossary::Terms;
use crate::joins::{self, Sentence};
use crate::morphology::Morphology;
use crate::options::Options;
use crate::pivot::Pivot;
use crate::sentences::halves;
use sentence::Said;

/// A chain of engines with everything a transcript needs around it.
pub(crate) struct Cascade {
    engines: Pivot,
    from: Language,
    to: Language,
    mode: Mode,
    register: Option<Register>,
    related: bool,
    /// Where the first step goes from English to Portuguese.
    address: Option<Address>,
    agreement: Option<Agreement>,
    /// Forms of the target's words, for the articles before glossary terms.
    forms: Option<Morphology>,
    terms: Terms,
}

impl Cascade {
    pub(crate) fn new(engines: Pivot, from: &Language, to: &Language, options: &Options) -> Self {
        let terms = options.glossary.terms(from, to);
        let by_portuguese = engines.name().starts_with("firefox-en-pt");
        Self {
            from: from.clone(),
            to: to.clone(),
            mode: options.mode,
            register: options.register,
            related: related(from.primary(), to.primary()),
            address: if by_portuguese { Address::open(to) } else { None },
            agreement: Agreement::open(to.primary()),
            forms: if terms.is_empty() { None } else { Morphology::open(to.primary()) },
            terms,
            engines,
        }
    }

    /// Puts the pieces of each sentence into the lines they belong to.
    fn fill(&self, lines: &[SourceLine], sentences: &[Sentence]) -> Result<Vec<String>, TranslateError> {
        let said: Vec<Said<'_>> = sentences
            .iter()
            .map(|s| Said::of(&s.text, s.parts.first().and_then(|(line, _)| lines.get(*line))))
            .collect();
        let targets = self.sentences(&said)?;
        let mut filled = vec![String::new(); lines.len()];
        for (sentence, target) in sentences.iter().zip(&targets) {
            let shares: Vec<usize> = sentence.parts.iter().map(|(_, words)| *words).collect();
            let pieces = joins::distribute(target, &shares).unwrap_or_else(|| vec![target.clone()]);
            for ((line, _), piece) in sentence.parts.iter().zip(pieces) {
                push(&mut filled[*line], &piece);
            }
        }
        Ok(filled)
    }

    /// Translates a line anew in two halves; kept when it has fewer issues.
    fn second_try(
        &self,
        line: &SourceLine,
        issues: &[Issue],
    ) -> Result<Option<(String, Vec<Issue>)>, TranslateError> {
        let Some((head, tail)) = halves(&line.text) else { return Ok(None) };
        let mut text = String::new();
        let parts = [Said::of(&head, Some(line)), Said::of(&tail, Some(line))];
        for (i, part) in self.sentences(&parts)?.iter().enumerate() {
            let inner = i > 0 && tail.starts_with(char::is_lowercase);
            push(&mut text, &if inner { lower_first(part) } else { part.clone() });
        }
        let left = self.issues(&line.text, &text);
        Ok((left.len() < issues.len()).then_some((text, left)))
    }

    fn issues(&self, source: &str, target: &str) -> Vec<Issue> {
        let mut issues = check(source, target, self.related);
        let missing = self.terms.violations(source, target);
        issues.extend(missing.into_iter().map(|v| Issue::Glossary(format!("{} → {}", v.term, v.wanted))));
        issues
    }
}

impl Translate for Cascade {
    fn name(&self) -> &str {
        self.engines.name()
    }

    fn translate(&self, lines: &[SourceLine], watch: &dyn Watch) -> Result<Vec<Translated>, TranslateError> {
        let mut filled = self.fill(lines, &joins::sentences(lines, true))?;
        // A joined sentence may have come back with fewer words than lines: those lines are translated alone.
        let empty: Vec<usize> =
            (0..lines.len()).filter(|&i| filled[i].is_empty() && !lines[i].text.trim().is_empty()).collect();
        let alone: Vec<Said<'_>> = empty.iter().map(|&i| Said::of(&lines[i].text, Some(&lines[i]))).collect();
        for (i, text) in empty.iter().zip(self.sentences(&alone)?) {
            filled[*i] = if text.is_empty() { lines[*i].text.trim().to_owned() } else { text };
        }
        let mut translated = Vec::with_capacity(lines.len());
        for (line, text) in lines.iter().zip(filled) {
            if watch.stopped() {
                return Err(TranslateError::Stopped);
            }
            let issues = self.issues(&line.text, &text);
            let again = self.mode == Mode::Precision && !issues.is_empty();
            let better = if again { self.second_try(line, &issues)? } else { None };
            let (text, issues) = better.unwrap_or((text, issues));
            translated.push(Translated { text, engine: self.engines.name().to_owned(), issues });
        }
        Ok(translated)
    }

    fn notes(&self) -> Vec<String> {
        let Some(register) = self.register else { return Vec::new() };
        let (from, to) = (self.from.name(), self.to.name());
        let word = if register == Register::Formal { "formal" } else { "informal" };
        if self.address.is_some() {
            return Vec::new();
        }
        vec![format!(
            "the register ({word}) cannot be chosen from {from} to {to}: it is as the engine has it"
        )]
    }
}

fn push(line: &mut String, piece: &str) {
    if !line.is_empty() && !piece.is_empty() {
        line.push(' ');
    }
    line.push_str(piece);
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
