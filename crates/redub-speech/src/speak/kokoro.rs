//! Kokoro-82M: a small StyleTTS 2 network with durations and pitch that can be set.
//!
//! Two graphs are used. `durations` is the text half alone (2 % of the cost): it predicts how long each symbol
//! lasts. `ctl` is the whole network with inputs that override the durations and scale the pitch. So a line is
//! measured first, its durations are fitted, and the sound is made once.

mod own;
mod taught;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ort::value::Tensor;
use redub_core::Audio;
use redub_models::{ModelError, ModelStore, OnnxSession, threads};

use super::durations::{self, LEAD_IN, Plan, UNIT};
use super::styles::Styles;
use super::timeline;
use super::vocab::Vocab;
use super::{LanguageSupport, Speak, SpeakRequest, Spoken, clauses};
use crate::error::SpeechError;
use crate::phonemes::{self, Phonemes, Symbol};

pub use own::{Features, installed};
pub use taught::Taught;

/// Sample rate of the speech, in Hz.
pub const RATE: u32 = 24_000;

const MODEL: &str = "kokoro";
const GRAPH: &str = "kokoro-v1.0.int8.ctl.onnx";
const DURATIONS: &str = "kokoro-v1.0.int8.durations.onnx";
/// Rates the network still speaks well at.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;
/// Factors on the pitch the network still speaks well at.
const PITCHES: std::ops::RangeInclusive<f32> = 0.5..=2.0;
/// Fade at both ends of a line, in samples (5 ms).
const FADE: usize = 120;

/// The engine, with its networks loaded.
#[derive(Debug)]
pub struct Kokoro {
    workers: Vec<OnnxSession>,
    durations: Arc<OnnxSession>,
    vocab: Vocab,
    styles: Styles,
    store: Arc<ModelStore>,
    own: own::OwnVoices,
}

/// A line ready to be synthesised.
struct Prepared {
    phonemes: Phonemes,
    plans: Vec<Run>,
    natural_units: i64,
}

/// One run of the network: all its symbols with their tokens, and the planned durations of those kept.
struct Run {
    symbols: Vec<(Symbol, i64)>,
    plan: Plan,
}

impl Kokoro {
    /// Opens the engine: one network of one thread per thread of the budget, so that lines are spoken side by
    /// side.
    ///
    /// # Errors
    /// Missing model files, or ones the runtime refuses.
    pub fn open(store: &Arc<ModelStore>) -> Result<Self, SpeechError> {
        Self::with_workers(store, threads::budget(), 1)
    }

    /// Opens the engine with `workers` networks of `threads` threads each.
    ///
    /// # Errors
    /// As [`Kokoro::open`].
    pub fn with_workers(
        store: &Arc<ModelStore>,
        workers: usize,
        threads: usize,
    ) -> Result<Self, SpeechError> {
        let open = |_| store.own_session(MODEL, GRAPH, threads);
        Ok(Self {
            workers: (0..workers.max(1)).map(open).collect::<Result<_, ModelError>>()?,
            durations: store.session(MODEL, DURATIONS, 1)?,
            vocab: Vocab::read(&store.file(MODEL, "vocab.json")?)?,
            styles: Styles::new(store.clone()),
            store: store.clone(),
            own: own::OwnVoices::default(),
        })
    }

    /// Phonemizes all lines (one child process per language) and plans their durations.
    fn prepare(&self, lines: &[SpeakRequest]) -> Result<Vec<Prepared>, SpeechError> {
        let mut sounds: Vec<Option<Phonemes>> = vec![None; lines.len()];
        for first in 0..lines.len() {
            if sounds[first].is_some() {
                continue;
            }
            let (language, lexicon) = (&lines[first].language, &lines[first].lexicon);
            let alike = |i: &usize| lines[*i].language == *language && lines[*i].lexicon == *lexicon;
            let same: Vec<usize> = (first..lines.len()).filter(alike).collect();
            let texts: Vec<String> = same.iter().map(|i| lines[*i].text.clone()).collect();
            for (i, phonemes) in
                same.into_iter().zip(phonemes::phonemize_with(&texts, language, lexicon.as_deref())?)
            {
                sounds[i] = Some(phonemes);
            }
        }
        sounds.into_iter().zip(lines).map(|(p, line)| self.plan(p.unwrap_or_default(), line)).collect()
    }

