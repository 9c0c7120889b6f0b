//! Figures that judge a finished picture, from its own pixels and its landmarks tracked anew.
//!
//! | figure | formula |
//! |---|---|
//! | closure | share of p b m whose smallest opening within ±1 frame is under 0.03 inter-ocular distances |
//! | aperture correlation | Pearson's r between the planned and the re-tracked opening |
//! | jitter ratio | mean absolute second difference over time in the mouth box, result ÷ original |
//! | sharpness ratio | median variance of the Laplacian in the mouth box, result ÷ original |
//! | seam ratio | mean squared gradient on the mask's border, result ÷ original |
//! | untouched PSNR | against the source through the same encoder, outside the rendered rectangle, luma of every fourth pixel, dB |
//!
//! Only frames driven fully count. Whether the lips fit the sound is told by [`super::av`].

use serde::{Deserialize, Serialize};

use super::indices::LIPS;
use super::{MouthTarget, Roi};
use crate::landmarks::Mesh;
use crate::picture::{Affine, Picture};
use crate::tracks::Observation;

/// Largest opening of a shut mouth, inter-ocular distances.
pub const SHUT: f32 = 0.03;
/// A frame counts when its weight is at least this.
const DRIVEN: f32 = 0.99;
/// Side of the square that the mouth box is seen in for the jitter, pixels.
const BOX: usize = 48;

/// The figures; none where too few frames count.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct MouthFigures {
    /// Frames that counted.
    pub frames: usize,
    /// Lip closures that counted.
    pub closures: usize,
    /// Share of closures that shut, 0..1.
    pub closure: Option<f32>,
    /// Correlation of planned and re-tracked opening, -1..1.
    pub aperture_correlation: Option<f32>,
    /// Jitter against the original's.
    pub jitter_ratio: Option<f32>,
    /// Sharpness against the original's.
    pub sharpness_ratio: Option<f32>,
    /// Gradient energy on the mask's border against the original's.
    pub seam_ratio: Option<f32>,
    /// Peak signal-to-noise ratio outside the rendered rectangle against the encoded original, decibel; infinity when
    /// bit-exact.
    pub untouched_psnr_db: Option<f32>,
}

/// One frame of the finished picture beside its original.
pub struct JudgedFrame<'a> {
    /// The source frame shown here.
    pub original: &'a dyn Picture,
    /// The same frame through the encoder of the result, where it was encoded.
    pub encoded: Option<&'a dyn Picture>,
    /// The finished frame.
    pub result: &'a dyn Picture,
    /// The face in the original.
    pub observation: &'a Observation,
    /// The face tracked anew in the finished frame.
    pub retracked: Option<&'a Mesh>,
    /// What was planned.
    pub target: &'a MouthTarget,
    /// Weight that the renderer was given.
    pub weight: f32,
    /// The rendered rectangle with [`super::Rendered::mask`], where it was kept.
    pub mask: Option<(Roi, &'a [u8])>,
}

/// What one frame shows; frames can be looked at side by side, then given to a [`Judge`] in order.
#[derive(Debug, Clone)]
pub struct Look {
    /// Planned and re-tracked opening, and whether a closure lies here.
    opening: Option<(f32, f32, bool)>,
    /// Luma of the mouth's square, original and result.
    boxes: (Vec<f32>, Vec<f32>),
    /// Sharpness of original and result.
    sharpness: (f32, f32),
    /// Energy on the mask's border of original and result.
    seam: (f64, f64),
    /// Squared error outside the rendered rectangle, and pixels it is over.
    error: (f64, u64),
}

impl JudgedFrame<'_> {
    /// Looks at the frame; `None` when it was not driven fully.
    pub fn look(&self) -> Option<Look> {
        if self.weight < DRIVEN {
            return None;
        }
        let opening = self.retracked.map(|mesh| (self.target.aperture, mesh.aperture(), self.target.closure));
        let seam = self.mask.map(|(roi, mask)| {
            (border_energy(self.original, roi, mask), border_energy(self.result, roi, mask))
        });
        Some(Look {
            opening,
            boxes: (mouth_box(self.original, self), mouth_box(self.result, self)),
            sharpness: (sharpness(self.original, self), sharpness(self.result, self)),
            seam: seam.unwrap_or_default(),
            error: self.mask.zip(self.encoded).map(|((roi, _), e)| self.outside(e, roi)).unwrap_or_default(),
        })
    }

    /// Squared error of luma against `encoded` of every fourth pixel in each direction outside `roi`, and how many there are.
    fn outside(&self, encoded: &dyn Picture, roi: Roi) -> (f64, u64) {
        let (width, height) = encoded.size();
        let inside = |x: usize, y: usize| {
            (roi.left..roi.left + roi.width).contains(&x) && (roi.top..roi.top + roi.height).contains(&y)
        };
        let (mut error, mut pixels) = (0.0, 0);
        for y in (0..height).step_by(4) {
            for x in (0..width).step_by(4).filter(|x| !inside(*x, y)) {
                let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                let (a, b) = (encoded.sample(px, py), self.result.sample(px, py));
                error += f64::from(luma(&a) - luma(&b)).powi(2);
                pixels += 1;
            }
        }
        (error, pixels)
    }
}

