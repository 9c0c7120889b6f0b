//! What tracking yields.

use serde::{Deserialize, Serialize};

use crate::landmarks::Mesh;
use crate::shots::Shot;

/// Rigid pose of a head under weak perspective: `picture = scale · R · canonical + translation`.
///
/// The canonical face looks straight into the camera, `x` to the right of the picture, `y` down, `z` away from the
/// camera, in centimetres, its origin at the head's middle.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pose {
    /// Degrees turned to the right of the picture (positive) or to the left.
    pub yaw: f32,
    /// Degrees tilted down (positive) or up.
    pub pitch: f32,
    /// Degrees leaned clockwise in the picture (positive) or counter-clockwise.
    pub roll: f32,
    /// Pixels per canonical centimetre.
    pub scale: f32,
    /// Where the canonical origin lies: `[x, y, z]` in pixels.
    pub translation: [f32; 3],
    /// Rotation from canonical to picture axes, rows first.
    pub rotation: [[f32; 3]; 3],
}

impl Pose {
    /// The canonical (pose-free) place of a picture point, in centimetres.
    pub fn to_canonical(&self, point: [f32; 3]) -> [f32; 3] {
        let scale = self.scale.max(1e-6);
        let moved: [f32; 3] = std::array::from_fn(|i| (point[i] - self.translation[i]) / scale);
        std::array::from_fn(|i| (0..3).map(|j| self.rotation[j][i] * moved[j]).sum())
    }

    /// The picture place, in pixels, of a canonical point.
    pub fn to_picture(&self, point: [f32; 3]) -> [f32; 3] {
        std::array::from_fn(|i| {
            let turned: f32 = (0..3).map(|j| self.rotation[i][j] * point[j]).sum();
            self.scale * turned + self.translation[i]
        })
    }
}

/// A face in one frame.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Observation {
    /// Index of the frame, as pushed.
    pub frame: usize,
    /// Smoothed landmarks in pixels of the full upright frame.
    pub mesh: Mesh,
    /// The mesh network's belief that there is a face, 0..1.
    pub confidence: f32,
    /// Rigid pose of the head.
    pub pose: Pose,
    /// Share of the points near the mouth that a hand covers, 0..1; palms are looked for every few frames.
    #[serde(default)]
    pub palm_over_mouth: f32,
    /// Share of the places on the lower face that have another colour than usual: something is before it.
    #[serde(default)]
    pub foreign: f32,
}

/// One face followed through consecutive frames of a shot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FaceTrack {
    /// 0-based position in [`Faces::tracks`].
    pub id: usize,
    /// Index into [`Faces::shots`].
    pub shot: usize,
    /// One per frame, without gaps.
    pub observations: Vec<Observation>,
}

impl FaceTrack {
    /// First frame seen.
    pub fn first(&self) -> usize {
        self.observations.first().map_or(0, |o| o.frame)
    }

    /// First frame after the last one seen.
    pub fn end(&self) -> usize {
        self.observations.last().map_or(0, |o| o.frame + 1)
    }

    /// What was seen in `frame`.
    pub fn at(&self, frame: usize) -> Option<&Observation> {
        frame.checked_sub(self.first()).and_then(|i| self.observations.get(i))
    }
}

/// All shots and faces of a video.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Faces {
    /// Width of the upright picture in pixels.
    pub width: usize,
    /// Height of the upright picture in pixels.
    pub height: usize,
    /// Without gaps, in order.
    pub shots: Vec<Shot>,
    /// In order of first frame.
    pub tracks: Vec<FaceTrack>,
}
