//! What is learnt of a speaker: for every sound of the stock voice, how the speaker's own sound differs.

use super::align::align;
use super::cepstrum::{Cepstrum, cepstra, coefficient, level, shift, smooth, speech_level, spread};
use super::context::{Point, nearest, points};
use super::envelope::{Analysis, BANDS, Envelopes};
use super::filter::filter;
use super::{Pair, VoiceConverter};
use crate::error::SpeechError;
use redub_core::audio::rms;

/// Examples a sound is made from.
const NEIGHBOURS: usize = 16;
/// Frames this near in time are the same example.
const APART: usize = 20;
/// Share of the examples that is kept: the others disagree most with their like, mostly where the takes are out of step.
const KEPT: f32 = 0.75;
/// Frames that are learnt from at most (25 s), and at least (4 s).
const ENOUGH: usize = 5_000;
const LEAST: usize = 800;
/// Pauses longer than this are shortened to it before the takes are brought into step, frames.
const PAUSE: usize = 24;
/// Coefficients whose spread is restored, and how much of what averaging takes away is given back.
pub(super) const SPREAD: usize = 40;
const RESTORED: f32 = 0.8;
const RESTORE: std::ops::RangeInclusive<f32> = 0.7..=2.0;
/// Most a band is raised or lowered, natural logarithm of amplitude (26 dB).
const MOST: f32 = 3.0;
/// Smoothing over time, frames.
const STEADY: f32 = 1.5;

/// A speaker as examples for one stock voice.
#[derive(Debug, Clone, PartialEq)]
pub struct Examples {
    pub(super) mean: Cepstrum,
    pub(super) deviation: Cepstrum,
    /// Spread of the speaker's own coefficients.
    pub(super) own: [f32; SPREAD],
    /// Sounds of the stock voice, and what makes each the speaker's.
    pub(super) points: Vec<Point>,
    pub(super) gains: Vec<[f32; BANDS]>,
}

/// Sounds of the stock voice with the speaker's own, frame by frame.
struct Frames {
    points: Vec<Point>,
    stock: Envelopes,
    own: Envelopes,
}

impl Examples {
    /// Learns from the same words said by both. `None` when the pairs hold too little speech that can be brought into step.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn learn(pairs: &[Pair]) -> Result<Option<Self>, SpeechError> {
        let analysis = Analysis::new();
        let mut takes: Vec<(Envelopes, Envelopes)> = Vec::new();
        let mut frames = 0;
        for pair in pairs {
            let take = (brisk(&analysis.of(&pair.stock)?), brisk(&analysis.of(&pair.own)?));
            frames += take.0.len();
            takes.push(take);
            if frames > ENOUGH {
                break;
            }
        }
        let (mean, deviation) = spread(&takes.iter().flat_map(|t| cepstra(&t.0)).collect::<Vec<_>>());
        let step = |take: &(Envelopes, Envelopes), heard: Option<&[Cepstrum]>| align(&take.0, &take.1, heard);
        let mut maps: Vec<Option<Vec<usize>>> = takes.iter().map(|t| step(t, None)).collect();
        let mut known = gather(&takes, &maps, &mean, &deviation);
        if known.points.len() < LEAST {
            return Ok(None);
        }
        // Once more, comparing what the speaker is expected to sound like.
        for (map, take) in maps.iter_mut().zip(&takes) {
            let expected: Vec<[f32; BANDS]> = points(&take.0, &mean, &deviation)
                .iter()
                .map(|p| average(&nearest(p, &known.points, NEIGHBOURS, |_| false), &known.own))
                .collect();
            *map = step(take, Some(&cepstra(&expected)));
        }
        known = gather(&takes, &maps, &mean, &deviation);
        if known.points.len() < LEAST {
            return Ok(None);
        }
        Ok(Some(Self::of(known, mean, deviation)))
    }

    fn of(known: Frames, mean: Cepstrum, deviation: Cepstrum) -> Self {
        let mut own = [0.0; SPREAD];
        for (k, o) in own.iter_mut().enumerate() {
            let values: Vec<f32> = known.own.iter().map(|row| coefficient(row, k)).collect();
            *o = deviation_of(&values);
        }
        let strangeness: Vec<f32> = (0..known.points.len()).map(|i| disagreement(&known, i)).collect();
        let mut sorted = strangeness.clone();
        sorted.sort_by(f32::total_cmp);
        let limit = sorted[((sorted.len() - 1) as f32 * KEPT) as usize];
        let kept: Vec<usize> = (0..strangeness.len()).filter(|i| strangeness[*i] <= limit).collect();
        let gain = |i: &usize| {
            let mut row = known.own[*i];
            row.iter_mut().zip(&known.stock[*i]).for_each(|(r, s)| *r -= s);
            row
        };
        Self {
            mean,
            deviation,
            own,
            points: kept.iter().map(|i| known.points[*i]).collect(),
            gains: kept.iter().map(gain).collect(),
        }
    }

    /// Frames learnt from.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether nothing was learnt.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// What makes every frame of `rows` the speaker's.
    fn gains(&self, rows: &Envelopes) -> Vec<[f32; BANDS]> {
        let mut usual = [0.0; BANDS];
        for row in &self.gains {
            usual.iter_mut().zip(row).for_each(|(u, g)| *u += g / self.gains.len() as f32);
        }
        let found: Vec<[f32; BANDS]> = points(rows, &self.mean, &self.deviation)
            .iter()
            .map(|p| average(&nearest(p, &self.points, NEIGHBOURS, |_| false), &self.gains))
            .collect();
        let mut gains = smooth(&found, STEADY);
        let floor = speech_level(rows);
        let speech: Vec<usize> = (0..rows.len()).filter(|t| level(&rows[*t]) > floor + 0.5).collect();
        self.restore(rows, &mut gains, &speech);
        for (gain, row) in gains.iter_mut().zip(rows) {
            // What is hardly heard is no sound of the voice: it gets the usual colour.
            let heard = (level(row) - floor).clamp(0.0, 1.0);
            gain.iter_mut().zip(&usual).for_each(|(g, u)| {
                *g = (g.clamp(-MOST, MOST)) * heard + u * (1.0 - heard);
            });
        }
        gains
    }

    /// Gives back the spread that the mean over examples takes from the cepstra: without it speech is mumbled.
    fn restore(&self, rows: &Envelopes, gains: &mut [[f32; BANDS]], speech: &[usize]) {
        if speech.len() < APART {
            return;
        }
        for k in 1..SPREAD {
            let values: Vec<f32> =
                gains.iter().zip(rows).map(|(g, r)| coefficient(g, k) + coefficient(r, k)).collect();
            let heard: Vec<f32> = speech.iter().map(|t| values[*t]).collect();
            let middle = heard.iter().sum::<f32>() / heard.len() as f32;
            let wanted = (self.own[k] / deviation_of(&heard)).powf(RESTORED);
            let factor = wanted.clamp(*RESTORE.start(), *RESTORE.end()) - 1.0;
            gains.iter_mut().zip(&values).for_each(|(g, v)| shift(g, k, (v - middle) * factor));
        }
    }
}

