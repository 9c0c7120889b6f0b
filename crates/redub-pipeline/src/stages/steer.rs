//! Steering the drawn lips by what a tracker sees of them.
//!
//! A mouth put together from others does not open exactly as far as planned: the shading of its inside, teeth and beards move
//! the line that the eye (and the tracker) takes for the lips. So every second frame is drawn first as a trial, its mouth
//! tracked, and what is missing is added to the plan, smoothed over time. Figures in docs/adr/034.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use redub_media::{Rect, YuvFrame};
use redub_models::{ModelStore, threads};
use redub_vision::landmarks::{MeshNet, Roi};
use redub_vision::tracks::{Faces, Observation};
use serde::{Deserialize, Serialize};

use super::draw::Artist;
use super::faces;
use crate::error::PipelineError;

/// What was added to each opening, in the folder of the render, as written by postcard.
const STEERING: &str = "steering.bin";

/// Frames between two trials.
const EVERY: usize = 2;
/// Eyes nearer to each other than this are tried in every frame, pixels.
const SMALL: f32 = 64.0;
/// Share of what is missing that is added: the tracker trembles.
const GAIN: f32 = 0.85;
/// Most that a first trial adds or takes, inter-ocular distances; a second goes on by half of that at most.
const MOST: f32 = 0.04;
/// What is missing, from which on a second trial is made, inter-ocular distances.
const FAR: f32 = 0.012;
/// A mesh is believed from here on.
const LEAST_CONFIDENCE: f32 = 0.5;
/// Trials count only where the target shows nearly alone.
const DRIVEN: f32 = 0.95;

/// A frame of the output, the source frame it shows, and its pixels.
pub(crate) type Shown = (usize, usize, YuvFrame);

/// What was added to the openings planned, inter-ocular distances, by face and frame of the output.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Steering(BTreeMap<(usize, usize), f32>);

impl Steering {
    /// Notes what [`Steer::corrections`] said of some frames.
    pub fn note(&mut self, artists: &[Artist], frames: &[Shown], more: &[Vec<f32>]) {
        for (artist, row) in artists.iter().zip(more) {
            let changed = frames.iter().zip(row).filter(|(_, more)| **more != 0.0);
            self.0.extend(changed.map(|((out, ..), more)| ((artist.track(), *out), *more)));
        }
    }

    /// What was added in a frame.
    pub fn of(&self, track: usize, out: usize) -> Option<f32> {
        self.0.get(&(track, out)).copied()
    }

    /// Files it with the render; nothing where nothing was steered.
    pub fn write(&self, folder: &Path) -> Result<(), PipelineError> {
        if self.0.is_empty() { Ok(()) } else { faces::write(&folder.join(STEERING), self) }
    }

