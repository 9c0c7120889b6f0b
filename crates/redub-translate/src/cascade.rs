//! A route at work: lines → sentences → engines → finished sentences → lines, each checked.

use redub_core::Language;

use crate::checks::{Issue, check, related};
use crate::engine::{Mode, SentenceEngine, SourceLine, Translate, Translated};
use crate::error::TranslateError;
use crate::joins::{self, Sentence};
use crate::pivot::Pivot;
use crate::polish;
use crate::sentences::halves;

/// A chain of engines with everything a transcript needs around it.
pub(crate) struct Cascade {
    engines: Pivot,
    from: Language,
    to: Language,
    mode: Mode,
    related: bool,
}

impl Cascade {
    pub(crate) fn new(engines: Pivot, from: Language, to: Language, mode: Mode) -> Self {
        let related = related(from.primary(), to.primary());
        Self { engines, from, to, mode, related }
    }

    /// Translates whole sentences and brings them to the target's customs.
    fn sentences(&self, texts: &[&str]) -> Result<Vec<String>, TranslateError> {
        let from = self.from.primary();
        let prepared: Vec<(String, polish::Shape)> = texts.iter().map(|t| polish::prepare(t, from)).collect();
        let inputs: Vec<String> = prepared.iter().map(|(text, _)| text.clone()).collect();
        let outputs = self.engines.sentences(&inputs)?;
        let finished = outputs.iter().zip(&prepared).zip(texts).map(|((output, (_, shape)), source)| {
            let text = polish::finish(output, source, &self.to);
            if shape.stop_added { text.trim_end_matches('.').to_owned() } else { text }
        });
        Ok(finished.collect())
    }

    /// Puts the pieces of each sentence into the lines they belong to.
    fn fill(&self, lines: &[SourceLine], sentences: &[Sentence]) -> Result<Vec<String>, TranslateError> {
        let texts: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
        let targets = self.sentences(&texts)?;
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
        source: &str,
        issues: &[Issue],
    ) -> Result<Option<(String, Vec<Issue>)>, TranslateError> {
        let Some((head, tail)) = halves(source) else { return Ok(None) };
        let mut text = String::new();
        for (i, part) in self.sentences(&[&head, &tail])?.iter().enumerate() {
            let inner = i > 0 && tail.starts_with(char::is_lowercase);
            push(&mut text, &if inner { lower_first(part) } else { part.clone() });
        }
        let left = check(source, &text, self.related);
        Ok((left.len() < issues.len()).then_some((text, left)))
    }
}

impl Translate for Cascade {
    fn name(&self) -> &str {
        self.engines.name()
    }

    fn translate(&self, lines: &[SourceLine]) -> Result<Vec<Translated>, TranslateError> {
        let precise = self.mode == Mode::Precision;
        let mut filled = self.fill(lines, &joins::sentences(lines, precise))?;
        // A joined sentence may have come back with fewer words than lines: those lines are translated alone.
        let empty: Vec<usize> =
            (0..lines.len()).filter(|&i| filled[i].is_empty() && !lines[i].text.trim().is_empty()).collect();
        let alone: Vec<&str> = empty.iter().map(|&i| lines[i].text.as_str()).collect();
        for (i, text) in empty.iter().zip(self.sentences(&alone)?) {
            filled[*i] = if text.is_empty() { lines[*i].text.trim().to_owned() } else { text };
        }
        let mut translated = Vec::with_capacity(lines.len());
        for (line, text) in lines.iter().zip(filled) {
            let issues = check(&line.text, &text, self.related);
            let better =
                if precise && !issues.is_empty() { self.second_try(&line.text, &issues)? } else { None };
            let (text, issues) = better.unwrap_or((text, issues));
            translated.push(Translated { text, engine: self.engines.name().to_owned(), issues });
        }
        Ok(translated)
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