impl VoiceConverter for Examples {
    fn convert(&self, sound: &[f32], share: f32) -> Result<Vec<f32>, SpeechError> {
        let rows = Analysis::new().of(sound)?;
        let mut gains = self.gains(&rows);
        gains.iter_mut().flatten().for_each(|g| *g *= share);
        let mut out = filter(sound, &gains)?;
        let factor = rms(sound) / rms(&out).max(1e-9);
        out.iter_mut().for_each(|s| *s *= factor);
        Ok(out)
    }
}

/// Speech frames of all takes that could be brought into step, the speaker's as loud on the whole as the voice's.
fn gather(
    takes: &[(Envelopes, Envelopes)],
    maps: &[Option<Vec<usize>>],
    mean: &Cepstrum,
    deviation: &Cepstrum,
) -> Frames {
    let mut known = Frames { points: Vec::new(), stock: Vec::new(), own: Vec::new() };
    for ((stock, own), map) in takes.iter().zip(maps) {
        let Some(map) = map else { continue };
        let floor = speech_level(stock);
        for (t, point) in points(stock, mean, deviation).into_iter().enumerate() {
            if level(&stock[t]) > floor {
                known.points.push(point);
                known.stock.push(stock[t]);
                known.own.push(own[map[t]]);
            }
        }
    }
    let mean = |rows: &Envelopes| rows.iter().map(level).sum::<f32>() / rows.len().max(1) as f32;
    let louder = mean(&known.own) - mean(&known.stock);
    known.own.iter_mut().flatten().for_each(|v| *v -= louder);
    known
}

/// How far the speaker's sound at frame `i` is from what their other examples of that sound say.
fn disagreement(known: &Frames, i: usize) -> f32 {
    let like = nearest(&known.points[i], &known.points, NEIGHBOURS, |j| j.abs_diff(i) < APART);
    let expected = average(&like, &known.own);
    let (a, b) = (cepstra(&[expected]), cepstra(&[known.own[i]]));
    a[0].iter().zip(&b[0]).map(|(x, y)| (x - y) * (x - y)).sum()
}

/// Mean of the rows found, the nearer ones counting more.
fn average(found: &[(usize, f32)], rows: &[[f32; BANDS]]) -> [f32; BANDS] {
    let nearest = found.first().map_or(1.0, |f| f.1).max(1e-3);
    let weights: Vec<f32> = found.iter().map(|(_, d)| (-0.5 * (d / nearest).powi(2)).exp()).collect();
    let total: f32 = weights.iter().sum::<f32>().max(1e-9);
    let mut out = [0.0; BANDS];
    for ((i, _), weight) in found.iter().zip(&weights) {
        out.iter_mut().zip(&rows[*i]).for_each(|(o, r)| *o += weight / total * r);
    }
    out
}

/// The frames without what is left of pauses after [`PAUSE`] frames.
fn brisk(rows: &Envelopes) -> Envelopes {
    let floor = speech_level(rows);
    let mut silent = 0;
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        silent = if level(row) > floor { 0 } else { silent + 1 };
        if silent <= PAUSE {
            kept.push(*row);
        }
    }
    kept
}

fn deviation_of(values: &[f32]) -> f32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count).sqrt().max(1e-3)
}