    /// Predicts, fits and lengthens the durations of a line.
    fn plan(&self, phonemes: Phonemes, line: &SpeakRequest) -> Result<Prepared, SpeechError> {
        let encoded = self.vocab.encode(&phonemes);
        let silent = encoded.iter().all(|(s, _)| s.word.is_none());
        let parts = if silent { Vec::new() } else { clauses::split(&encoded, clauses::LONGEST) };
        let mut natural_units = 0;
        let mut runs = Vec::with_capacity(parts.len());
        let count = parts.len();
        for (i, part) in parts.into_iter().enumerate() {
            let plan_at = |speed: f32| -> Result<Plan, SpeechError> {
                let predicted = self.predict(part, line, speed)?;
                let mut plan = Plan::new(part.iter().map(|(s, _)| *s).collect(), &predicted, i + 1 == count);
                if line.speaks_on {
                    plan.without_pauses();
                }
                Ok(plan)
            };
            let natural = plan_at(1.0)?;
            natural_units += natural.total();
            let own_rate = line.target_seconds.is_some() || line.rate == 1.0;
            let plan = if own_rate { natural } else { plan_at(line.rate)? };
            runs.push(Run { symbols: part.to_vec(), plan });
        }
        let mut plans: Vec<Plan> = runs.iter().map(|r| r.plan.clone()).collect();
        // Pauses keep their length: what is fitted is the speech between them.
        let pauses = durations::add_pauses(&mut plans.clone(), &line.pauses, RATE);
        if let Some(target) = line.target_seconds {
            durations::fit_to(&mut plans, target - seconds(pauses), RATE);
        }
        durations::add_pauses(&mut plans, &line.pauses, RATE);
        natural_units += pauses;
        runs.iter_mut().zip(plans).for_each(|(run, plan)| run.plan = plan);
        Ok(Prepared { phonemes, plans: runs, natural_units })
    }

    /// The network's own durations of the symbols and of the edges before and after them.
    fn predict(
        &self,
        part: &[(Symbol, i64)],
        line: &SpeakRequest,
        speed: f32,
    ) -> Result<Vec<i64>, SpeechError> {
        let tokens = padded(part);
        let style = self.styles.row(&line.voice, part.len())?;
        let shape = [1, tokens.len()];
        let units = self.durations.with(|session| {
            let outputs = session.run(ort::inputs![
                "tokens" => Tensor::from_array((shape, tokens))?,
                "style" => Tensor::from_array(([1, style.len()], style))?,
                "speed" => Tensor::from_array(([1], vec![speed.clamp(*SPEEDS.start(), *SPEEDS.end())]))?,
            ])?;
            Ok(outputs[0].try_extract_tensor::<i64>()?.1.to_vec())
        })?;
        Ok(units)
    }

    /// Makes the sound of one run, cut to what its plan covers.
    fn synthesize(
        &self,
        session: &OnnxSession,
        run: &Run,
        line: &SpeakRequest,
    ) -> Result<Vec<f32>, SpeechError> {
        let sound = match &line.own {
            Some(own) => self.synthesize_own(run, line, own)?,
            None => self.whole(session, &padded(&run.symbols), &run.plan.all_units(), line)?,
        };
        let start = (run.plan.head - LEAD_IN) as usize * UNIT;
        let len = run.plan.total() as usize * UNIT;
        let mut sound: Vec<f32> = sound.into_iter().skip(start).take(len).collect();
        sound.resize(len, 0.0);
        Ok(sound)
    }

    /// The sound of tokens of the given lengths, edges included.
    fn whole(
        &self,
        session: &OnnxSession,
        tokens: &[i64],
        units: &[i64],
        line: &SpeakRequest,
    ) -> Result<Vec<f32>, SpeechError> {
        let style = self.styles.row(&line.voice, tokens.len().saturating_sub(2))?;
        let shape = [1, tokens.len()];
        let pitch = line.f0_scale.clamp(*PITCHES.start(), *PITCHES.end());
        let sound = session.with(|session| {
            let outputs = session.run(ort::inputs![
                "tokens" => Tensor::from_array((shape, tokens.to_vec()))?,
                "style" => Tensor::from_array(([1, style.len()], style))?,
                "speed" => Tensor::from_array(([1], vec![1.0_f32]))?,
                "dur_in" => Tensor::from_array((shape, units.to_vec()))?,
                "f0_mul" => Tensor::from_array(([1], vec![pitch]))?,
                "f0_add" => Tensor::from_array(([1], vec![0.0_f32]))?,
            ])?;
            Ok(outputs["audio"].try_extract_tensor::<f32>()?.1.to_vec())
        })?;
        Ok(sound)
    }

