//! The limits, frame by frame, with hysteresis.

use std::collections::BTreeSet;

use super::{GateSettings, KeepReason};
use crate::tracks::{FaceTrack, Faces, Observation, canonical_face};

/// Mesh point of the chin.
const CHIN: usize = 152;

/// The first limit each frame breaks.
pub(super) fn reasons(
    faces: &Faces,
    track: &FaceTrack,
    told: &BTreeSet<usize>,
    settings: &GateSettings,
) -> Vec<Option<KeepReason>> {
    let palm = settings.palm.1;
    let covered: Vec<bool> = track.observations.iter().map(|o| o.palm_over_mouth > palm).collect();
    let mut rendering = false;
    let frames = track.observations.iter().enumerate();
    frames
        .map(|(index, seen)| {
            let from = index.saturating_sub(settings.palm_margin.1);
            let to = (index + settings.palm_margin.0 + 1).min(covered.len());
            let near = index.saturating_sub(settings.foreign_margin)
                ..(index + settings.foreign_margin + 1).min(covered.len());
            let foreign = track.observations[near]
                .iter()
                .any(|o| o.foreign > settings.foreign || told.contains(&o.frame));
            let hand = foreign || covered[from..to].iter().any(|c| *c);
            let reason = match broken(faces, seen, settings, rendering) {
                // Faces too small or turned away do not tell what is before them.
                found @ Some(KeepReason::TooSmall | KeepReason::TurnedAway) => found,
                _ if hand => Some(KeepReason::Occluded),
                found => found,
            };
            rendering = reason.is_none();
            reason
        })
        .collect()
}

/// The limit `seen` breaks, with the looser limits while `rendering`.
fn broken(faces: &Faces, seen: &Observation, settings: &GateSettings, rendering: bool) -> Option<KeepReason> {
    let limit = |pair: (f32, f32)| if rendering { pair.1 } else { pair.0 };
    let canonical = canonical_face();
    // From the pose, so that a turned head is not also a small one.
    let eyes = seen.pose.scale * (canonical[263][0] - canonical[33][0]);
    if eyes < limit(settings.inter_ocular) {
        return Some(KeepReason::TooSmall);
    }
    if seen.pose.yaw.abs() > limit(settings.yaw) || seen.pose.pitch.abs() > limit(settings.pitch) {
        return Some(KeepReason::TurnedAway);
    }
    if seen.confidence < limit(settings.confidence) {
        return Some(KeepReason::LowConfidence);
    }
    if seen.palm_over_mouth > limit(settings.palm) {
        return Some(KeepReason::Occluded);
    }
    let outside =
        |p: &[f32; 3]| p[0] < 0.0 || p[1] < 0.0 || p[0] > faces.width as f32 || p[1] > faces.height as f32;
    let mouth = [61, 291, 0, CHIN].iter().filter_map(|&i| seen.mesh.points.get(i));
    mouth.into_iter().any(outside).then_some(KeepReason::OutOfPicture)
}
