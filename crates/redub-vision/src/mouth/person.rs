//! What is learned of one person's face: how its lips move and what moves with them.

use serde::{Deserialize, Serialize};

use super::algebra::{principal_components, ridge};
use super::indices::{COLUMNS, JAW, LIP_POINTS, LIPS, NOSE_BASE, NOSE_TIP, OVAL, RIGID, RINGS};
use super::lips::LipShape;
use crate::landmarks::{EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FACE_POINTS};
use crate::tracks::Observation;

/// Points of a face with the fixed outer ring behind it.
pub(super) const WITH_RING: usize = FACE_POINTS + OVAL.len();
/// How far outside the face's outline the fixed ring lies, as a factor from the nose tip.
const RING_FACTOR: f32 = 1.35;
/// Principal directions kept of the lips.
const COMPONENTS: usize = 10;
/// Frames looked at: more add nothing to ten directions.
const MOST_FRAMES: usize = 1200;
/// Weight of the general prior against the person's own frames, in frames.
const PRIOR_FRAMES: f64 = 12.0;

/// Distances from the middle, in inter-ocular distances, up to which points follow fully, and from which not at all.
const SIDE_FULL: f32 = 0.38;
const SIDE_NONE: f32 = 0.68;

/// A measured range, in inter-ocular distances.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Range {
    /// Low end.
    pub low: f32,
    /// Middle (at rest).
    pub rest: f32,
    /// High end.
    pub high: f32,
}

/// One person's face in canonical space (centimetres).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonModel {
    /// Mean of the lips at rest (the 5 % of frames with the smallest opening).
    pub rest: LipShape,
    /// Inter-ocular distance in canonical centimetres.
    pub inter_ocular: f32,
    /// Opening of the mouth.
    pub aperture: Range,
    /// Width of the mouth.
    pub width: Range,
    /// Fastest opening and closing seen, in inter-ocular distances per frame step (98th percentile).
    pub fastest_step: f32,
    /// Whether the source shows this mouth open far enough to see inside.
    pub opens: bool,
    /// `LIP_POINTS × 3` numbers per control: change of the lips per inter-ocular distance of opening, of width.
    pub(super) directions: [Vec<f32>; 2],
    /// Principal directions of the lips, `COMPONENTS` rows of `LIP_POINTS × 3`.
    pub(super) basis: Vec<Vec<f32>>,
    /// Change of all face points per component: `components × FACE_POINTS·3`.
    pub(super) follow: Vec<f32>,
    /// How far each face point takes part, 0 (skull) to 1 (lips).
    pub(super) weights: Vec<f32>,
    /// Triangles over the face's points and the ring behind them.
    pub(super) triangles: Vec<[u16; 3]>,
}

impl PersonModel {
    /// Learns a face from all frames where it was seen (several tracks of one person may be chained). None when
    /// there is no complete mesh at all.
    pub fn fit<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Option<Self> {
        let complete: Vec<&Observation> =
            observations.into_iter().filter(|o| o.mesh.points.len() >= FACE_POINTS).collect();
        let steps: Vec<f32> = complete
            .windows(2)
            .filter(|w| w[1].frame == w[0].frame + 1)
            .map(|w| (w[1].mesh.aperture() - w[0].mesh.aperture()).abs())
            .collect();
        let stride = complete.len().div_ceil(MOST_FRAMES).max(1);
        let sampled: Vec<&Observation> = complete.into_iter().step_by(stride).collect();
        let faces: Vec<Vec<[f32; 3]>> = sampled.iter().map(|o| canonical_face(o)).collect();
        let lips: Vec<LipShape> = sampled.iter().map(|o| LipShape::seen(o)).collect();
        let mean = mean_face(&faces)?;
        let inter_ocular = distance(mean[EYE_LEFT_OUTER], mean[EYE_RIGHT_OUTER]).max(1e-3);

        let openings: Vec<f32> = lips.iter().map(|l| l.gap() / inter_ocular).collect();
        let widths: Vec<f32> = lips.iter().map(|l| l.width() / inter_ocular).collect();
        let rest = rest_lips(&lips, &openings)?;
        let at_rest = rest.gap() / inter_ocular;
        let widest = percentile(&openings, 0.97);
        // A mouth that speaks little in the source still needs room to speak the dub.
        let aperture = Range { low: 0.0, rest: at_rest, high: (widest * 1.05).clamp(0.11, 0.26) };
        let rest_width = percentile(&widths, 0.5);
        let width = Range {
            low: percentile(&widths, 0.04).clamp(rest_width * 0.78, rest_width * 0.93),
            rest: rest_width,
            high: percentile(&widths, 0.96).clamp(rest_width * 1.05, rest_width * 1.2),
        };

        let directions = control_directions(&lips, &openings, &widths, &rest, inter_ocular);
        let flat: Vec<Vec<f32>> = lips.iter().map(LipShape::flat).collect();
        let (lip_mean, basis) = principal_components(&flat, COMPONENTS);
        let follow = regress_face(&faces, &flat, &lip_mean, &basis);
        let mut model = Self {
            rest,
            inter_ocular,
            aperture,
            width,
            fastest_step: percentile(&steps, 0.98),
            opens: widest > 0.05,
            directions,
            basis,
            follow,
            weights: point_weights(&mean, inter_ocular),
            triangles: Vec::new(),
        };
        model.triangles = model.triangulate(&mean);
        Some(model)
    }

