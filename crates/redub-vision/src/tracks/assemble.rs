//! From what was followed to the tracks that are handed out.

use super::live::{LiveTrack, same_face};
use super::settings::TrackerSettings;
use super::smooth::smooth;
use super::types::{FaceTrack, Observation};
use crate::shots::Shot;

/// Least share of the detector's looks that must have seen a face too.
const MIN_CONFIRMED: f32 = 0.34;
/// Least mean confidence of a track.
const MIN_MEAN_CONFIDENCE: f32 = 0.7;

/// Sorts, joins, cuts and smooths tracks.
pub(crate) fn assemble(done: Vec<LiveTrack>, shots: &[Shot], settings: &TrackerSettings) -> Vec<FaceTrack> {
    let settled = done.into_iter().filter(is_face).map(|mut track| {
        track.settle_hands();
        track.observations
    });
    let mut runs: Vec<Vec<Observation>> = settled.collect();
    runs.sort_by_key(|r| r.first().map_or(0, |o| o.frame));
    let mut pieces: Vec<(usize, Vec<Observation>)> = Vec::new();
    for run in runs {
        for (shot, piece) in cut(run, shots) {
            match pieces.iter_mut().find(|(s, p)| *s == shot && continues(p, &piece)) {
                Some((_, earlier)) => earlier.extend(piece),
                None => pieces.push((shot, piece)),
            }
        }
    }
    pieces.retain(|(_, p)| p.len() >= settings.min_frames.max(1));
    pieces.sort_by_key(|(_, p)| p.first().map_or(0, |o| o.frame));
    let tracks = pieces.into_iter().enumerate();
    tracks
        .map(|(id, (shot, mut observations))| {
            smooth(&mut observations, settings.frame_rate);
            FaceTrack { id, shot, observations }
        })
        .collect()
}

/// A track the detector mostly agreed with and the network was mostly sure of.
fn is_face(track: &LiveTrack) -> bool {
    let confirmed = track.confirmed as f32 / track.checks.max(1) as f32;
    confirmed >= MIN_CONFIRMED && track.confidence() >= MIN_MEAN_CONFIDENCE
}

/// Parts of a run by the shot they lie in.
fn cut(run: Vec<Observation>, shots: &[Shot]) -> Vec<(usize, Vec<Observation>)> {
    let mut parts: Vec<(usize, Vec<Observation>)> = Vec::new();
    for observation in run {
        let shot = shots.partition_point(|s| s.end <= observation.frame);
        match parts.last_mut() {
            Some((last, part)) if *last == shot => part.push(observation),
            _ => parts.push((shot, vec![observation])),
        }
    }
    parts
}

/// Whether `later` begins in the very next frame at the same place.
fn continues(earlier: &[Observation], later: &[Observation]) -> bool {
    match (earlier.last(), later.first()) {
        (Some(a), Some(b)) => a.frame + 1 == b.frame && same_face(&a.mesh.bounds(), &b.mesh.bounds()),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::field_reassign_with_default)] // most of its fields are its own business
mod tests {
    use super::*;
    use crate::landmarks::Mesh;
    use crate::tracks::{Pose, canonical_face};

    fn track(frames: std::ops::Range<usize>, x: f32) -> LiveTrack {
        let at = |frame| {
            let truth = Pose {
                scale: 10.0,
                rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
                translation: [x, 100.0, 0.0],
                ..Pose::default()
            };
            let mesh = Mesh { points: canonical_face().iter().map(|p| truth.to_picture(*p)).collect() };
            Observation {
                frame,
                pose: Pose::fit(&mesh).0,
                mesh,
                confidence: 1.0,
                palm_over_mouth: 0.0,
                foreign: 0.0,
            }
        };
        let mut track = LiveTrack::default();
        track.observations = frames.map(at).collect();
        (track.checks, track.confirmed) = (1, 1);
        track
    }

    #[test]
    fn tracks_are_cut_at_shots_and_joined_over_a_flash() {
        let shots = [Shot { first: 0, end: 20 }, Shot { first: 20, end: 60 }];
        let done = vec![track(0..30, 100.0), track(30..50, 101.0), track(0..20, 400.0), track(50..53, 400.0)];
        let tracks = assemble(done, &shots, &TrackerSettings::default());
        let spans: Vec<_> = tracks.iter().map(|t| (t.shot, t.first(), t.end())).collect();
        assert_eq!(spans, [(0, 0, 20), (0, 0, 20), (1, 20, 50)]);
        assert_eq!(tracks[2].at(35).map(|o| o.frame), Some(35));
    }
}