    /// Reads what was filed; empty where nothing was.
    pub fn read(folder: &Path) -> Result<Self, PipelineError> {
        let path = folder.join(STEERING);
        match std::fs::read(&path) {
            Ok(bytes) => postcard::from_bytes(&bytes)
                .map_err(|e| PipelineError::Artifact(format!("{}: {e}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(PipelineError::store(&path, error)),
        }
    }
}

/// Networks that look, one for each thread.
pub(crate) struct Steer(Vec<MeshNet>);

impl Steer {
    /// Opens the networks.
    pub fn load(models: &ModelStore) -> Result<Self, PipelineError> {
        let nets = (0..threads::budget()).map(|_| MeshNet::load(models, 1)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(nets))
    }

    /// For every artist and frame what is to be added to the opening, inter-ocular distances.
    pub fn corrections(
        &self,
        artists: &[Artist],
        faces: &Faces,
        frames: &[Shown],
    ) -> Result<Vec<Vec<f32>>, PipelineError> {
        let trials: Vec<(usize, usize)> = (0..artists.len())
            .filter(|a| artists[*a].is_steered())
            .flat_map(|a| (0..frames.len()).map(move |f| (a, f)))
            .filter(|(a, f)| f % EVERY == 0 || is_small(&artists[*a], faces, &frames[*f]))
            .collect();
        let seen = trials
            .par_iter()
            .enumerate()
            .map(|(n, (artist, frame))| {
                missing(&artists[*artist], faces, &frames[*frame], &self.0[n % self.0.len()])
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut all = vec![vec![0.0; frames.len()]; artists.len()];
        for (artist, row) in all.iter_mut().enumerate() {
            let of = trials.iter().zip(&seen).filter(|((a, _), _)| *a == artist);
            let known: Vec<(usize, f32)> = of.filter_map(|((_, f), m)| Some((*f, (*m)?))).collect();
            spread(&known, row);
        }
        Ok(all)
    }
}

/// Whether the face is so small that what is missing changes from frame to frame.
fn is_small(artist: &Artist, faces: &Faces, (out, source, _): &Shown) -> bool {
    let wanted = artist.wanted(faces, *out, *source);
    wanted.is_some_and(|(_, observation)| observation.mesh.inter_ocular() < SMALL)
}

/// What is missing to the planned opening in one frame; none where that cannot be told.
fn missing(
    artist: &Artist,
    faces: &Faces,
    (out, source, frame): &Shown,
    net: &MeshNet,
) -> Result<Option<f32>, PipelineError> {
    let Some((target, observation)) = artist.wanted(faces, *out, *source) else { return Ok(None) };
    if target.weight < DRIVEN {
        return Ok(None);
    }
    let missing_with = |more: f32| -> Result<Option<f32>, PipelineError> {
        let mut trial = frame.clone();
        if artist.draw(faces, *out, *source, &mut trial, more).is_none() {
            return Ok(None);
        }
        Ok(look(net, &trial, observation)?.map(|opening| target.aperture - opening))
    };
    let Some(first) = missing_with(0.0)? else { return Ok(None) };
    let more = (GAIN * first).clamp(-MOST, MOST);
    if first.abs() < FAR {
        return Ok(Some(more));
    }
    // Where much is missing the mouth opens more, or less, than it is told to: what a second trial shows tells how much.
    Ok(Some(missing_with(more)?.map_or(more, |second| between(more, first, second))))
}

/// The change of the opening at which nothing is missing, as two trials tell it: `first` is missing without a change, `second` with
/// the change `more`.
fn between(more: f32, first: f32, second: f32) -> f32 {
    if first * second <= 0.0 {
        return more * first / (first - second);
    }
    let goes_on = (more * second / (first - second)).abs().min(0.5 * MOST).copysign(more);
    if second.abs() < first.abs() { more + goes_on } else { more }
}

/// Opening of a face's mouth in a frame, inter-ocular distances. Only the part that the network sees is converted.
fn look(net: &MeshNet, frame: &YuvFrame, seen: &Observation) -> Result<Option<f32>, PipelineError> {
    let Some(roi) = Roi::from_mesh(&seen.mesh) else { return Ok(None) };
    let reach = 0.5 * roi.side * (roi.angle.sin().abs() + roi.angle.cos().abs()) + 2.0;
    let low = |c: f32, most: usize| ((c - reach).max(0.0) as usize).min(most) & !1;
    let high = |c: f32, most: usize| ((c + reach).max(0.0).ceil() as usize).min(most);
    let (x, y) = (low(roi.centre[0], frame.width), low(roi.centre[1], frame.height));
    let (right, bottom) = (high(roi.centre[0], frame.width), high(roi.centre[1], frame.height));
    if right <= x || bottom <= y {
        return Ok(None);
    }
    let part = frame.region_rgb(Rect { x, y, width: right - x, height: bottom - y });
    let there = Roi { centre: [roi.centre[0] - x as f32, roi.centre[1] - y as f32], ..roi };
    let (mesh, confidence) = net.run(&part, &there)?;
    Ok((confidence >= LEAST_CONFIDENCE).then(|| mesh.aperture()))
}

/// Fills `row` between the known frames linearly, near to a known one only, smoothed over neighbouring trials; a known frame takes its
/// own.
fn spread(known: &[(usize, f32)], row: &mut [f32]) {
    let near = |a: usize, b: usize| a.abs_diff(b) <= EVERY;
    let smooth: Vec<(usize, f32)> = known
        .iter()
        .enumerate()
        .map(|(i, (frame, value))| {
            let beside = |j: Option<usize>| j.and_then(|j| known.get(j)).filter(|k| near(k.0, *frame));
            let sides = [beside(i.checked_sub(1)), beside(Some(i + 1))];
            let sum: f32 = sides.iter().map(|s| s.map_or(*value, |k| k.1)).sum();
            (*frame, 0.8 * value + 0.1 * sum)
        })
        .collect();
    for (frame, slot) in row.iter_mut().enumerate() {
        let reach = if smooth.iter().any(|(f, _)| *f == frame) { 1 } else { EVERY };
        let around: Vec<&(usize, f32)> = smooth.iter().filter(|(f, _)| f.abs_diff(frame) < reach).collect();
        if !around.is_empty() {
            *slot = around.iter().map(|(_, v)| v).sum::<f32>() / around.len() as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{between, spread};

    #[test]
    fn frames_between_trials_take_the_mean_of_both_and_far_ones_nothing() {
        let mut row = [0.0; 9];
        spread(&[(0, 0.02), (2, 0.02), (6, -0.01)], &mut row);
        for (have, want) in row.iter().zip([0.02, 0.02, 0.02, 0.02, 0.0, -0.01, -0.01, -0.01, 0.0]) {
            assert!((have - want).abs() < 1e-6, "{row:?}");
        }
        let mut every = [0.0; 3];
        spread(&[(0, 0.0), (1, 0.02), (2, 0.0)], &mut every);
        assert!((every[1] - 0.016).abs() < 1e-6 && (every[0] - 0.002).abs() < 1e-6, "{every:?}");
    }

    #[test]
    fn a_second_trial_tells_how_far_the_opening_follows() {
        // Opens twice as far as told, half as far, and not at all.
        assert!((between(0.02, 0.02, -0.02) - 0.01).abs() < 1e-6);
        assert!((between(0.02, 0.02, 0.01) - 0.04).abs() < 1e-6);
        assert!((between(-0.04, -0.1, -0.09) + 0.06).abs() < 1e-6);
        assert_eq!(between(0.02, 0.02, 0.03), 0.02);
    }
}