/// Collects frames of one face in order.
#[derive(Debug, Default)]
pub struct Judge {
    /// As in [`Look`]; none for frames that do not count.
    openings: Vec<Option<(f32, f32, bool)>>,
    recent: Vec<(Vec<f32>, Vec<f32>)>,
    jitter: (f64, f64),
    sharpness: Vec<(f32, f32)>,
    seam: (f64, f64),
    error: (f64, u64),
}

impl Judge {
    /// Takes the next frame of the output; `None` for one in which the face is absent or was kept.
    pub fn push(&mut self, frame: Option<&JudgedFrame<'_>>) {
        self.add(frame.and_then(JudgedFrame::look));
    }

    /// Takes what was seen in the next frame of the output; `None` where nothing counts.
    pub fn add(&mut self, look: Option<Look>) {
        let Some(look) = look else {
            self.openings.push(None);
            self.recent.clear();
            return;
        };
        self.openings.push(look.opening);
        self.recent.push(look.boxes);
        if let [a, b, c] = &self.recent[..] {
            self.jitter.0 += second_difference(&a.0, &b.0, &c.0);
            self.jitter.1 += second_difference(&a.1, &b.1, &c.1);
            self.recent.remove(0);
        }
        self.sharpness.push(look.sharpness);
        self.add_seam(look.seam);
        self.error = (self.error.0 + look.error.0, self.error.1 + look.error.1);
    }

    /// Adds energy on mask borders that was measured elsewhere: of the original, of the result.
    pub fn add_seam(&mut self, (original, result): (f64, f64)) {
        self.seam = (self.seam.0 + original, self.seam.1 + result);
    }

    /// Takes in what another face's judge collected.
    pub fn absorb(&mut self, other: Judge) {
        // A gap, so that one face's frames are not taken for neighbours of the other's.
        self.openings.push(None);
        self.openings.extend(other.openings);
        self.jitter = (self.jitter.0 + other.jitter.0, self.jitter.1 + other.jitter.1);
        self.sharpness.extend(other.sharpness);
        self.add_seam(other.seam);
        self.error = (self.error.0 + other.error.0, self.error.1 + other.error.1);
    }

    /// The figures of all frames taken.
    pub fn finish(self) -> MouthFigures {
        let counted: Vec<(f32, f32, bool)> = self.openings.iter().flatten().copied().collect();
        let closures: Vec<bool> = (0..self.openings.len())
            .filter(|i| self.openings[*i].is_some_and(|(_, _, closure)| closure))
            .map(|i| {
                let near = &self.openings[i.saturating_sub(1)..(i + 2).min(self.openings.len())];
                near.iter().flatten().any(|(_, seen, _)| *seen < SHUT)
            })
            .collect();
        let shut = closures.iter().filter(|c| **c).count();
        let ratio = |(original, result): (f64, f64)| (original > 0.0).then(|| (result / original) as f32);
        let median = |which: fn(&(f32, f32)) -> f32| -> f64 {
            let mut values: Vec<f32> = self.sharpness.iter().map(which).collect();
            values.sort_by(f32::total_cmp);
            values.get(values.len() / 2).copied().map_or(0.0, f64::from)
        };
        MouthFigures {
            frames: counted.len(),
            closures: closures.len(),
            closure: (!closures.is_empty()).then(|| shut as f32 / closures.len() as f32),
            aperture_correlation: correlation(&counted),
            jitter_ratio: ratio(self.jitter),
            sharpness_ratio: ratio((median(|s| s.0), median(|s| s.1))),
            seam_ratio: ratio(self.seam),
            untouched_psnr_db: (self.error.1 > 0).then(|| {
                let mean = self.error.0 / self.error.1 as f64;
                (10.0 * (255.0 * 255.0 / mean).log10()) as f32
            }),
        }
    }
}

/// Pearson's r of planned and seen openings; none for fewer than ten frames or a constant.
fn correlation(pairs: &[(f32, f32, bool)]) -> Option<f32> {
    let n = pairs.len() as f64;
    let mean =
        |which: fn(&(f32, f32, bool)) -> f32| pairs.iter().map(|p| f64::from(which(p))).sum::<f64>() / n;
    let (ma, mb) = (mean(|p| p.0), mean(|p| p.1));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b, _) in pairs {
        let (a, b) = (f64::from(*a) - ma, f64::from(*b) - mb);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    (pairs.len() >= 10 && aa > 1e-9 && bb > 1e-9).then(|| (ab / (aa * bb).sqrt()) as f32)
}

