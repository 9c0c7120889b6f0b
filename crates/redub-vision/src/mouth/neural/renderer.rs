//! Laying generated faces into frames.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::face::Face;
use super::generator::{Generator, Heard, SIDE};
use crate::error::VisionError;
use crate::landmarks::FACE_POINTS;
use crate::mouth::avatar::soft::polygon;
use crate::mouth::blend::{Patch, gain, laplacian_blend};
use crate::mouth::indices::JAW;
use crate::mouth::lips::LipShape;
use crate::mouth::region::{RegionPixels, Roi, View, picture_points};
use crate::mouth::{RenderMouth, Rendered};
use crate::tracks::Observation;

/// From the left jaw over cheeks and the base of the nose to the right one: with [`JAW`] the lower face.
const ACROSS: [usize; 5] = [50, 98, 2, 327, 280];
/// Width of the soft edge, inter-ocular distances.
const FEATHER: f32 = 0.11;
/// Octaves of the Laplacian blend.
const LEVELS: usize = 3;
/// Where on the mask's slope the tones are compared.
const RING: std::ops::Range<f32> = 0.05..0.6;

/// Draws the mouth of one face by a generator. It follows what is heard, not the planned lips.
#[derive(Debug)]
pub struct NeuralRenderer {
    generator: Arc<Generator>,
    heard: Arc<Heard>,
    /// Time of each frame of the output, seconds.
    times: HashMap<usize, f64>,
    failure: Mutex<Option<VisionError>>,
}

impl NeuralRenderer {
    /// Makes the renderer of a face for the frames of the output at `times` (seconds), to speech `heard`.
    pub fn new(generator: Arc<Generator>, heard: Arc<Heard>, times: HashMap<usize, f64>) -> Self {
        Self { generator, heard, times, failure: Mutex::default() }
    }

    /// The face that the network makes of the one in `picture`.
    fn generate(&self, face: &Face, picture: View<'_>, time: f64) -> Result<Vec<f32>, VisionError> {
        let reference = face.cut(picture);
        let mut masked = reference.clone();
        masked.chunks_exact_mut(SIDE * SIDE).for_each(|plane| plane[SIDE * SIDE / 2..].fill(0.0));
        self.generator.run(&masked, &reference, &self.heard.around(time, self.generator.steps()))
    }
}

impl RenderMouth for NeuralRenderer {
    fn name(&self) -> &str {
        "neural"
    }

    fn notes(&self) -> &[String] {
        &[]
    }

    fn roi(&self, observation: &Observation, width: usize, height: usize) -> Roi {
        Face::of(observation).map(|f| f.roi(width, height)).unwrap_or_default()
    }

    fn render(
        &self,
        frame: usize,
        region: &mut RegionPixels<'_>,
        observation: &Observation,
        _: &LipShape,
        weight: f32,
    ) -> Rendered {
        let roi = region.roi;
        let mut mask = vec![0u8; roi.pixels()];
        let ready = weight > 0.0 && !roi.is_empty() && region.rgb.len() == roi.pixels() * 3;
        let (Some(face), Some(time), true) = (Face::of(observation), self.times.get(&frame), ready) else {
            return Rendered { mask, changed: 0 };
        };
        let picture = View { roi, rgb: region.rgb };
        let planes = match self.generate(&face, picture, *time) {
            Ok(planes) => planes,
            Err(why) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                return Rendered { mask, changed: 0 };
            }
        };
        let alpha = lower_face(observation, roi);
        let under: Vec<f32> = region.rgb.iter().map(|v| f32::from(*v)).collect();
        let over = lay(&face, &planes, &alpha, &under, roi);
        let alpha: Vec<f32> = alpha.into_iter().map(|a| a * weight.min(1.0)).collect();
        let patch = |rgb: Vec<f32>| Patch { width: roi.width, height: roi.height, rgb };
        let blended = laplacian_blend(&patch(under), &patch(over), &alpha, LEVELS);
        for (pixel, alpha) in alpha.iter().enumerate().filter(|(_, a)| **a > 0.0) {
            let at = pixel * 3..pixel * 3 + 3;
            for (slot, value) in region.rgb[at.clone()].iter_mut().zip(&blended[at]) {
                *slot = (value + 0.5).clamp(0.0, 255.0) as u8;
            }
            mask[pixel] = 128 + (alpha * 127.0) as u8;
        }
        let changed = mask.iter().filter(|m| **m > 0).count();
        Rendered { mask, changed }
    }

    fn failure(&self) -> Option<VisionError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What of a rectangle belongs to the lower face, 0..1.
fn lower_face(observation: &Observation, roi: Roi) -> Vec<f32> {
    let points = picture_points(observation);
    debug_assert_eq!(points.len(), FACE_POINTS);
    let corners: Vec<[f32; 2]> = JAW.iter().chain(&ACROSS).map(|i| points[*i]).collect();
    polygon(&corners, roi, (FEATHER * observation.mesh.inter_ocular()).max(3.0))
}

/// The generated face in the frame's place and tone; the frame's own pixels where the mask is nothing.
fn lay(face: &Face, planes: &[f32], alpha: &[f32], under: &[f32], roi: Roi) -> Vec<f32> {
    let mut over = under.to_vec();
    let (mut there, mut here, mut count) = ([0.0f32; 3], [0.0f32; 3], 0.0f32);
    for (pixel, alpha) in alpha.iter().enumerate().filter(|(_, a)| **a > 0.0) {
        let place = [(roi.left + pixel % roi.width) as f32, (roi.top + pixel / roi.width) as f32];
        let colour = look(planes, face.inside(place)).map(|v| 255.0 * v);
        over[pixel * 3..pixel * 3 + 3].copy_from_slice(&colour);
        if RING.contains(alpha) {
            count += 1.0;
            (0..3).for_each(|c| {
                there[c] += colour[c];
                here[c] += under[pixel * 3 + c];
            });
        }
    }
    if count > 0.0 {
        let factors = gain(there.map(|v| v / count), here.map(|v| v / count));
        for (pixel, _) in alpha.iter().enumerate().filter(|(_, a)| **a > 0.0) {
            (0..3).for_each(|c| over[pixel * 3 + c] *= factors[c]);
        }
    }
    over
}

/// Bilinear colour of planes at a place of the crop, clamped at its border.
fn look(planes: &[f32], [x, y]: [f32; 2]) -> [f32; 3] {
    let most = (SIDE - 1) as f32;
    let (x, y) = (x.clamp(0.0, most), y.clamp(0.0, most));
    let (x0, y0) = ((x as usize).min(SIDE - 2), (y as usize).min(SIDE - 2));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    std::array::from_fn(|c| {
        let at = |dx: usize, dy: usize| planes[(c * SIDE + y0 + dy) * SIDE + x0 + dx];
        let top = at(0, 0) + (at(1, 0) - at(0, 0)) * fx;
        top + (at(0, 1) + (at(1, 1) - at(0, 1)) * fx - top) * fy
    })
}
