//! Fine alignment of a lent mouth with the interpolated one.
//!
//! Landmarks tremble by about a pixel, and hair and teeth have no landmarks: the lent texture is aligned with the
//! interpolated shading by iterated least squares over soft windows (Lucas & Kanade 1981), so that its detail lies
//! where the shading says it is. Works on shape-free textures at half resolution.

use super::soft::blur;
use crate::mouth::bank::GRID;

/// Columns and rows that the flow is computed on.
const SIZE: (usize, usize) = (GRID.0 / 2, GRID.1 / 2);
const COUNT: usize = SIZE.0 * SIZE.1;
/// Radius of the windows, half cells.
const WINDOW: usize = 3;
/// Squared gradient that counts as noise.
const NOISE: f32 = 6.0;
/// Largest displacement, half cells.
const MOST: f32 = 2.0;

/// Displacements over the grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow(Vec<f32>);

impl Flow {
    /// Luma of a texture (R G B numbers, `CELLS × 3`) at half resolution.
    pub fn luma(texture: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut small = vec![0.0f32; COUNT];
        for y in 0..SIZE.1 * 2 {
            for x in 0..SIZE.0 * 2 {
                let at = (y * GRID.0 + x) * 3;
                let luma = 0.299 * texture(at) + 0.587 * texture(at + 1) + 0.114 * texture(at + 2);
                small[y / 2 * SIZE.0 + x / 2] += 0.25 * luma;
            }
        }
        small
    }

    /// Where in `lent` each place of `wanted` is found (both from [`Flow::luma`]), after `rounds` of refinement.
    pub fn find(wanted: &[f32], lent: &[f32], rounds: usize) -> Self {
        let mut flow = vec![0.0f32; COUNT * 2];
        let mut tensor = vec![0.0f32; COUNT * 5];
        // A difference of light is not a displacement.
        let (wanted, lent) = (detail_of(wanted), detail_of(lent));
        for _ in 0..rounds {
            let warped: Vec<f32> = (0..COUNT)
                .map(|i| {
                    let (x, y) = ((i % SIZE.0) as f32, (i / SIZE.0) as f32);
                    sample(&lent, x + flow[i * 2], y + flow[i * 2 + 1])
                })
                .collect();
            for y in 0..SIZE.1 {
                for x in 0..SIZE.0 {
                    let i = y * SIZE.0 + x;
                    let (left, right) = (i - usize::from(x > 0), i + usize::from(x + 1 < SIZE.0));
                    let up = if y > 0 { i - SIZE.0 } else { i };
                    let down = if y + 1 < SIZE.1 { i + SIZE.0 } else { i };
                    let gx = 0.25 * (warped[right] - warped[left] + wanted[right] - wanted[left]);
                    let gy = 0.25 * (warped[down] - warped[up] + wanted[down] - wanted[up]);
                    let off = wanted[i] - warped[i];
                    tensor[i * 5..i * 5 + 5].copy_from_slice(&[
                        gx * gx,
                        gx * gy,
                        gy * gy,
                        gx * off,
                        gy * off,
                    ]);
                }
            }
            blur(&mut tensor, SIZE.0, SIZE.1, 5, WINDOW);
            for (i, t) in tensor.chunks_exact(5).enumerate() {
                let (a, b, c) = (t[0] + NOISE, t[1], t[2] + NOISE);
                let det = a * c - b * b;
                let (dx, dy) = ((c * t[3] - b * t[4]) / det, (a * t[4] - b * t[3]) / det);
                flow[i * 2] = (flow[i * 2] + dx.clamp(-1.0, 1.0)).clamp(-MOST, MOST);
                flow[i * 2 + 1] = (flow[i * 2 + 1] + dy.clamp(-1.0, 1.0)).clamp(-MOST, MOST);
            }
            blur(&mut flow, SIZE.0, SIZE.1, 2, 1);
        }
        Self(flow)
    }

    /// Displacement in cells at a grid place (cells).
    pub fn at(&self, place: [f32; 2]) -> [f32; 2] {
        let x = ((place[0] - 0.5) * 0.5).clamp(0.0, (SIZE.0 - 1) as f32);
        let y = ((place[1] - 0.5) * 0.5).clamp(0.0, (SIZE.1 - 1) as f32);
        let (x0, y0) = ((x as usize).min(SIZE.0 - 2), (y as usize).min(SIZE.1 - 2));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        std::array::from_fn(|k| {
            let v = |dx: usize, dy: usize| self.0[((y0 + dy) * SIZE.0 + x0 + dx) * 2 + k];
            let top = v(0, 0) + (v(1, 0) - v(0, 0)) * fx;
            let bottom = v(0, 1) + (v(1, 1) - v(0, 1)) * fx;
            2.0 * (top + (bottom - top) * fy)
        })
    }
}

/// The picture without its broad shading.
fn detail_of(luma: &[f32]) -> Vec<f32> {
    let mut broad = luma.to_vec();
    blur(&mut broad, SIZE.0, SIZE.1, 1, 6);
    luma.iter().zip(broad).map(|(v, b)| v - b).collect()
}

fn sample(picture: &[f32], x: f32, y: f32) -> f32 {
    let (x, y) = (x.clamp(0.0, (SIZE.0 - 1) as f32), y.clamp(0.0, (SIZE.1 - 1) as f32));
    let (x0, y0) = ((x as usize).min(SIZE.0 - 2), (y as usize).min(SIZE.1 - 2));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let at = y0 * SIZE.0 + x0;
    let top = picture[at] + (picture[at + 1] - picture[at]) * fx;
    let bottom = picture[at + SIZE.0] + (picture[at + SIZE.0 + 1] - picture[at + SIZE.0]) * fx;
    top + (bottom - top) * fy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mouth::bank::CELLS;

    #[test]
    fn a_shift_is_found() {
        let picture = |dx: f32| {
            let texture: Vec<f32> = (0..CELLS)
                .flat_map(|i| {
                    let (x, y) = ((i % GRID.0) as f32 + dx, (i / GRID.0) as f32);
                    [120.0 + 50.0 * (x * 0.31).sin() * (y * 0.23).cos(); 3]
                })
                .collect();
            Flow::luma(|i| texture[i])
        };
        let flow = Flow::find(&picture(0.0), &picture(-1.5), 5);
        let [dx, dy] = flow.at([48.0, 40.0]);
        assert!((dx - 1.5).abs() < 0.3 && dy.abs() < 0.2, "{dx} {dy}");
    }
}
