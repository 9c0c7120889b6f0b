//! The reference mouth: one fixed mesh with the mouth open, in which the pixels of all frames can be compared.
//!
//! Every place of the patch has the same meaning in every frame (the left corner, the middle of the upper lip, the
//! inside), whatever the lips do: a shape-free texture as in Cootes, Edwards & Taylor, "Active appearance models" (1998).

use std::sync::LazyLock;

use crate::landmarks::{EYE_LEFT_OUTER, EYE_RIGHT_OUTER, FACE_POINTS};
use crate::mouth::indices::{LIPS, MOUTH_PATCH};
use crate::mouth::lips::LipShape;
use crate::mouth::region::View;
use crate::tracks::canonical_face;

/// Columns and rows of a shape-free texture.
pub(in crate::mouth) const GRID: (usize, usize) = (96, 84);
/// Cells of a shape-free texture.
pub(in crate::mouth) const CELLS: usize = GRID.0 * GRID.1;
/// Opening of the reference mouth, inter-ocular distances.
const OPENING: f32 = 0.12;
/// Margin round [`MOUTH_PATCH`], inter-ocular distances.
const MARGIN: f32 = 0.06;

/// The mesh and the grid laid over it.
#[derive(Debug)]
pub(in crate::mouth) struct Reference {
    /// Face points in canonical centimetres.
    pub points: Vec<[f32; 2]>,
    /// Triangles that touch the patch, those between the lips first: where lips overlap, the lips win.
    pub triangles: Vec<[u16; 3]>,
    /// Left, top, and centimetres per cell in both directions.
    origin: [f32; 2],
    step: [f32; 2],
    cells: Vec<Cell>,
}

/// Place of a grid cell in the mesh.
#[derive(Debug, Clone, Copy)]
struct Cell {
    corners: [u16; 3],
    share: [f32; 3],
}

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::build);

/// The reference mouth.
pub(in crate::mouth) fn reference() -> &'static Reference {
    &REFERENCE
}

impl Reference {
    fn build() -> Self {
        let face = &canonical_face()[..FACE_POINTS];
        let inter_ocular = face[EYE_RIGHT_OUTER][0] - face[EYE_LEFT_OUTER][0];
        let mut lips = LipShape { points: LIPS.iter().map(|i| face[*i]).collect() };
        lips.set_gap(OPENING * inter_ocular);
        let mut points: Vec<[f32; 2]> = face.iter().map(|p| [p[0], p[1]]).collect();
        LIPS.iter().zip(&lips.points).for_each(|(i, p)| points[*i] = [p[0], p[1]]);

        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        let mut bounds = MOUTH_PATCH.iter().map(|i| points[*i]).fold(start, grow);
        let margin = MARGIN * inter_ocular;
        bounds = [bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin];
        let step = [(bounds[2] - bounds[0]) / GRID.0 as f32, (bounds[3] - bounds[1]) / GRID.1 as f32];

        let plane: Vec<delaunator::Point> =
            points.iter().map(|p| delaunator::Point { x: f64::from(p[0]), y: f64::from(p[1]) }).collect();
        let all = delaunator::triangulate(&plane).triangles;
        let touches = |t: &[u16; 3]| {
            let b = t.iter().map(|i| points[usize::from(*i)]).fold(start, grow);
            b[0] < bounds[2] && b[2] > bounds[0] && b[1] < bounds[3] && b[3] > bounds[1]
        };
        let mut triangles: Vec<[u16; 3]> =
            all.chunks_exact(3).map(|t| [t[0] as u16, t[1] as u16, t[2] as u16]).filter(touches).collect();
        let inner = &LIPS[20..40];
        triangles.sort_by_key(|t| !t.iter().all(|i| inner.contains(&usize::from(*i))));
        let mut made = Self { points, triangles, origin: [bounds[0], bounds[1]], step, cells: Vec::new() };
        made.cells = (0..CELLS).map(|i| made.cell(i)).collect();
        made
    }

    fn cell(&self, index: usize) -> Cell {
        let x = self.origin[0] + ((index % GRID.0) as f32 + 0.5) * self.step[0];
        let y = self.origin[1] + ((index / GRID.0) as f32 + 0.5) * self.step[1];
        let mut best = Cell { corners: [0; 3], share: [1.0, 0.0, 0.0] };
        let mut most = f32::NEG_INFINITY;
        for triangle in &self.triangles {
            let [a, b, c] = triangle.map(|i| self.points[usize::from(i)]);
            let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
            if area.abs() < 1e-6 {
                continue;
            }
            let v = ((x - a[0]) * (c[1] - a[1]) - (y - a[1]) * (c[0] - a[0])) / area;
            let w = ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / area;
            let share = [1.0 - v - w, v, w];
            let least = share.iter().copied().fold(f32::INFINITY, f32::min);
            if least > most {
                most = least;
                best = Cell { corners: *triangle, share };
            }
        }
        best
    }

    /// Grid place (cells, the middle of the first is 0) of a reference place (centimetres).
    pub fn to_grid(&self, point: [f32; 2]) -> [f32; 2] {
        std::array::from_fn(|i| (point[i] - self.origin[i]) / self.step[i] - 0.5)
    }

    /// A displacement in cells as centimetres.
    pub fn offset(&self, cells: [f32; 2]) -> [f32; 2] {
        std::array::from_fn(|i| cells[i] * self.step[i])
    }

    /// The shape-free texture of a face: [`CELLS`] colours. `points` are its mesh in picture coordinates, `scale` its
    /// inter-ocular distance in pixels.
    pub fn texture(&self, picture: View<'_>, points: &[[f32; 2]], scale: f32) -> Vec<[f32; 3]> {
        // Four looks per cell, or detail finer than a cell would alias.
        let off = 0.25 * self.step[0] / 9.0 * scale;
        let looks = [[-off, -off], [off, -off], [-off, off], [off, off]];
        self.cells
            .iter()
            .map(|cell| {
                let mut place = [0.0f32; 2];
                for (corner, share) in cell.corners.iter().zip(cell.share) {
                    let p = points[usize::from(*corner)];
                    (0..2).for_each(|i| place[i] += share * p[i]);
                }
                let mut sum = [0.0f32; 3];
                for look in looks {
                    let colour = picture.bilinear(place[0] + look[0], place[1] + look[1]);
                    (0..3).for_each(|c| sum[c] += 0.25 * colour[c]);
                }
                sum
            })
            .collect()
    }
}

fn grow(b: [f32; 4], p: [f32; 2]) -> [f32; 4] {
    [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_lies_in_a_triangle_and_finds_itself() {
        let made = reference();
        for (i, cell) in made.cells.iter().enumerate() {
            // The patch's lower corners lie beyond the jaw: their nearest triangle is continued.
            assert!(cell.share.iter().all(|s| *s > -0.6), "cell {i}: {:?}", cell.share);
            let mut place = [0.0f32; 2];
            for (corner, share) in cell.corners.iter().zip(cell.share) {
                (0..2).for_each(|axis| place[axis] += share * made.points[usize::from(*corner)][axis]);
            }
            let [x, y] = made.to_grid(place);
            assert!((x - (i % GRID.0) as f32).abs() < 0.01 && (y - (i / GRID.0) as f32).abs() < 0.01);
        }
    }
}
