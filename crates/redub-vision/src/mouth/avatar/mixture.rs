//! Which frames of the bank are used for each frame of the output, and with what say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entries::{Avatar, Entry};
use super::features::Feature;
use super::kriging::{apart, weights};
use super::path::{Candidate, cheapest};
use crate::mouth::lips::LipShape;
use crate::tracks::Observation;

/// A bank frame's part in a mixture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Position in [`crate::mouth::bank::MouthBank::frames`].
    pub frame: u32,
    /// Its say.
    pub share: f32,
}

/// What one frame of the output is put together from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mixture {
    /// Frames whose fine detail is used, the strongest first; shares sum to one.
    pub detail: Vec<Part>,
    /// Frames from which the broad shading is interpolated; shares as kriging gives them.
    pub broad: Vec<Part>,
    /// Cost of the frame on the path: how far the bank is from what is wanted.
    pub cost: f32,
}

/// The mouth wanted in one frame of the output.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Track of the face.
    pub track: usize,
    /// What was seen of it in the source frame shown.
    pub observation: &'a Observation,
    /// Lips as they are to be drawn (already between the source's and the target's where it fades).
    pub lips: &'a LipShape,
}

/// Squared kernel distance from which a mouth says nothing about another.
const FAR: f32 = 12.0;

impl Avatar {
    /// Chooses for every frame of the output; none where nothing is wanted. `barred(t, track, frame)` keeps frames of
    /// the bank out of frame `t` (the reconstruction bench hides what lies near in time).
    pub fn choose(
        &self,
        wanted: &[Option<Wanted<'_>>],
        barred: Option<&dyn Fn(usize, usize, usize) -> bool>,
    ) -> Vec<Option<Mixture>> {
        let mut chosen: Vec<Option<Mixture>> = vec![None; wanted.len()];
        let mut from = 0;
        while from < wanted.len() {
            let end = (from..wanted.len()).find(|t| wanted[*t].is_none()).unwrap_or(wanted.len());
            if end > from {
                let run: Vec<Wanted<'_>> = wanted[from..end].iter().flatten().copied().collect();
                let mixtures = self.run(&run, from, barred);
                chosen[from..end].iter_mut().zip(mixtures).for_each(|(slot, m)| *slot = Some(m));
            }
            from = end + 1;
        }
        chosen
    }

    fn run(
        &self,
        wanted: &[Wanted<'_>],
        from: usize,
        barred: Option<&dyn Fn(usize, usize, usize) -> bool>,
    ) -> Vec<Mixture> {
        let hidden = |t: usize, e: &Entry| barred.is_some_and(|b| b(from + t, e.track, e.frame));
        let features: Vec<Feature> =
            wanted.iter().map(|w| self.space.feature(w.lips, &w.observation.pose)).collect();
        let broad: Vec<Vec<Part>> =
            features.iter().enumerate().map(|(t, f)| self.broad(f, &|e| hidden(t, e))).collect();
        let frames: Vec<Vec<Candidate>> = wanted
            .iter()
            .enumerate()
            .map(|(t, w)| self.candidates(w, &features[t], &broad[t], &|e| hidden(t, e)))
            .collect();
        let path = cheapest(&frames, |a, b| self.step(a, b));
        let on_path: Vec<Candidate> = path.iter().zip(&frames).map(|(k, c)| c[*k]).collect();
        let detail: Vec<Vec<Part>> =
            (0..frames.len()).map(|t| self.detail(&on_path, t, &|e| hidden(t, e))).collect();
        detail
            .into_iter()
            .zip(broad)
            .zip(&on_path)
            .map(|((detail, broad), c)| Mixture { detail, broad, cost: c.cost })
            .collect()
    }

    /// The look that the interpolated shading will have; none where hardly anything is known nearby.
    fn expected(&self, broad: &[Part]) -> Option<Vec<f32>> {
        let whole: f32 = broad.iter().map(|p| p.share).sum();
        let mut look = vec![0.0f32; self.entries.first()?.look.len()];
        for part in broad.iter().filter(|_| whole > 0.4) {
            let entry = self.entry_of(part.frame)?;
            look.iter_mut().zip(&entry.look).for_each(|(l, v)| *l += part.share / whole * v);
        }
        (whole > 0.4).then_some(look)
    }

    /// The cheapest entries for a wanted mouth; at least one.
    fn candidates(
        &self,
        wanted: &Wanted<'_>,
        feature: &Feature,
        broad: &[Part],
        barred: &dyn Fn(&Entry) -> bool,
    ) -> Vec<Candidate> {
        let expected = self.expected(broad);
        let here = self.nearest_in_time(wanted.track, wanted.observation.frame);
        let mut all: Vec<Candidate> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, e)| !barred(e))
            .map(|(entry, e)| Candidate { entry, cost: self.cost(feature, here, expected.as_deref(), e) })
            .collect();
        let keep = self.settings.candidates.max(1);
        if all.len() > keep {
            all.select_nth_unstable_by(keep - 1, |a, b| a.cost.total_cmp(&b.cost));
            all.truncate(keep);
        }
        all.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        if all.is_empty() {
            all.push(Candidate { entry: 0, cost: 1e3 });
        }
        all
    }