    /// Makes the sound of all runs, side by side and the longest first, so that no worker is left with a long one
    /// at the end.
    fn synthesize_all(
        &self,
        lines: &[SpeakRequest],
        prepared: &[Prepared],
    ) -> Vec<Vec<Result<Vec<f32>, SpeechError>>> {
        let mut work: Vec<(usize, usize)> =
            prepared.iter().enumerate().flat_map(|(l, p)| (0..p.plans.len()).map(move |r| (l, r))).collect();
        work.sort_by_key(|(l, r)| std::cmp::Reverse(prepared[*l].plans[*r].plan.total()));
        let lost = || Err(SpeechError::Engine { engine: "kokoro", reason: "a line was not spoken".into() });
        let done: Mutex<Vec<Vec<_>>> =
            Mutex::new(prepared.iter().map(|p| p.plans.iter().map(|_| lost()).collect()).collect());
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for session in self.workers.iter().take(work.len()) {
                scope.spawn(|| {
                    while let Some((l, r)) = work.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
                        let sound = self.synthesize(session, &prepared[l].plans[r], &lines[l]);
                        done.lock().unwrap_or_else(PoisonError::into_inner)[l][r] = sound;
                    }
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the sounds of a line's runs together.
fn join(ready: &Prepared, sounds: Vec<Result<Vec<f32>, SpeechError>>) -> Result<Spoken, SpeechError> {
    let mut samples: Vec<f32> = Vec::new();
    let mut phones = Vec::new();
    for (run, sound) in ready.plans.iter().zip(sounds) {
        let sound = sound?;
        let offset = samples.len() as f64 / f64::from(RATE);
        let laid = timeline::lay_out(&run.plan, &sound).into_iter();
        phones.extend(laid.map(|(mut phone, word)| {
            phone.span = phone.span.shifted(offset);
            (phone, word)
        }));
        samples.extend(sound);
    }
    fade(&mut samples);
    let words = timeline::word_spans(&ready.phonemes.words, &phones);
    Ok(Spoken {
        audio: Audio::new(RATE, 1, samples),
        phones: phones.into_iter().map(|(phone, _)| phone).collect(),
        words,
        natural_seconds: seconds(ready.natural_units),
    })
}

impl Speak for Kokoro {
    fn speak(&self, lines: &[SpeakRequest]) -> Result<Vec<Spoken>, SpeechError> {
        let prepared = self.prepare(lines)?;
        let sounds = self.synthesize_all(lines, &prepared);
        prepared.iter().zip(sounds).map(|(ready, sounds)| join(ready, sounds)).collect()
    }

    fn measure(&self, lines: &[SpeakRequest]) -> Result<Vec<f64>, SpeechError> {
        let total = |p: &Prepared| p.plans.iter().map(|run| run.plan.total()).sum();
        Ok(self.prepare(lines)?.iter().map(|p| seconds(total(p))).collect())
    }

    fn languages(&self) -> Vec<LanguageSupport> {
        phonemes::language::supported()
    }
}

/// The tokens between two edge tokens.
fn padded(symbols: &[(Symbol, i64)]) -> Vec<i64> {
    let edge = std::iter::once(0);
    edge.clone().chain(symbols.iter().map(|(_, token)| *token)).chain(edge).collect()
}

fn seconds(units: i64) -> f64 {
    units as f64 * UNIT as f64 / f64::from(RATE)
}

/// Fades both ends, so that a cut in the network's noise floor makes no click.
fn fade(samples: &mut [f32]) {
    let len = FADE.min(samples.len() / 2);
    let gain = |i: usize| i as f32 / len as f32;
    samples.iter_mut().take(len).enumerate().for_each(|(i, s)| *s *= gain(i));
    samples.iter_mut().rev().take(len).enumerate().for_each(|(i, s)| *s *= gain(i));
}

#[cfg(test)]
mod tests;
