//! A face being followed.

use super::canonical::RIGID;
use super::foreign;
use super::hands::{Look, Usual, covered};
use super::types::{Observation, Pose};
use crate::detect::{Detection, overlap};
use crate::error::VisionError;
use crate::landmarks::{Mesh, MeshNet, Roi};
use crate::picture::Picture;

/// Largest residual of the rigid fit (share of the eyes' distance) of a real face.
const MAX_RESIDUAL: f32 = 0.25;
/// Largest turn in degrees at which the mesh still means something.
const MAX_TURN: f32 = 80.0;

/// A detector's box this much wider or narrower than the mesh shows another face than the mesh does.
const SIZE_RATIO: f32 = 1.8;

/// Checks in a row that may go badly.
const MAX_DOUBTS: usize = 3;

/// A scale below this share of the usual one is not the face's.
const SHRUNK: f32 = 0.8;
/// Share by which the usual scale follows each frame.
const SCALE_ADAPTION: f32 = 0.05;
/// Frames in a row a mesh may be too small before the face counts as lost.
const MAX_SHRUNK: usize = 6;

/// A face that moves less than this share of the distance between its eyes from one frame to the next is at the same place.
const SAME_PLACE: f32 = 0.06;
/// Mean change (of 255) of its portrait up to which it is the same face.
const SAME_COLOURS: f32 = 12.0;

/// What was seen, and how often the detector agreed.
#[derive(Debug, Default)]
pub(crate) struct LiveTrack {
    pub observations: Vec<Observation>,
    /// One per observation.
    pub looks: Vec<Look>,
    /// Small pictures of head and shoulders in the last two frames.
    portraits: [Vec<f32>; 2],
    usual: Usual,
    /// Whether a hand may be before the mouth: its colours have changed, or a palm was seen at the last look.
    pub hand_possible: bool,
    /// Checks by the detector.
    pub checks: usize,
    /// Checks at which the detector saw the face too.
    pub confirmed: usize,
    /// Observations at the last check that went well.
    sure: usize,
    /// Checks in a row that went badly.
    doubts: usize,
    /// Usual pose scale, and frames in a row far below it.
    scale: f32,
    shrunk: usize,
}

/// One look of the network: what was seen when it is a plausible face.
pub(crate) fn observe(
    net: &MeshNet,
    picture: &dyn Picture,
    frame: usize,
    roi: &Roi,
    least: f32,
) -> Result<Option<Observation>, VisionError> {
    let (mesh, confidence) = net.run(picture, roi)?;
    let (pose, residual) = Pose::fit(&mesh);
    let turned = pose.yaw.abs().max(pose.pitch.abs());
    let plausible =
        confidence >= least && residual < MAX_RESIDUAL && turned < MAX_TURN && inside(&mesh, picture.size());
    Ok(plausible.then_some(Observation { frame, mesh, confidence, pose, palm_over_mouth: 0.0, foreign: 0.0 }))
}

/// Whether at least half of the face's box lies in the picture.
fn inside(mesh: &Mesh, (width, height): (usize, usize)) -> bool {
    let b = mesh.bounds();
    let shared = (b[2].min(width as f32) - b[0].max(0.0)).max(0.0)
        * (b[3].min(height as f32) - b[1].max(0.0)).max(0.0);
    shared > 0.5 * (b[2] - b[0]) * (b[3] - b[1])
}

impl LiveTrack {
    /// Where to look in the next frame.
    pub fn roi(&self) -> Option<Roi> {
        self.observations.last().and_then(|o| Roi::from_mesh(&o.mesh))
    }

    /// Box of the last observation.
    pub fn bounds(&self) -> [f32; 4] {
        self.observations.last().map_or([0.0; 4], |o| o.mesh.bounds())
    }

    /// A track that begins with an observation the detector pointed to.
    pub fn begin(observation: Observation, look: Look) -> Self {
        Self {
            scale: observation.pose.scale,
            observations: vec![observation],
            looks: vec![look],
            checks: 1,
            confirmed: 1,
            sure: 1,
            ..Self::default()
        }
    }

