//! Render or keep: per frame of a face, whether its mouth may be re-rendered, and if not why.
//!
//! A mouth that cannot be rendered well keeps its own pixels: a kept frame is noticed less than a bad one.

mod conditions;
mod settings;
mod weights;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::tracks::{FaceTrack, Faces};

pub use settings::GateSettings;

/// Why a frame keeps its own mouth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepReason {
    /// No face is followed here.
    NoFace,
    /// The face does not say the line, or nobody speaks.
    NotTalking,
    /// The face is too small to be worth it.
    TooSmall,
    /// The head is turned too far to a side, up or down.
    TurnedAway,
    /// The landmarks are not sure.
    LowConfidence,
    /// What could be rendered is shorter than can be seen.
    ShortShot,
    /// A hand or something else is before the mouth.
    Occluded,
    /// The mouth or chin reaches out of the picture.
    OutOfPicture,
}

/// The decision for one frame of one face.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateFrame {
    /// Index of the frame.
    pub frame: usize,
    /// Share of the rendered mouth in the result, 0..1: 0 keeps the frame, values between cross-fade.
    pub weight: f32,
    /// Why the frame is kept; `None` where it is rendered, also while it fades.
    pub reason: Option<KeepReason>,
}

/// Decides for every frame of `track`. `talking` are the frames in which this face speaks, in the source or in the dub, in any
/// order; `covered` those known to have something before the mouth, beside what the track itself tells.
pub fn gate(
    faces: &Faces,
    track: &FaceTrack,
    talking: &[Range<usize>],
    covered: &BTreeSet<usize>,
    settings: &GateSettings,
) -> Vec<GateFrame> {
    let shot = faces.shots.get(track.shot);
    let mut reasons = conditions::reasons(faces, track, covered, settings);
    for (reason, seen) in reasons.iter_mut().zip(&track.observations) {
        if reason.is_none() && !talking.iter().any(|r| r.contains(&seen.frame)) {
            *reason = Some(KeepReason::NotTalking);
        }
    }
    weights::drop_short_runs(&mut reasons, settings.min_frames);
    let cut = |frame: usize| shot.is_some_and(|s| frame <= s.first || frame + 1 >= s.end);
    let weights =
        weights::fade(&reasons, settings.fade_frames, cut(track.first()), cut(track.end().saturating_sub(1)));
    let frames = track.observations.iter().zip(reasons.into_iter().zip(weights));
    frames.map(|(seen, (reason, weight))| GateFrame { frame: seen.frame, weight, reason }).collect()
}

/// Frames kept, by reason.
pub fn count_kept(frames: &[GateFrame]) -> BTreeMap<KeepReason, usize> {
    let mut kept = BTreeMap::new();
    for reason in frames.iter().filter_map(|f| f.reason) {
        *kept.entry(reason).or_default() += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::Mesh;
    use crate::shots::Shot;
    use crate::tracks::{Observation, Pose, canonical_face};

    fn faces(frames: usize, change: impl Fn(usize, &mut Observation)) -> Faces {
        let pose = Pose {
            scale: 10.0,
            rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            translation: [200.0, 200.0, 0.0],
            ..Pose::default()
        };
        let mesh = Mesh { points: canonical_face().iter().map(|p| pose.to_picture(*p)).collect() };
        let observations = (0..frames)
            .map(|frame| {
                let mut seen = Observation {
                    frame,
                    mesh: mesh.clone(),
                    confidence: 1.0,
                    pose,
                    palm_over_mouth: 0.0,
                    foreign: 0.0,
                };
                change(frame, &mut seen);
                seen
            })
            .collect();
        let tracks = vec![FaceTrack { id: 0, shot: 0, observations }];
        Faces { width: 400, height: 400, shots: vec![Shot { first: 0, end: frames }], tracks }
    }

    fn decide(faces: &Faces, talking: Range<usize>) -> Vec<GateFrame> {
        gate(faces, &faces.tracks[0], &[talking], &BTreeSet::new(), &GateSettings::default())
    }

    #[test]
    fn a_plain_face_is_rendered_from_cut_to_cut_and_fades_where_it_falls_silent() {
        let frames = decide(&faces(50, |_, _| ()), 0..30);
        assert_eq!(frames[0].weight, 1.0);
        assert!(frames[29].weight > 0.0 && frames[29].weight < 0.5);
        assert_eq!(frames[30].reason, Some(KeepReason::NotTalking));
        assert_eq!(count_kept(&frames)[&KeepReason::NotTalking], 20);
    }

    #[test]
    fn a_turned_head_comes_back_only_well_inside_the_limit() {
        let frames = decide(&faces(60, |i, seen| seen.pose.yaw = if i < 20 { 50.0 } else { 42.0 }), 0..60);
        assert!(frames.iter().all(|f| f.reason == Some(KeepReason::TurnedAway)));
        let frames = decide(&faces(60, |i, seen| seen.pose.yaw = if i < 20 { 0.0 } else { 42.0 }), 0..60);
        assert!(frames.iter().all(|f| f.reason.is_none()));
    }

    #[test]
    fn a_hand_keeps_also_the_frames_before_it_was_noticed() {
        let frames =
            decide(&faces(60, |i, seen| seen.palm_over_mouth = if i >= 30 { 0.8 } else { 0.0 }), 0..60);
        assert_eq!(frames[20].reason, None);
        assert_eq!(frames[25].reason, Some(KeepReason::Occluded));
        assert_eq!(frames[25].weight, 0.0);
        assert_eq!(frames[59].reason, Some(KeepReason::Occluded));
    }

    #[test]
    fn something_foreign_keeps_its_frames_and_their_neighbours() {
        let passing = |i: usize| if (30..34).contains(&i) { 0.08 } else { 0.02 };
        let frames = decide(&faces(60, |i, seen| seen.foreign = passing(i)), 0..60);
        let kept: Vec<usize> = frames.iter().filter(|f| f.reason.is_some()).map(|f| f.frame).collect();
        assert_eq!(kept, (28..36).collect::<Vec<_>>());
        assert!(frames[27].weight > 0.0 && frames[27].weight < 0.5);
    }

    #[test]
    fn frames_known_to_be_covered_are_kept_with_their_neighbours() {
        let faces = faces(60, |_, _| ());
        let told = BTreeSet::from([30, 31]);
        let talking = 0..60;
        let decided =
            gate(&faces, &faces.tracks[0], std::slice::from_ref(&talking), &told, &GateSettings::default());
        let kept: Vec<usize> =
            decided.iter().filter(|f| f.reason == Some(KeepReason::Occluded)).map(|f| f.frame).collect();
        assert_eq!(kept, (28..34).collect::<Vec<_>>());
    }

    #[test]
    fn too_short_a_stretch_is_kept() {
        let frames = decide(&faces(6, |_, _| ()), 0..6);
        assert!(frames.iter().all(|f| f.reason == Some(KeepReason::ShortShot) && f.weight == 0.0));
    }
}
