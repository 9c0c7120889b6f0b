//! Whether translations can be spoken in the time of what they translate.
//!
//! References come without sound, so a line's time is what its source takes at a given pace, and its budget that time by the
//! characters a second of the target's voice, as in a dub.

use redub_core::Language;
use serde::Serialize;

use super::{BenchError, Pair};
use crate::chrf::chrf;
use crate::length::{self, Budget};

/// How long people and voices take.
pub trait Pace {
    /// Seconds that each text takes whoever said it first.
    ///
    /// # Errors
    /// Why it cannot be told, in words.
    fn original(&self, language: &Language, texts: &[String]) -> Result<Vec<f64>, String>;

    /// Seconds that each text takes in `language` at its voice's own pace.
    ///
    /// # Errors
    /// Why it cannot be told, in words.
    fn seconds(&self, language: &Language, texts: &[String]) -> Result<Vec<f64>, String>;

    /// Characters a second of the voice of `language`.
    ///
    /// # Errors
    /// Why it cannot be told, in words.
    fn characters_per_second(&self, language: &Language) -> Result<f64, String>;
}

/// Who gives lines their budgets.
#[derive(Clone, Copy)]
pub struct Paced<'p> {
    /// How long what is said takes.
    pub pace: &'p dyn Pace,
    /// Seconds of pause behind each line that it may use.
    pub pause: f64,
}

/// Figures of lines that have budgets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LengthFigures {
    /// Characters a second of the target's voice.
    pub characters_per_second: f64,
    /// Lines as the engines made them that are within their budget and 10 %.
    pub within_as_made: usize,
    /// The same after shortening.
    pub within: usize,
    /// The same by the seconds that the target's voice takes, instead of by characters.
    pub within_spoken: usize,
    /// Lines that were shortened.
    pub shortened: usize,
    /// Characters of all lines by those of all budgets, after shortening.
    pub ratio: f64,
    /// Corpus chrF before shortening, of two references the better; that after is the set's own.
    pub chrf_as_made: f64,
}

/// The budgets of a set's lines, and the seconds they come from.
pub(super) struct Budgets<'p> {
    pace: &'p dyn Pace,
    to: Language,
    seconds: Vec<f64>,
    rate: f64,
}

impl<'p> Budgets<'p> {
    /// Budgets for `sources`.
    pub fn new(paced: Paced<'p>, pair: &Pair, sources: &[String]) -> Result<Self, BenchError> {
        let Paced { pace, pause } = paced;
        let failed = BenchError::Pace;
        let spoken = pace.original(&pair.from, sources).map_err(failed)?;
        let seconds = spoken.into_iter().map(|s| s + pause).collect();
        let rate = pace.characters_per_second(&pair.to).map_err(failed)?;
        Ok(Self { pace, to: pair.to.clone(), seconds, rate })
    }

    /// Characters that fit into each line.
    pub fn characters(&self) -> impl Iterator<Item = usize> + '_ {
        let rate = self.rate;
        self.seconds
            .iter()
            .map(move |&seconds| Budget { seconds, characters_per_second: rate }.characters().max(1))
    }

    /// Shortens `texts` as a dub does, and tells how many fit before and after.
    pub fn keep(
        &self,
        texts: &mut [String],
        references: &[Vec<String>],
    ) -> Result<LengthFigures, BenchError> {
        let budgets: Vec<usize> = self.characters().collect();
        let fit = |texts: &[String]| {
            texts.iter().zip(&budgets).filter(|(t, b)| t.chars().count() <= length::most(**b)).count()
        };
        let score = |reference: &Vec<String>| {
            chrf(texts.iter().map(String::as_str).zip(reference.iter().map(String::as_str)))
        };
        let chrf_as_made = references.iter().map(score).fold(0.0, f64::max);
        let within_as_made = fit(texts);
        let mut shortened = 0;
        for (text, budget) in texts.iter_mut().zip(&budgets) {
            if let Some(shorter) = length::within(text, &self.to, *budget) {
                *text = shorter;
                shortened += 1;
            }
        }
        let spoken = self.pace.seconds(&self.to, texts).map_err(BenchError::Pace)?;
        let in_time = |(said, own): &(&f64, &f64)| **said <= **own * length::OVER_BUDGET;
        let characters: usize = texts.iter().map(|t| t.chars().count()).sum();
        Ok(LengthFigures {
            characters_per_second: self.rate,
            within_as_made,
            within: fit(texts),
            within_spoken: spoken.iter().zip(&self.seconds).filter(in_time).count(),
            shortened,
            ratio: characters as f64 / budgets.iter().sum::<usize>().max(1) as f64,
            chrf_as_made,
        })
    }
}