    /// Adds what is seen in the next frame; whether the track is still to be believed. A face does not shrink within moments: a mesh
    /// that does has slid from a bowed head to its chin, and loses its confidence.
    pub fn push(&mut self, mut observation: Observation, look: Look, portrait: Vec<f32>) -> bool {
        self.portraits = [std::mem::take(&mut self.portraits[1]), portrait];
        let usual = self.observations.last().map_or(observation.pose.scale, |_| self.scale);
        if observation.pose.scale < SHRUNK * usual {
            observation.confidence *= 0.5;
            self.shrunk += 1;
        } else {
            self.shrunk = 0;
            self.scale = usual + SCALE_ADAPTION * (observation.pose.scale - usual);
        }
        self.hand_possible = self.usual.changed(&look) || !look.palms.is_empty();
        self.observations.push(observation);
        self.looks.push(look);
        self.shrunk <= MAX_SHRUNK
    }

    /// Whether the detector found this face.
    pub fn is_among(&self, found: &[Detection]) -> bool {
        let bounds = self.bounds();
        let width = |b: &[f32; 4]| (b[2] - b[0]).max(1e-3);
        found.iter().any(|d| {
            let ratio = width(&d.bounds) / width(&bounds);
            same_face(&d.bounds, &bounds) && ratio < SIZE_RATIO && ratio > 1.0 / SIZE_RATIO
        })
    }

    /// Notes whether the detector sees the face; whether the track is still to be believed. A mesh can slide from a bowed face to
    /// a neck or a hand and stay sure of itself: what was seen since the last good check then loses its confidence.
    pub fn check(&mut self, seen: bool) -> bool {
        self.checks += 1;
        if seen {
            self.confirmed += 1;
            self.doubts = 0;
            self.sure = self.observations.len();
            return true;
        }
        self.doubts += 1;
        if self.doubts < MAX_DOUBTS {
            return true;
        }
        let sure = self.sure.min(self.observations.len());
        self.observations[sure..].iter_mut().for_each(|o| o.confidence *= 0.5);
        self.sure = self.observations.len();
        false
    }

    /// How far the upper face moved since the frame before, as a share of the distance between the eyes.
    fn last_step(&self) -> f32 {
        let [.., before, now] = &self.observations[..] else { return f32::INFINITY };
        let moved = |&i: &usize| {
            let (p, q) = (before.mesh.points.get(i)?, now.mesh.points.get(i)?);
            Some((p[0] - q[0]).hypot(p[1] - q[1]))
        };
        let steps: Vec<f32> = RIGID.iter().filter_map(moved).collect();
        steps.iter().sum::<f32>() / steps.len().max(1) as f32 / before.mesh.inter_ocular().max(1e-3)
    }

    /// Whether the newest observation shows the same face at the same place as the one before, hair and surroundings included.
    pub fn stays(&self) -> bool {
        let [before, now] = &self.portraits;
        let sum: f32 = before.iter().zip(now).map(|(a, b)| (a - b).abs()).sum();
        let change = if before.is_empty() { f32::INFINITY } else { sum / before.len() as f32 };
        self.last_step() < SAME_PLACE && change < SAME_COLOURS
    }

    /// Takes the newest observation back.
    pub fn take_back(&mut self) {
        self.observations.pop();
        self.looks.pop();
    }

    /// Sets how much of the mouth is covered in each observation, now that the face's usual colours are known.
    pub fn settle_hands(&mut self) {
        let shares = covered(&self.looks, self.observations.iter().map(|o| &o.mesh));
        self.observations.iter_mut().zip(shares).for_each(|(o, share)| o.palm_over_mouth = share);
        let tones: Vec<foreign::Tones> =
            self.looks.iter_mut().map(|l| std::mem::take(&mut l.tones)).collect();
        let poses: Vec<_> = self.observations.iter().map(|o| o.pose).collect();
        let shares = foreign::shares(&tones, &poses);
        self.observations.iter_mut().zip(shares).for_each(|(o, share)| o.foreign = share);
    }

    /// Mean confidence of the network.
    pub fn confidence(&self) -> f32 {
        self.observations.iter().map(|o| o.confidence).sum::<f32>() / self.observations.len().max(1) as f32
    }
}

/// Whether a detector's box and a mesh's box show the same face: the detector's box has another top, so the middles and sizes
/// decide when the overlap does not.
pub(crate) fn same_face(a: &[f32; 4], b: &[f32; 4]) -> bool {
    let middle = |r: &[f32; 4]| [(r[0] + r[2]) / 2.0, (r[1] + r[3]) / 2.0];
    let (p, q) = (middle(a), middle(b));
    let size = (a[2] - a[0]).max(b[2] - b[0]);
    overlap(a, b) > 0.2 || (p[0] - q[0]).hypot(p[1] - q[1]) < 0.4 * size
}
