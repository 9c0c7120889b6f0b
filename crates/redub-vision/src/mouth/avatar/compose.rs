//! Putting lent mouths together in the place, shape and light of one frame.

use super::entries::{Avatar, Entry};
use super::features::Feature;
use super::flow::Flow;
use super::mixture::Mixture;
use super::soft::{blur, polygon};
use super::texture::Raster;
use super::tone::{Tone, logs};
use crate::mouth::bank::{Crop, skin};
use crate::mouth::blend::{Patch, laplacian_blend};
use crate::mouth::indices::MOUTH_PATCH;
use crate::mouth::region::{Roi, View};

/// Width of the soft edge, inter-ocular distances.
const FEATHER: f32 = 0.11;
/// Octaves of the Laplacian blend.
const LEVELS: usize = 3;
/// Least and most factor on the fine detail.
const CRISP: (f32, f32) = (0.45, 1.5);
/// Detail beyond the frame's own that is put in: the encode takes more from a mouth that moves anew than from the rest.
const AHEAD: f32 = 1.12;

/// A frame that a mouth is put into.
pub(super) struct Place<'a> {
    /// Its own pixels, untouched.
    pub original: View<'a>,
    /// Mesh as seen and as wanted, picture coordinates.
    pub from: &'a [[f32; 2]],
    pub to: &'a [[f32; 2]],
    /// Inter-ocular distance, pixels.
    pub scale: f32,
    /// Lips and pose wanted.
    pub feature: &'a Feature,
    /// How much of the lent mouth shows, 0..1.
    pub weight: f32,
}

impl Avatar {
    /// Draws the mixture into `out` (pixels of `place.original.roi`, the frame's own face already moved to the wanted
    /// mesh) and marks changed pixels in `mask`.
    pub(super) fn compose<'c>(
        &self,
        place: &Place<'_>,
        mixture: &Mixture,
        crop: impl Fn(u32) -> Option<&'c Crop>,
        out: &mut [u8],
        mask: &mut [u8],
    ) {
        let whole = place.original.roi;
        let corners: Vec<[f32; 2]> = MOUTH_PATCH.iter().map(|i| place.to[*i]).collect();
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let b = corners
            .iter()
            .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
        let roi = inside([b[0] - 2.0, b[1] - 2.0, b[2] + 3.0, b[3] + 3.0], whole);
        if roi.is_empty() {
            return;
        }
        let here = skin(place.original, place.from, place.scale);
        let raster = Raster::new(place.to, roi);
        let parts: Vec<(&Entry, &Crop, f32)> = mixture
            .detail
            .iter()
            .filter_map(|p| Some((self.entry_of(p.frame)?, crop(p.frame)?, p.share)))
            .collect();
        let texture = self.broad_texture(place, mixture);
        // The texture's own skin has the reference light everywhere; the frame's light may have a slope.
        let here = logs(&here);
        let mut lent = vec![0.0f32; roi.pixels() * 3];
        raster.draw(&texture, &Tone::between(&self.skin, &here), &mut lent);
        self.add_detail(place, &raster, &parts, &here, &texture, &mut lent);

        let at = |x: usize, y: usize| (y + roi.top - whole.top) * whole.width + x + roi.left - whole.left;
        let mut under = Patch { width: roi.width, height: roi.height, rgb: Vec::with_capacity(lent.len()) };
        for y in 0..roi.height {
            let from = at(0, y) * 3;
            under.rgb.extend(out[from..from + roi.width * 3].iter().map(|v| f32::from(*v)));
        }
        for pixel in (0..roi.pixels()).filter(|p| !raster.covers(*p)) {
            lent[pixel * 3..pixel * 3 + 3].copy_from_slice(&under.rgb[pixel * 3..pixel * 3 + 3]);
        }
        let mut alpha = polygon(&corners, roi, (FEATHER * place.scale).max(3.0));
        let mut own = vec![0.0f32; lent.len()];
        for y in 0..roi.height {
            let from = at(0, y) * 3;
            let row = &place.original.rgb[from..from + roi.width * 3];
            own[y * roi.width * 3..].iter_mut().zip(row).for_each(|(o, v)| *o = f32::from(*v));
        }
        match_detail(&mut lent, own, &alpha, roi, place.scale);
        alpha.iter_mut().for_each(|a| *a *= place.weight);
        let over = Patch { width: roi.width, height: roi.height, rgb: lent };
        let blended = laplacian_blend(&under, &over, &alpha, LEVELS);
        for y in 0..roi.height {
            for x in 0..roi.width {
                let (pixel, target) = (y * roi.width + x, at(x, y));
                if alpha[pixel] <= 0.0 {
                    continue;
                }
                for c in 0..3 {
                    out[target * 3 + c] = (blended[pixel * 3 + c] + 0.5).clamp(0.0, 255.0) as u8;
                }
                mask[target] = mask[target].max(128 + (alpha[pixel] * 127.0) as u8);
            }
        }
    }

    /// The shading interpolated from the bank, shape-free, in the reference light.
    fn broad_texture(&self, place: &Place<'_>, mixture: &Mixture) -> Vec<f32> {
        let mut row = place.feature.row();
        let known: Vec<(&Entry, f32)> =
            mixture.broad.iter().filter_map(|p| Some((self.entry_of(p.frame)?, p.share))).collect();
        for (entry, share) in &known {
            row.iter_mut().zip(entry.feature.row()).for_each(|(r, v)| *r -= share * v);
        }
        let mut texture = self.appearance.texture(&row);
        for (entry, share) in &known {
            texture.iter_mut().zip(&entry.texture).for_each(|(t, v)| *t += share * f32::from(*v));
        }
        texture
    }

    /// Replaces what is finer than the shading by the parts' own detail.
    fn add_detail(
        &self,
        place: &Place<'_>,
        raster: &Raster,
        parts: &[(&Entry, &Crop, f32)],
        here: &[[f32; 3]],
        texture: &[f32],
        lent: &mut [f32],
    ) {
        let whole: f32 = parts.iter().map(|p| p.2).sum();
        if whole <= 0.0 {
            return;
        }
        let mut detail = vec![0.0f32; lent.len()];
        // Everything is taken from the parts as it is: nothing to align with, nothing to add.
        let all = self.settings.detail >= 1.0;
        let rounds = if all { 0 } else { self.settings.rounds };
        let wanted = Flow::luma(|i| texture[i]);
        for (entry, crop, share) in parts {
            let tone = Tone::between(&entry.skin, here);
            let flow = (rounds > 0)
                .then(|| Flow::find(&wanted, &Flow::luma(|i| f32::from(entry.texture[i])), rounds));
            raster.lay(&entry.points, crop, &tone, flow.as_ref(), share / whole, &mut detail);
        }
        if all {
            lent.copy_from_slice(&detail);
            return;
        }
        lent.iter_mut().zip(&detail).for_each(|(l, d)| *l -= d);
        let radius = (self.settings.detail * place.scale).round() as usize;
        blur(lent, raster.roi.width, raster.roi.height, 3, radius);
        lent.iter_mut().zip(&detail).for_each(|(l, d)| *l += d);
    }
}