    /// Lips with the given opening and width (inter-ocular distances), along the person's own directions.
    pub fn lips(&self, aperture: f32, width: f32) -> LipShape {
        let (da, dw) = (aperture - self.aperture.rest, width - self.width.rest);
        let rest = self.rest.flat();
        let values: Vec<f32> = rest
            .iter()
            .zip(self.directions[0].iter().zip(&self.directions[1]))
            .map(|(r, (a, w))| r + da * a + dw * w)
            .collect();
        LipShape::from_flat(&values)
    }

    /// Moves of all face points, in canonical centimetres, when the lips go from `from` to `to`: lips exactly, the
    /// rest of the lower face by regression.
    pub(super) fn moves(&self, from: &LipShape, to: &LipShape) -> Vec<[f32; 3]> {
        let change: Vec<f32> =
            to.points.iter().flatten().zip(from.points.iter().flatten()).map(|(t, f)| t - f).collect();
        let scores: Vec<f32> =
            self.basis.iter().map(|b| b.iter().zip(&change).map(|(x, y)| x * y).sum()).collect();
        let mut moves = vec![[0.0f32; 3]; FACE_POINTS];
        for (point, slot) in moves.iter_mut().enumerate() {
            let weight = self.weights[point];
            if weight == 0.0 {
                continue;
            }
            for (score, row) in scores.iter().zip(self.follow.chunks_exact(FACE_POINTS * 3)) {
                for axis in 0..3 {
                    slot[axis] += weight * score * row[point * 3 + axis];
                }
            }
        }
        for (lip, point) in LIPS.iter().enumerate() {
            moves[*point] = std::array::from_fn(|axis| change[lip * 3 + axis]);
        }
        moves
    }

    /// Delaunay triangles over the face with an open mouth, so that the inside of the mouth has its own.
    fn triangulate(&self, mean: &[[f32; 3]]) -> Vec<[u16; 3]> {
        let mut open = self.lips(self.aperture.high, self.width.rest);
        open.set_gap(self.aperture.high.max(0.14) * self.inter_ocular);
        let mut face = mean.to_vec();
        for (lip, point) in LIPS.iter().zip(&open.points) {
            face[*lip] = *point;
        }
        let flat: Vec<[f32; 2]> = face.iter().map(|p| [p[0], p[1]]).collect();
        let points: Vec<delaunator::Point> = with_ring(&flat)
            .iter()
            .map(|p| delaunator::Point { x: f64::from(p[0]), y: f64::from(p[1]) })
            .collect();
        let triangles = delaunator::triangulate(&points).triangles;
        triangles.chunks_exact(3).map(|t| [t[0] as u16, t[1] as u16, t[2] as u16]).collect()
    }
}

/// Face points followed by the outline grown from the nose tip: the warp's fixed border.
pub(super) fn with_ring(face: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let centre = face[NOSE_TIP];
    let grown = |i: &usize| -> [f32; 2] {
        std::array::from_fn(|axis| centre[axis] + (face[*i][axis] - centre[axis]) * RING_FACTOR)
    };
    face.iter().copied().chain(OVAL.iter().map(grown)).collect()
}

fn canonical_face(observation: &Observation) -> Vec<[f32; 3]> {
    observation.mesh.points[..FACE_POINTS].iter().map(|p| observation.pose.to_canonical(*p)).collect()
}

fn mean_face(faces: &[Vec<[f32; 3]>]) -> Option<Vec<[f32; 3]>> {
    let mut sum = vec![[0.0f32; 3]; faces.first()?.len()];
    for (slot, point) in faces.iter().flat_map(|f| f.iter().enumerate()).map(|(i, p)| (i, *p)) {
        (0..3).for_each(|axis| sum[slot][axis] += point[axis]);
    }
    let share = 1.0 / faces.len() as f32;
    sum.iter_mut().flatten().for_each(|v| *v *= share);
    Some(sum)
}

/// Mean of the most closed twentieth (three frames at least).
fn rest_lips(lips: &[LipShape], openings: &[f32]) -> Option<LipShape> {
    let mut order: Vec<usize> = (0..lips.len()).collect();
    order.sort_by(|a, b| openings[*a].total_cmp(&openings[*b]));
    order.truncate((lips.len() / 20).max(3));
    let faces: Vec<Vec<[f32; 3]>> = order.iter().map(|i| lips[*i].points.clone()).collect();
    Some(LipShape { points: mean_face(&faces)? })
}

