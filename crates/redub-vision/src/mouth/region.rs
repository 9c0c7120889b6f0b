//! Rectangles of a frame.

use serde::{Deserialize, Serialize};

use crate::landmarks::FACE_POINTS;
use crate::tracks::Observation;

/// A rectangle in pixels of the full frame; all four numbers are even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roi {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Roi {
    /// The smallest even rectangle around `bounds` (`[left, top, right, bottom]`, pixels), inside a picture of
    /// `width × height` (an odd last row or column stays out).
    pub fn around(bounds: [f32; 4], width: usize, height: usize) -> Self {
        let (right_edge, bottom_edge) = (width & !1, height & !1);
        let down = |v: f32, edge: usize| (v.floor().max(0.0) as usize).min(edge) & !1;
        let up = |v: f32, edge: usize| ((v.ceil().max(0.0) as usize).saturating_add(1) & !1).min(edge);
        let (left, top) = (down(bounds[0], right_edge), down(bounds[1], bottom_edge));
        let (right, bottom) = (up(bounds[2], right_edge), up(bounds[3], bottom_edge));
        Self { left, top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }

    /// Whether nothing lies inside.
    pub fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Pixels inside.
    pub fn pixels(&self) -> usize {
        self.width * self.height
    }
}

/// The pixels of a rectangle of a frame: 8-bit R G B, rows top to bottom without padding.
#[derive(Debug)]
pub struct RegionPixels<'a> {
    /// Where in the frame.
    pub roi: Roi,
    /// `width × height × 3` bytes.
    pub rgb: &'a mut [u8],
}

/// A read-only view of a rectangle, addressed in coordinates of the full frame (whole numbers are pixel middles).
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub roi: Roi,
    pub rgb: &'a [u8],
}

impl View<'_> {
    /// The colour at frame coordinates (`x`, `y`) by Catmull-Rom interpolation (keeps edges as sharp as they were,
    /// where bilinear would blur every moved pixel), clamped at the rectangle's border.
    pub fn bicubic(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x - self.roi.left as f32, y - self.roi.top as f32);
        let (w, h) = (self.roi.width as isize, self.roi.height as isize);
        let (x, y) = (x.clamp(0.0, (w - 1) as f32), y.clamp(0.0, (h - 1) as f32));
        let (x0, y0) = (x as isize, y as isize);
        let (wx, wy) = (catmull_rom(x - x0 as f32), catmull_rom(y - y0 as f32));
        let mut sum = [0.0f32; 3];
        if x0 >= 1 && y0 >= 1 && x0 + 2 < w && y0 + 2 < h {
            let stride = w as usize * 3;
            let mut at = (y0 as usize - 1) * stride + (x0 as usize - 1) * 3;
            for wy in wy {
                let p = &self.rgb[at..at + 12];
                for (c, slot) in sum.iter_mut().enumerate() {
                    let row = wx[0] * f32::from(p[c])
                        + wx[1] * f32::from(p[c + 3])
                        + wx[2] * f32::from(p[c + 6])
                        + wx[3] * f32::from(p[c + 9]);
                    *slot += wy * row;
                }
                at += stride;
            }
            return sum;
        }
        for (j, wy) in wy.iter().enumerate() {
            let row = (y0 + j as isize - 1).clamp(0, h - 1);
            for (i, wx) in wx.iter().enumerate() {
                let column = (x0 + i as isize - 1).clamp(0, w - 1);
                let at = (row * w + column) as usize * 3;
                for (c, slot) in sum.iter_mut().enumerate() {
                    *slot += wx * wy * f32::from(self.rgb[at + c]);
                }
            }
        }
        sum
    }

    /// The colour at frame coordinates by bilinear interpolation, clamped at the rectangle's border.
    pub fn bilinear(&self, x: f32, y: f32) -> [f32; 3] {
        let (w, h) = (self.roi.width, self.roi.height);
        let x = (x - self.roi.left as f32).clamp(0.0, (w - 1) as f32);
        let y = (y - self.roi.top as f32).clamp(0.0, (h - 1) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(w - 1), (y0 + 1).min(h - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let [a, b, c, d] = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| (y * w + x) * 3);
        std::array::from_fn(|k| {
            let value = |at: usize| f32::from(self.rgb[at + k]);
            let top = value(a) + (value(b) - value(a)) * fx;
            let bottom = value(c) + (value(d) - value(c)) * fx;
            top + (bottom - top) * fy
        })
    }

    /// The pixels of a smaller rectangle inside this one.
    pub fn part(&self, roi: Roi) -> Vec<u8> {
        let (left, top) = (roi.left.saturating_sub(self.roi.left), roi.top.saturating_sub(self.roi.top));
        (top..top + roi.height)
            .flat_map(|y| &self.rgb[(y * self.roi.width + left) * 3..][..roi.width * 3])
            .copied()
            .collect()
    }

    /// Mean colour of the 3 × 3 pixels around frame coordinates; none outside the rectangle.
    pub fn spot(&self, point: [f32; 2]) -> Option<[f32; 3]> {
        let x = (point[0].round() as isize).checked_sub(self.roi.left as isize)?;
        let y = (point[1].round() as isize).checked_sub(self.roi.top as isize)?;
        let (w, h) = (self.roi.width as isize, self.roi.height as isize);
        if x < 1 || y < 1 || x + 1 >= w || y + 1 >= h {
            return None;
        }
        let mut sum = [0.0f32; 3];
        for row in y - 1..=y + 1 {
            for column in x - 1..=x + 1 {
                let at = (row * w + column) as usize * 3;
                for (c, slot) in sum.iter_mut().enumerate() {
                    *slot += f32::from(self.rgb[at + c]) / 9.0;
                }
            }
        }
        Some(sum)
    }
}

/// The mesh's points in the coordinates of [`View`], where whole numbers are the middles of pixels (the mesh counts
/// from their edges).
pub(super) fn picture_points(observation: &Observation) -> Vec<[f32; 2]> {
    observation.mesh.points.iter().take(FACE_POINTS).map(|p| [p[0] - 0.5, p[1] - 0.5]).collect()
}

/// Weights of the four neighbours for a fraction `t` between the middle two.
fn catmull_rom(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2]
}

#[cfg(test)]
mod tests {
    use super::Roi;

    #[test]
    fn corners_are_even_and_inside() {
        let roi = Roi::around([-3.0, 5.2, 101.0, 300.0], 100, 99);
        assert_eq!(roi, Roi { left: 0, top: 4, width: 100, height: 94 });
        assert!(Roi::around([500.0, 0.0, 600.0, 10.0], 100, 100).is_empty());
    }
}