/// Gives the lent mouth the crispness of the frame's own skin round it: less where the head is blurred by motion, more
/// where interpolation took some away. `own` are the frame's pixels before anything moved.
fn match_detail(lent: &mut [f32], own: Vec<f32>, alpha: &[f32], roi: Roi, scale: f32) {
    let radius = ((0.012 * scale).round() as usize).max(1);
    let detail = |values: &[f32]| {
        let mut broad = values.to_vec();
        blur(&mut broad, roi.width, roi.height, 3, radius);
        values.iter().zip(broad).map(|(v, b)| v - b).collect::<Vec<f32>>()
    };
    let (fine, own) = (detail(lent), detail(&own));
    let energy = |values: &[f32]| -> f32 {
        let ring = alpha.iter().enumerate().filter(|(_, a)| **a > 0.05 && **a < 0.97);
        ring.map(|(i, _)| values[i * 3..i * 3 + 3].iter().map(|v| v * v).sum::<f32>()).sum()
    };
    let gain = (AHEAD * (energy(&own) / energy(&fine).max(1e-3)).sqrt()).clamp(CRISP.0, CRISP.1);
    lent.iter_mut().zip(fine).for_each(|(l, f)| *l += (gain - 1.0) * f);
}

/// The part of `bounds` inside `whole`, in whole pixels.
fn inside(bounds: [f32; 4], whole: Roi) -> Roi {
    let x = |v: f32| (v.max(whole.left as f32) as usize).min(whole.left + whole.width);
    let y = |v: f32| (v.max(whole.top as f32) as usize).min(whole.top + whole.height);
    let (left, top, right, bottom) = (x(bounds[0]), y(bounds[1]), x(bounds[2]), y(bounds[3]));
    Roi { left, top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
}