/// Change of the lips per unit of opening and of width: the person's own regression, held by a general prior.
fn control_directions(
    lips: &[LipShape],
    openings: &[f32],
    widths: &[f32],
    rest: &LipShape,
    inter_ocular: f32,
) -> [Vec<f32>; 2] {
    let (mean_opening, mean_width) = (mean(openings), mean(widths));
    let features: Vec<Vec<f32>> =
        openings.iter().zip(widths).map(|(a, w)| vec![1.0, a - mean_opening, w - mean_width]).collect();
    let values: Vec<Vec<f32>> = lips.iter().map(LipShape::flat).collect();
    let (open, widen) = general_directions(rest, inter_ocular);
    let prior: Vec<f32> = std::iter::repeat_n(0.0, open.len()).chain(open).chain(widen).collect();
    let lambda = [1e-6, PRIOR_FRAMES * 0.05 * 0.05, PRIOR_FRAMES * 0.04 * 0.04];
    let fitted = ridge(&features, &values, &lambda, &prior);
    let size = LIP_POINTS * 3;
    [fitted[size..2 * size].to_vec(), fitted[2 * size..].to_vec()]
}

/// How anybody's lips open (the lower lip sinks with the jaw, the corners come in a little) and widen (all points
/// away from the middle, the lips thinner).
fn general_directions(rest: &LipShape, inter_ocular: f32) -> (Vec<f32>, Vec<f32>) {
    let half = (rest.width() * 0.5).max(1e-3);
    let middle = 0.5 * (rest.points[0][0] + rest.points[10][0]);
    let mut open = vec![0.0; LIP_POINTS * 3];
    let mut widen = vec![0.0; LIP_POINTS * 3];
    for (ring_index, ring) in RINGS.iter().enumerate() {
        let follows = 0.7 + 0.1 * ring_index as f32;
        for place in 0..20 {
            let at = (ring + place) * 3;
            let column = if place <= COLUMNS + 1 { place } else { place - COLUMNS - 1 };
            let arch = (column as f32 / (COLUMNS + 1) as f32 * std::f32::consts::PI).sin();
            let lower = (1..=COLUMNS).contains(&place);
            let sideways = (rest.points[ring + place][0] - middle) / half;
            open[at] = -0.12 * sideways * inter_ocular;
            open[at + 1] = inter_ocular * arch * follows * if lower { 0.75 } else { -0.25 };
            widen[at] = 0.5 * sideways * inter_ocular;
            widen[at + 1] = inter_ocular * arch * (1.0 - follows) * if lower { -0.5 } else { 0.3 };
        }
    }
    (open, widen)
}

/// Regression of every face point on the lips' components.
fn regress_face(
    faces: &[Vec<[f32; 3]>],
    lips: &[Vec<f32>],
    lip_mean: &[f32],
    basis: &[Vec<f32>],
) -> Vec<f32> {
    let k = basis.len();
    let scores: Vec<Vec<f32>> = lips
        .iter()
        .map(|l| {
            let centred: Vec<f32> = l.iter().zip(lip_mean).map(|(a, b)| a - b).collect();
            let project = |b: &Vec<f32>| b.iter().zip(&centred).map(|(x, y)| x * y).sum();
            std::iter::once(1.0).chain(basis.iter().map(project)).collect()
        })
        .collect();
    let values: Vec<Vec<f32>> = faces.iter().map(|f| f.iter().flatten().copied().collect()).collect();
    let mut lambda = vec![1e-3 * lips.len() as f64; k + 1];
    lambda[0] = 1e-6;
    let fitted = ridge(&scores, &values, &lambda, &vec![0.0; (k + 1) * FACE_POINTS * 3]);
    fitted[FACE_POINTS * 3..].to_vec()
}

/// How far each point follows the lips: nothing above the base of the nose, all of it a little below, and less and
/// less towards the sides: the outline of a turned cheek lies before the background, where a move would show.
fn point_weights(mean: &[[f32; 3]], inter_ocular: f32) -> Vec<f32> {
    let begin = mean[NOSE_BASE][1] - 0.02 * inter_ocular;
    let middle = mean[NOSE_BASE][0];
    let weight = |p: &[f32; 3]| {
        let down = ((p[1] - begin) / (0.1 * inter_ocular)).clamp(0.0, 1.0);
        let out =
            ((SIDE_NONE - (p[0] - middle).abs() / inter_ocular) / (SIDE_NONE - SIDE_FULL)).clamp(0.0, 1.0);
        down * out * out * (3.0 - 2.0 * out)
    };
    let mut weights: Vec<f32> = mean.iter().map(weight).collect();
    let fixed = OVAL.iter().filter(|i| !JAW.contains(i)).chain(&RIGID);
    fixed.for_each(|i| weights[*i] = 0.0);
    LIPS.iter().for_each(|i| weights[*i] = 1.0);
    weights
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt()
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// The value below which `share` of the values lie; 0 for none.
pub(super) fn percentile(values: &[f32], share: f32) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f32).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}
