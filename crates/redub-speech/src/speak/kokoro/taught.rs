//! A speaker's own speech as the decoder would have to be given it to say it: what fitting learns from.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use redub_models::OnnxSession;

use super::own::Features;
use super::{Kokoro, padded};
use crate::error::SpeechError;
use crate::speak::{SpeakRequest, clauses, durations::UNIT};
use crate::voices::fitted::measure::{Scale, level, loudness, pitch};
use crate::voices::in_step::in_step;

/// Frames a piece has at least.
const LEAST: usize = 8;

/// Something the speaker says, with what the decoder is given for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Taught {
    /// Text features of the speaker's own timing; pitch and loudness are theirs.
    pub features: Features,
    /// What they sound like, 24 kHz, 600 samples a frame, as loud as the voice is.
    pub sound: Vec<f32>,
}

/// What came of a piece.
type Answer = Result<Option<Followed>, SpeechError>;

/// A piece in step with the stock voice, its loudness not yet on the decoder's scale.
struct Followed {
    taught: Taught,
    /// What the stock voice says: how loud it is, and the decoder's loudness of the same.
    said: (Vec<f32>, Vec<f32>),
    /// Loudness the decoder would give the piece.
    stock: Vec<f32>,
}

impl Kokoro {
    /// What the decoder would be given for pieces of a speaker's own speech: each a line with its sound (24 kHz mono). Pieces that cannot be
    /// brought into step with the voice are left out, and so are those too long for one run.
    ///
    /// # Errors
    /// A language that is not spoken, or a network that fails.
    pub fn taught(&self, pieces: &[(SpeakRequest, Vec<f32>)]) -> Result<Vec<Taught>, SpeechError> {
        let next = AtomicUsize::new(0);
        let found: Mutex<Vec<(usize, Answer)>> = Mutex::default();
        std::thread::scope(|scope| {
            for session in &self.workers {
                scope.spawn(|| {
                    while let Some((i, (line, own))) = {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        pieces.get(i).map(|piece| (i, piece))
                    } {
                        let followed = self.follow(session, line, own);
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((i, followed));
                    }
                });
            }
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by_key(|(i, _)| *i);
        let followed: Vec<Followed> =
            found.into_iter().filter_map(|(_, f)| f.transpose()).collect::<Result<_, _>>()?;
        let all =
            |part: fn(&Followed) -> &Vec<f32>| followed.iter().flat_map(part).copied().collect::<Vec<f32>>();
        let scale = Scale::between(&all(|f| &f.said.0), &all(|f| &f.said.1));
        Ok(followed.into_iter().map(|f| f.on(scale)).collect())
    }

    /// The voice says the line as long as the speaker does, and both are brought into step.
    fn follow(
        &self,
        session: &OnnxSession,
        line: &SpeakRequest,
        own: &[f32],
    ) -> Result<Option<Followed>, SpeechError> {
        let frames = own.len() / UNIT;
        let own = &own[..frames * UNIT];
        let phonemes = crate::phonemes::phonemize_with(
            std::slice::from_ref(&line.text),
            &line.language,
            line.lexicon.as_deref(),
        )?;
        let Some(phonemes) = phonemes.into_iter().next() else { return Ok(None) };
        let encoded = self.vocab.encode(&phonemes);
        let tokens = padded(&encoded);
        let silent = encoded.iter().all(|(s, _)| s.word.is_none());
        if silent || encoded.len() > clauses::LONGEST || frames < tokens.len().max(LEAST) {
            return Ok(None);
        }
        let natural: Vec<i64> = self.predict(&encoded, line, 1.0)?.into_iter().map(|d| d.max(1)).collect();
        let Some(units) = stretched(&natural, frames) else { return Ok(None) };
        let said = self.whole(session, &tokens, &units, line)?;
        let Some(step) = in_step(&said, own)? else { return Ok(None) };
        let style = self.styles.row(&line.voice, encoded.len())?;
        let before = self.features(&tokens, &units, &style, 1.0)?;
        let Some(units) = moved(&units, frames, &step) else { return Ok(None) };
        let stock = self.features(&tokens, &units, &style, 1.0)?;
        if stock.frames() != frames {
            return Ok(None);
        }
        let features =
            Features { text: stock.text, pitch: pitch(own, 2 * frames), loudness: loudness(own, 2 * frames) };
        Ok(Some(Followed {
            taught: Taught { features, sound: own.to_vec() },
            said: (loudness(&said, 2 * frames), before.loudness),
            stock: stock.loudness,
        }))
    }
}

impl Followed {
    /// Loudness on the decoder's scale, as loud as the voice would say it; and the sound made as loud.
    fn on(self, scale: Scale) -> Taught {
        let mut taught = self.taught;
        taught.features.loudness.iter_mut().for_each(|l| *l = scale.of(*l));
        let louder = level(&self.stock) - level(&taught.features.loudness);
        taught.features.loudness.iter_mut().for_each(|l| *l += louder);
        // Loudness is a power's logarithm, a gain that of an amplitude.
        let gain = (louder / scale.slope / 2.0).exp();
        taught.sound.iter_mut().for_each(|s| *s *= gain);
        taught
    }
}

/// Lengths in the same proportions that sum up to `frames`.
fn stretched(units: &[i64], frames: usize) -> Option<Vec<i64>> {
    let total: i64 = units.iter().sum();
    let mut edges = vec![0];
    let mut sum = 0;
    for unit in units {
        sum += unit;
        edges.push((sum as f64 * frames as f64 / total as f64).round() as i64);
    }
    apart(edges, frames)
}

/// Lengths whose edges lie where `step` says: for every 5 ms of one take, the place in the other in 5 ms.
fn moved(units: &[i64], frames: usize, step: &[usize]) -> Option<Vec<i64>> {
    const STEPS: f64 = 5.0;
    let mut edges = vec![0];
    let mut sum = 0;
    for unit in units {
        sum += unit;
        let at = ((sum as f64 * STEPS) as usize).min(step.len().checked_sub(1)?);
        edges.push((step[at] as f64 / STEPS).round() as i64);
    }
    apart(edges, frames)
}

/// Lengths between edges, each at least one; `None` where there is not room enough.
fn apart(mut edges: Vec<i64>, frames: usize) -> Option<Vec<i64>> {
    let last = edges.len().checked_sub(1)?;
    edges[last] = frames as i64;
    for i in 1..=last {
        edges[i] = edges[i].max(edges[i - 1] + 1);
    }
    edges[last] = frames as i64;
    for i in (1..last).rev() {
        edges[i] = edges[i].min(edges[i + 1] - 1);
    }
    let units: Vec<i64> = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
    units.iter().all(|u| *u >= 1).then_some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_fill_the_time_and_are_never_empty() {
        assert_eq!(stretched(&[1, 2, 1], 8), Some(vec![2, 4, 2]));
        assert_eq!(moved(&[1, 1, 1], 3, &(0..15).collect::<Vec<_>>()), Some(vec![1, 1, 1]));
        assert_eq!(apart(vec![0, 0, 0, 4], 4), Some(vec![1, 1, 2]));
        assert_eq!(apart(vec![0, 4, 4, 4], 4), Some(vec![2, 1, 1]));
        assert_eq!(apart(vec![0, 1, 2, 3], 2), None);
    }
}
