//! Drawing lent mouths onto the wanted mesh.

use super::appearance::at;
use super::flow::Flow;
use super::tone::{Tone, place};
use crate::mouth::bank::{Crop, reference};
use crate::mouth::region::Roi;
use crate::mouth::warp::{Affine, fill};

/// No triangle covers the pixel.
const NONE: u16 = u16::MAX;
/// Reference centimetres are counted in parts this fine where a map starts from them: small triangles are not flat.
const FINE: f32 = 40.0;

/// Which triangle of the reference mesh covers each pixel of a rectangle.
pub(super) struct Raster {
    pub roi: Roi,
    ids: Vec<u16>,
    /// From picture to reference places (centimetres), per triangle.
    back: Vec<Option<Affine>>,
}

impl Raster {
    /// Lays the mesh `to` (picture coordinates) over `roi`. Triangles turned over (lips pressed together, a cheek
    /// turned away) are left out.
    pub fn new(to: &[[f32; 2]], roi: Roi) -> Self {
        let reference = reference();
        let mut ids = vec![NONE; roi.pixels()];
        let mut back = Vec::with_capacity(reference.triangles.len());
        for (id, triangle) in reference.triangles.iter().enumerate() {
            let target = triangle.map(|i| to[usize::from(i)]);
            let rest = triangle.map(|i| reference.points[usize::from(i)]);
            let seen = (area(target) > 0.0) == (area(rest) > 0.0);
            let map = if seen { Affine::between(target, rest) } else { None };
            if map.is_some() {
                fill(target, roi.left, roi.top, roi.width, roi.height, |_, _, at| ids[at] = id as u16);
            }
            back.push(map);
        }
        Self { roi, ids, back }
    }

    /// Whether a pixel has a place in the reference mouth.
    pub fn covers(&self, at: usize) -> bool {
        self.ids[at] != NONE
    }

    fn each(&self, mut pixel: impl FnMut(usize, usize, f32, f32)) {
        for row in 0..self.roi.height {
            let y = (self.roi.top + row) as f32;
            let line = &self.ids[row * self.roi.width..(row + 1) * self.roi.width];
            for (column, id) in line.iter().enumerate().filter(|(_, id)| **id != NONE) {
                let x = (self.roi.left + column) as f32;
                pixel(row * self.roi.width + column, usize::from(*id), x, y);
            }
        }
    }

    /// Adds `share ×` a crop, whose mesh lies at `from`, in another light, its places displaced by `flow`.
    pub fn lay(
        &self,
        from: &[[f32; 2]],
        crop: &Crop,
        tone: &Tone,
        flow: Option<&Flow>,
        share: f32,
        out: &mut [f32],
    ) {
        let reference = reference();
        let maps: Vec<Option<Affine>> = reference
            .triangles
            .iter()
            .map(|t| {
                let rest = t.map(|i| reference.points[usize::from(i)].map(|v| v * FINE));
                Affine::between(rest, t.map(|i| from[usize::from(i)]))
            })
            .collect();
        let view = crop.view();
        self.each(|at, id, x, y| {
            let (Some(map), Some(back)) = (&maps[id], &self.back[id]) else { return };
            let (rx, ry) = back.apply(x, y);
            let factor = tone.at(place([rx, ry]));
            let [dx, dy] = flow.map_or([0.0; 2], |f| reference.offset(f.at(reference.to_grid([rx, ry]))));
            let (sx, sy) = map.apply((rx + dx) * FINE, (ry + dy) * FINE);
            let colour = view.bicubic(sx, sy);
            (0..3).for_each(|c| out[at * 3 + c] += share * colour[c] * factor[c]);
        });
    }

    /// Adds a shape-free texture in another light.
    pub fn draw(&self, texture: &[f32], tone: &Tone, out: &mut [f32]) {
        let reference = reference();
        self.each(|at_pixel, id, x, y| {
            let Some(back) = &self.back[id] else { return };
            let (rx, ry) = back.apply(x, y);
            let colour = at(texture, reference.to_grid([rx, ry]));
            let factor = tone.at(place([rx, ry]));
            (0..3).for_each(|c| out[at_pixel * 3 + c] += colour[c] * factor[c]);
        });
    }
}

fn area(t: [[f32; 2]; 3]) -> f32 {
    (t[1][0] - t[0][0]) * (t[2][1] - t[0][1]) - (t[1][1] - t[0][1]) * (t[2][0] - t[0][0])
}
