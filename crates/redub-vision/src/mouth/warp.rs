//! Piecewise-affine warp of a region over mesh triangles.

use super::region::View;

/// A move below this many pixels is none.
const STILL: f32 = 0.01;
/// Target triangles smaller than this (twice the area, square pixels) are folded away.
const FLAT: f32 = 0.05;

/// Draws `source`, whose mesh lies at `from`, into `out` with its mesh at `to`. Only pixels in triangles with a
/// moved corner are written, and their `mask` is set to 128; all else stays bit-exact. Coordinates are those of the
/// full frame; `out` and `mask` cover the rectangle of `source`.
pub(super) fn warp(
    source: View<'_>,
    from: &[[f32; 2]],
    to: &[[f32; 2]],
    triangles: &[[u16; 3]],
    out: &mut [u8],
    mask: &mut [u8],
) {
    let moved = |i: u16| {
        let (a, b) = (from[usize::from(i)], to[usize::from(i)]);
        (a[0] - b[0]).abs() > STILL || (a[1] - b[1]).abs() > STILL
    };
    for triangle in triangles.iter().filter(|t| t.iter().any(|i| moved(*i))) {
        let target = triangle.map(|i| to[usize::from(i)]);
        let Some(back) = Affine::between(target, triangle.map(|i| from[usize::from(i)])) else { continue };
        fill(target, source.roi.left, source.roi.top, source.roi.width, source.roi.height, |x, y, at| {
            let (sx, sy) = back.apply(x, y);
            if (sx - x).abs() < STILL && (sy - y).abs() < STILL {
                return;
            }
            let colour = source.bicubic(sx, sy);
            for (slot, value) in out[at * 3..at * 3 + 3].iter_mut().zip(colour) {
                *slot = (value + 0.5) as u8;
            }
            mask[at] = 128;
        });
    }
}

/// `x' = a x + b y + c`, `y' = d x + e y + f`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Affine([f32; 6]);

impl Affine {
    /// The map that carries the corners of `a` to those of `b`; none for a flat or turned-over triangle.
    pub fn between(a: [[f32; 2]; 3], b: [[f32; 2]; 3]) -> Option<Self> {
        let (ux, uy) = (a[1][0] - a[0][0], a[1][1] - a[0][1]);
        let (vx, vy) = (a[2][0] - a[0][0], a[2][1] - a[0][1]);
        let area = ux * vy - uy * vx;
        if area.abs() < FLAT {
            return None;
        }
        let mut m = [0.0; 6];
        for axis in 0..2 {
            let (p, q) = (b[1][axis] - b[0][axis], b[2][axis] - b[0][axis]);
            let (gx, gy) = ((p * vy - q * uy) / area, (q * ux - p * vx) / area);
            m[axis * 3] = gx;
            m[axis * 3 + 1] = gy;
            m[axis * 3 + 2] = b[0][axis] - gx * a[0][0] - gy * a[0][1];
        }
        Some(Self(m))
    }

    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let m = &self.0;
        (m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5])
    }
}

/// Calls `pixel(x, y, index)` for each pixel centre of a rectangle inside the triangle. Edges count as inside for
/// both neighbours, so that no crack opens between triangles.
pub(super) fn fill(
    corners: [[f32; 2]; 3],
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    mut pixel: impl FnMut(f32, f32, usize),
) {
    const SLACK: f32 = 1e-3;
    let low = corners.iter().map(|c| c[1]).fold(f32::INFINITY, f32::min);
    let high = corners.iter().map(|c| c[1]).fold(f32::NEG_INFINITY, f32::max);
    let first = (low - SLACK).ceil().max(top as f32) as usize;
    let last = (high + SLACK).floor().min((top + height) as f32 - 1.0);
    if last < first as f32 {
        return;
    }
    for row in first..=last as usize {
        let y = row as f32;
        let (mut enter, mut leave) = (f32::INFINITY, f32::NEG_INFINITY);
        for (a, b) in [(0, 1), (1, 2), (2, 0)].map(|(i, j): (usize, usize)| (corners[i], corners[j])) {
            let (upper, lower) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            if y < upper[1] - SLACK || y > lower[1] + SLACK {
                continue;
            }
            let rise = lower[1] - upper[1];
            if rise < SLACK {
                enter = enter.min(upper[0].min(lower[0]));
                leave = leave.max(upper[0].max(lower[0]));
                continue;
            }
            let share = ((y - upper[1]) / rise).clamp(0.0, 1.0);
            let x = upper[0] + share * (lower[0] - upper[0]);
            enter = enter.min(x);
            leave = leave.max(x);
        }
        let from = (enter - SLACK).ceil().max(left as f32);
        let to = (leave + SLACK).floor().min((left + width) as f32 - 1.0);
        if to < from {
            continue;
        }
        for column in from as usize..=to as usize {
            pixel(column as f32, y, (row - top) * width + column - left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mouth::region::Roi;

    fn picture(roi: Roi) -> Vec<u8> {
        (0..roi.pixels() * 3).map(|i| (128.0 + 90.0 * (i as f32 * 0.011).sin()) as u8).collect()
    }

    #[test]
    fn no_move_changes_nothing_and_a_shift_moves_the_inside() {
        let roi = Roi { left: 10, top: 20, width: 64, height: 48 };
        let rgb = picture(roi);
        let source = View { roi, rgb: &rgb };
        let from = [[12.0, 22.0], [70.0, 22.0], [12.0, 66.0], [70.0, 66.0]];
        let triangles = [[0, 1, 2], [1, 3, 2]];
        let (mut out, mut mask) = (rgb.clone(), vec![0; roi.pixels()]);
        warp(source, &from, &from, &triangles, &mut out, &mut mask);
        assert_eq!(out, rgb);
        let to = from.map(|p| [p[0] + 1.0, p[1]]);
        warp(source, &from, &to, &triangles, &mut out, &mut mask);
        let at = |x: usize, y: usize| ((y - 20) * 64 + x - 10) * 3;
        assert!(out[at(40, 40)].abs_diff(rgb[at(39, 40)]) <= 1);
        assert_eq!((mask[0], out[at(10, 20)]), (0, rgb[0]));
    }
}
