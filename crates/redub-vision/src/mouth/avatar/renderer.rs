//! The renderer of one face.

use std::collections::HashMap;
use std::sync::Arc;

use super::compose::Place;
use super::entries::Avatar;
use super::mixture::Mixture;
use crate::landmarks::FACE_POINTS;
use crate::mouth::bank::Crop;
use crate::mouth::lips::LipShape;
use crate::mouth::mover::{Moved, Mover};
use crate::mouth::region::{RegionPixels, Roi, View};
use crate::mouth::warp::warp;
use crate::mouth::{RenderMouth, Rendered};
use crate::tracks::Observation;

/// Draws the mouth of one face from the bank.
#[derive(Debug, Clone)]
pub struct AvatarRenderer {
    avatar: Arc<Avatar>,
    mover: Mover,
    crops: HashMap<u32, Crop>,
    mixtures: HashMap<usize, Mixture>,
    notes: Vec<String>,
}

impl AvatarRenderer {
    /// Makes the renderer: `mixtures` by frame of the output, `crops` as [`Avatar::needed`] asks for them.
    pub fn new(avatar: Arc<Avatar>, mixtures: HashMap<usize, Mixture>, crops: HashMap<u32, Crop>) -> Self {
        let mover = Mover::new(avatar.person.clone());
        Self { avatar, mover, crops, mixtures, notes: Vec::new() }
    }
}

impl RenderMouth for AvatarRenderer {
    fn name(&self) -> &str {
        "avatar"
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn roi(&self, observation: &Observation, width: usize, height: usize) -> Roi {
        self.mover.roi(observation, width, height)
    }

    fn render(
        &self,
        frame: usize,
        region: &mut RegionPixels<'_>,
        observation: &Observation,
        lips: &LipShape,
        weight: f32,
    ) -> Rendered {
        let roi = region.roi;
        let mut mask = vec![0u8; roi.pixels()];
        let complete = observation.mesh.points.len() >= FACE_POINTS && region.rgb.len() == roi.pixels() * 3;
        if weight <= 0.0 || roi.is_empty() || !complete {
            return Rendered { mask, changed: 0 };
        }
        let weight = weight.min(1.0);
        let seen = LipShape::seen(observation);
        let wanted = seen.towards(lips, weight);
        let Moved { from, to } = self.mover.mesh(observation, &seen, &wanted);
        let original = region.rgb.to_vec();
        let source = View { roi, rgb: &original };
        warp(source, &from, &to, &self.mover.triangles, region.rgb, &mut mask);
        if let Some(mixture) = self.mixtures.get(&frame) {
            let feature = self.avatar.space.feature(&wanted, &observation.pose);
            let place = Place {
                original: source,
                from: &from,
                to: &to,
                scale: observation.mesh.inter_ocular(),
                feature: &feature,
                weight: weight * weight * (3.0 - 2.0 * weight),
            };
            self.avatar.compose(&place, mixture, |f| self.crops.get(&f), region.rgb, &mut mask);
        }
        let changed = mask.iter().filter(|m| **m > 0).count();
        Rendered { mask, changed }
    }
}