    fn cost(&self, wanted: &Feature, here: Option<&Entry>, expected: Option<&[f32]>, entry: &Entry) -> f32 {
        let s = &self.settings;
        let mut cost = wanted.shape_apart(&entry.feature)
            + s.aperture * (wanted.aperture - entry.feature.aperture).abs()
            + s.turn * wanted.turn_apart(&entry.feature);
        if let Some(expected) = expected {
            // Teeth shown or hidden, a dark or a filled opening: what the lips' outline does not tell.
            cost += s.look * apart_of(expected, &entry.look);
        }
        if let Some(here) = here {
            let light: f32 = (0..3).map(|c| (here.light[c] - entry.light[c]).powi(2)).sum::<f32>().sqrt();
            cost += s.light * light + s.blur * (here.sharpness - entry.sharpness).max(0.0);
        }
        cost
    }

    /// Cost of entry `b` after entry `a`: nothing in the source's own order.
    fn step(&self, a: usize, b: usize) -> f32 {
        let (x, y) = (&self.entries[a], &self.entries[b]);
        if x.track == y.track && (y.frame == x.frame + 1 || y.frame == x.frame) {
            return if y.frame == x.frame { 0.15 } else { 0.0 };
        }
        let look = apart_of(&x.look, &y.look);
        self.settings.switch + self.settings.jump * (0.5 * x.feature.shape_apart(&y.feature) + 0.25 * look)
    }

    fn nearest_in_time(&self, track: usize, frame: usize) -> Option<&Entry> {
        if let Some(i) = self.by_frame.get(&(track, frame)) {
            return self.entries.get(*i);
        }
        let own = self.entries.iter().filter(|e| e.track == track);
        own.min_by_key(|e| e.frame.abs_diff(frame))
    }

    /// The path's frame with its neighbours in time.
    fn detail(&self, path: &[Candidate], t: usize, barred: &dyn Fn(&Entry) -> bool) -> Vec<Part> {
        let share = self.settings.neighbours;
        let mut parts: BTreeMap<usize, f32> = BTreeMap::new();
        for (near, say) in [(t.wrapping_sub(1), share), (t, 1.0 - 2.0 * share), (t + 1, share)] {
            let on_path = path.get(near).filter(|c| say > 0.0 && !barred(&self.entries[c.entry]));
            *parts.entry(on_path.unwrap_or(&path[t]).entry).or_default() += say;
        }
        let part = |(entry, share): (usize, f32)| Part { frame: self.entries[entry].bank, share };
        let mut parts: Vec<Part> = parts.into_iter().filter(|(_, s)| *s > 0.0).map(part).collect();
        parts.sort_by(|a, b| b.share.total_cmp(&a.share));
        parts
    }

    /// The mouths that the broad shading is interpolated from.
    fn broad(&self, feature: &Feature, barred: &dyn Fn(&Entry) -> bool) -> Vec<Part> {
        let s = &self.settings;
        let mut near: Vec<(f32, usize)> = (0..self.entries.len())
            .filter(|e| !barred(&self.entries[*e]))
            .map(|e| (apart(feature, &self.entries[e].feature, s), e))
            .filter(|(d, _)| *d < FAR)
            .collect();
        if near.len() > s.known {
            near.select_nth_unstable_by(s.known.max(1) - 1, |a, b| a.0.total_cmp(&b.0));
            near.truncate(s.known);
        }
        near.sort_by_key(|n| n.1);
        let known: Vec<&Feature> = near.iter().map(|(_, e)| &self.entries[*e].feature).collect();
        let weights = weights(feature, &known, s);
        let part = |((_, e), share): (&(f32, usize), f32)| Part { frame: self.entries[*e].bank, share };
        near.iter().zip(weights).map(part).filter(|p| p.share.abs() > 1e-3).collect()
    }
}

/// Distance of two looks, hundredths of full scale.
fn apart_of(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(p, q)| (p - q).powi(2)).sum::<f32>().sqrt()
}