/// Middle of the lips and inter-ocular distance in the original.
fn place(frame: &JudgedFrame<'_>) -> ([f32; 2], f32) {
    let points = &frame.observation.mesh.points;
    let corner = |i: usize| points.get(LIPS[i]).copied().unwrap_or_default();
    let (left, right) = (corner(0), corner(10));
    let middle = [0.5 * (left[0] + right[0]), 0.5 * (left[1] + right[1])];
    (middle, frame.observation.mesh.inter_ocular().max(1.0))
}

fn luma(rgb: &[f32]) -> f32 {
    0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
}

/// Luma of the mouth's square (0.9 inter-ocular distances), `BOX × BOX`.
fn mouth_box(picture: &dyn Picture, frame: &JudgedFrame<'_>) -> Vec<f32> {
    let (middle, scale) = place(frame);
    let step = 0.9 * scale / BOX as f32;
    let half = 0.45 * scale;
    let map = Affine([[step, 0.0, middle[0] - half], [0.0, step, middle[1] - half]]);
    picture.crop(&map, BOX, BOX).chunks_exact(3).map(luma).collect()
}

fn second_difference(a: &[f32], b: &[f32], c: &[f32]) -> f64 {
    let sum: f32 = a.iter().zip(b).zip(c).map(|((a, b), c)| (a - 2.0 * b + c).abs()).sum();
    f64::from(sum) / a.len() as f64
}

/// Variance of the Laplacian of the mouth's square at the picture's own resolution.
fn sharpness(picture: &dyn Picture, frame: &JudgedFrame<'_>) -> f32 {
    let (middle, scale) = place(frame);
    let side = ((0.9 * scale) as usize).clamp(8, 400);
    let corner = middle.map(|m| (m - 0.5 * side as f32).round());
    let map = Affine([[1.0, 0.0, corner[0]], [0.0, 1.0, corner[1]]]);
    let grey: Vec<f32> = picture.crop(&map, side, side).chunks_exact(3).map(luma).collect();
    let (mut sum, mut squares, mut count) = (0.0f64, 0.0f64, 0.0f64);
    for y in 1..side - 1 {
        for x in 1..side - 1 {
            let at = y * side + x;
            let value = grey[at - 1] + grey[at + 1] + grey[at - side] + grey[at + side] - 4.0 * grey[at];
            sum += f64::from(value);
            squares += f64::from(value) * f64::from(value);
            count += 1.0;
        }
    }
    (squares / count - (sum / count).powi(2)) as f32
}

/// Sum of squared gradients on the pixels where the mask begins. `mask` is `roi`'s, row by row; `roi` lies in the
/// coordinates of `picture`.
pub fn border_energy(picture: &dyn Picture, roi: Roi, mask: &[u8]) -> f64 {
    let mut energy = 0.0;
    for y in 1..roi.height.saturating_sub(1) {
        for x in 1..roi.width.saturating_sub(1) {
            let at = y * roi.width + x;
            let around = [at - 1, at + 1, at - roi.width, at + roi.width];
            if mask.get(at).is_none_or(|m| *m == 0) || around.iter().all(|n| mask[*n] > 0) {
                continue;
            }
            let (px, py) = ((roi.left + x) as f32 + 0.5, (roi.top + y) as f32 + 0.5);
            let grey = |dx: f32, dy: f32| luma(&picture.sample(px + dx, py + dy));
            let (gx, gy) = (grey(1.0, 0.0) - grey(-1.0, 0.0), grey(0.0, 1.0) - grey(0.0, -1.0));
            energy += f64::from(gx * gx + gy * gy);
        }
    }
    energy
}

#[cfg(test)]
mod tests {
    use redub_core::Frame;

    use super::*;
    use crate::mouth::testing::speaking;

    #[test]
    fn an_unchanged_picture_scores_one_and_infinity() {
        let mut judge = Judge::default();
        for (i, seen) in speaking(12).iter().enumerate() {
            // Each frame differs from the last, or there would be no jitter to compare.
            let rgb = (0..640 * 480 * 3).map(|k| (k * (7 + i) % 255) as u8).collect();
            let frame = Frame { width: 640, height: 480, rgb };
            let target = MouthTarget {
                lips: None,
                aperture: seen.mesh.aperture(),
                width: 0.5,
                drive: 1.0,
                closure: i == 0,
            };
            let mask = vec![255; 100];
            judge.push(Some(&JudgedFrame {
                original: &frame,
                encoded: Some(&frame),
                result: &frame,
                observation: seen,
                retracked: Some(&seen.mesh),
                target: &target,
                weight: 1.0,
                mask: Some((Roi { left: 300, top: 300, width: 10, height: 10 }, &mask)),
            }));
        }
        let figures = judge.finish();
        assert_eq!((figures.closures, figures.closure), (1, Some(1.0)));
        assert!(figures.aperture_correlation.is_some_and(|r| r > 0.999));
        assert!(figures.jitter_ratio.is_some_and(|r| (r - 1.0).abs() < 1e-6), "{figures:?}");
        assert_eq!(figures.sharpness_ratio, Some(1.0));
        assert_eq!(figures.untouched_psnr_db, Some(f32::INFINITY));
    }
}
