//! The `speed` renderer: the frame's own lips, warped; the inside of the mouth from one exemplar.

use super::exemplars::ExemplarPixels;
use super::interior::{Interior, Opening, paste, ring_colour};
use super::lips::LipShape;
use super::mover::{Moved, Mover};
use super::person::PersonModel;
use super::region::{RegionPixels, Roi, View};
use super::warp::warp;
use super::{RenderMouth, Rendered};
use crate::landmarks::FACE_POINTS;
use crate::tracks::Observation;

/// Openings (inter-ocular distances) over which the inside fades in.
const INSIDE_FROM: f32 = 0.012;
const INSIDE_FULL: f32 = 0.04;

/// Renderer of one face: a warp of the frame's own mouth with the inside pasted.
#[derive(Debug, Clone)]
pub struct SpeedRenderer {
    mover: Mover,
    interior: Option<Interior>,
    notes: Vec<String>,
}

impl SpeedRenderer {
    /// Makes the renderer of a face from the pixels of the frames that [`super::choose_exemplars`] named. With none
    /// that shows the inside of the mouth it is drawn as a dark gradient, and a note says so.
    pub fn prepare(person: PersonModel, exemplars: &[ExemplarPixels]) -> Self {
        let best = exemplars.iter().filter_map(Interior::of).max_by(|a, b| a.0.total_cmp(&b.0));
        let mut notes = Vec::new();
        if best.is_none() {
            notes.push(
                "the source never shows the inside of this mouth, so it is drawn dark and without teeth"
                    .to_owned(),
            );
        }
        Self { mover: Mover::new(person), interior: best.map(|(_, i)| i), notes }
    }

    /// The face it was made for.
    pub fn person(&self) -> &PersonModel {
        &self.mover.person
    }
}

impl RenderMouth for SpeedRenderer {
    fn name(&self) -> &str {
        "speed"
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }

    fn roi(&self, observation: &Observation, width: usize, height: usize) -> Roi {
        self.mover.roi(observation, width, height)
    }

    fn render(
        &self,
        _: usize,
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

        let scale = observation.mesh.inter_ocular();
        if let (Some(opening), Some(skin)) = (Opening::of(&to, scale), ring_colour(source, &from)) {
            let open = ((opening.aperture() - INSIDE_FROM) / (INSIDE_FULL - INSIDE_FROM)).clamp(0.0, 1.0);
            let strength = open * open * (3.0 - 2.0 * open) * weight;
            if strength > 0.0 {
                paste(self.interior.as_ref(), &opening, skin, strength, roi, region.rgb, &mut mask);
            }
        }
        let changed = mask.iter().filter(|m| **m > 0).count();
        Rendered { mask, changed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mouth::testing::{person, speaking};

    #[test]
    fn own_lips_leave_the_picture_as_it_was() {
        let renderer = SpeedRenderer::prepare(person(), &[]);
        let seen = speaking(10);
        let roi = renderer.roi(&seen[0], 640, 480);
        let before: Vec<u8> = (0..roi.pixels() * 3).map(|i| (i % 241) as u8).collect();
        let mut rgb = before.clone();
        let own = LipShape::seen(&seen[0]);
        renderer.render(0, &mut RegionPixels { roi, rgb: &mut rgb }, &seen[0], &own, 0.0);
        assert_eq!(rgb, before);
        // At full weight the own (shut) lips must still give the same picture.
        renderer.render(0, &mut RegionPixels { roi, rgb: &mut rgb }, &seen[0], &own, 1.0);
        let error: f64 =
            rgb.iter().zip(&before).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>()
                / rgb.len() as f64;
        assert!(10.0 * (255.0f64 * 255.0 / error.max(1e-9)).log10() > 50.0);
    }
}
