//! The `speed` renderer: the frame's own lips, warped; the inside of the mouth from one exemplar.

use super::exemplars::ExemplarPixels;
use super::interior::{Interior, Opening, paste, ring_colour};
use super::lips::LipShape;
use super::person::{PersonModel, WITH_RING, with_ring};
use super::region::picture_points as flat;
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
    person: PersonModel,
    interior: Option<Interior>,
    notes: Vec<String>,
    /// Triangles with at least one point that can move, and the points they touch.
    moving: Vec<[u16; 3]>,
    touched: Vec<usize>,
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
        let moves = |i: &u16| person.weights.get(usize::from(*i)).is_some_and(|w| *w > 0.0);
        let moving: Vec<[u16; 3]> =
            person.triangles.iter().filter(|t| t.iter().any(moves)).copied().collect();
        let mut touched: Vec<usize> = moving.iter().flatten().map(|i| usize::from(*i)).collect();
        touched.sort_unstable();
        touched.dedup();
        Self { person, interior: best.map(|(_, i)| i), notes, moving, touched }
    }

    /// The face it was made for.
    pub fn person(&self) -> &PersonModel {
        &self.person
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
        if observation.mesh.points.len() < FACE_POINTS {
            return Roi::default();
        }
        let points = with_ring(&flat(observation));
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let bounds = self
            .touched
            .iter()
            .map(|i| points[*i])
            .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
        Roi::around([bounds[0] - 2.0, bounds[1] - 2.0, bounds[2] + 2.0, bounds[3] + 2.0], width, height)
    }

    fn render(
        &self,
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
        let from = with_ring(&flat(observation));
        let mut to = from.clone();
        let pose = &observation.pose;
        for (point, moved) in to.iter_mut().zip(self.person.moves(&seen, &wanted)) {
            for (axis, slot) in point.iter_mut().enumerate() {
                let turned: f32 = (0..3).map(|j| pose.rotation[axis][j] * moved[j]).sum();
                *slot += pose.scale * turned;
            }
        }
        debug_assert_eq!(to.len(), WITH_RING);

        let original = region.rgb.to_vec();
        let source = View { roi, rgb: &original };
        warp(source, &from, &to, &self.moving, region.rgb, &mut mask);

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
        renderer.render(&mut RegionPixels { roi, rgb: &mut rgb }, &seen[0], &own, 0.0);
        assert_eq!(rgb, before);
        // At full weight the own (shut) lips must still give the same picture.
        renderer.render(&mut RegionPixels { roi, rgb: &mut rgb }, &seen[0], &own, 1.0);
        let error: f64 =
            rgb.iter().zip(&before).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>()
                / rgb.len() as f64;
        assert!(10.0 * (255.0f64 * 255.0 / error.max(1e-9)).log10() > 50.0);
    }
}
