//! The inside of the mouth: teeth and tongue from an open-mouth frame of the same person.

use super::blend::{Patch, gain, laplacian_blend};
use super::exemplars::ExemplarPixels;
use super::indices::{COLUMNS, INNER, LIPS, MOUTH_RING};
use super::region::{Roi, View, picture_points};

/// Steps of the contour tables across the mouth.
const STEPS: usize = 64;
/// Share of a too large opening that is shown from above (the upper teeth hang from the skull) before the rest is
/// shown from below (the lower teeth and the tongue go with the jaw).
const FROM_ABOVE: f32 = 0.58;

/// The inner edge of the lips in one picture, as two curves over the line between the mouth's corners.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    origin: [f32; 2],
    right: [f32; 2],
    down: [f32; 2],
    /// Distance between the inner corners, pixels.
    width: f32,
    /// Signed distance below the line between the corners, per step.
    upper: Vec<f32>,
    lower: Vec<f32>,
    /// Inter-ocular distance, pixels, as the picture's scale.
    scale: f32,
}

impl Opening {
    /// Reads the inner edge from picture points of the face mesh.
    pub fn of(points: &[[f32; 2]], scale: f32) -> Option<Self> {
        let corner = |i: usize| points.get(LIPS[INNER + i]).copied();
        let (left, right) = (corner(0)?, corner(COLUMNS + 1)?);
        let across = [right[0] - left[0], right[1] - left[1]];
        let width = across[0].hypot(across[1]);
        if width < 4.0 {
            return None;
        }
        let axis = [across[0] / width, across[1] / width];
        let down = [-axis[1], axis[0]];
        let local = |i: usize| -> Option<[f32; 2]> {
            let p = corner(i)?;
            let (dx, dy) = (p[0] - left[0], p[1] - left[1]);
            Some([(dx * axis[0] + dy * axis[1]) / width, dx * down[0] + dy * down[1]])
        };
        let curve = |from: usize| -> Option<Vec<f32>> {
            let mut knots = vec![[0.0, 0.0]];
            for column in 0..COLUMNS {
                knots.push(local(from + column)?);
            }
            knots.push([1.0, 0.0]);
            Some(table(&mut knots))
        };
        let (lower, upper) = (curve(1)?, curve(COLUMNS + 2)?);
        Some(Self { origin: left, right: axis, down, width, upper, lower, scale: scale.max(1.0) })
    }

    /// Across (0 left corner, 1 right corner) and below the corner line, pixels.
    fn local(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (x - self.origin[0], y - self.origin[1]);
        ((dx * self.right[0] + dy * self.right[1]) / self.width, dx * self.down[0] + dy * self.down[1])
    }

    fn picture(&self, across: f32, below: f32) -> (f32, f32) {
        let along = across * self.width;
        (
            self.origin[0] + along * self.right[0] + below * self.down[0],
            self.origin[1] + along * self.right[1] + below * self.down[1],
        )
    }

    /// Upper and lower edge at `across`.
    fn edges(&self, across: f32) -> (f32, f32) {
        let at = across.clamp(0.0, 1.0) * (STEPS - 1) as f32;
        let (i, t) = ((at as usize).min(STEPS - 2), at.fract());
        let read = |curve: &[f32]| curve[i] + t * (curve[i + 1] - curve[i]);
        (read(&self.upper), read(&self.lower))
    }

    /// Opening at the middle in inter-ocular distances.
    pub fn aperture(&self) -> f32 {
        let (upper, lower) = self.edges(0.5);
        (lower - upper).max(0.0) / self.scale
    }

    fn bounds(&self) -> [f32; 4] {
        let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        (0..STEPS).fold(start, |b, i| {
            let across = i as f32 / (STEPS - 1) as f32;
            let (a, c) = (self.picture(across, self.upper[i]), self.picture(across, self.lower[i]));
            [b[0].min(a.0.min(c.0)), b[1].min(a.1.min(c.1)), b[2].max(a.0.max(c.0)), b[3].max(a.1.max(c.1))]
        })
    }
}

/// Resamples knots `(across, below)` at equal steps, linearly.
fn table(knots: &mut [[f32; 2]]) -> Vec<f32> {
    knots.sort_by(|a, b| a[0].total_cmp(&b[0]));
    (0..STEPS)
        .map(|i| {
            let x = i as f32 / (STEPS - 1) as f32;
            let after = knots.partition_point(|k| k[0] < x).clamp(1, knots.len() - 1);
            let (a, b) = (knots[after - 1], knots[after]);
            let t = if b[0] > a[0] { ((x - a[0]) / (b[0] - a[0])).clamp(0.0, 1.0) } else { 0.0 };
            a[1] + t * (b[1] - a[1])
        })
        .collect()
}

/// The inside of one open mouth.
#[derive(Debug, Clone)]
pub(super) struct Interior {
    roi: Roi,
    rgb: Vec<u8>,
    opening: Opening,
    ring: [f32; 3],
}

impl Interior {
    /// Takes the inside of the mouth from an exemplar with a quality (larger is better): sharpness of the opening,
    /// its size, and how much bright tooth it shows.
    pub fn of(exemplar: &ExemplarPixels) -> Option<(f32, Self)> {
        if exemplar.roi.is_empty() || exemplar.rgb.len() != exemplar.roi.pixels() * 3 {
            return None;
        }
        let points = picture_points(&exemplar.observation);
        let opening = Opening::of(&points, exemplar.observation.mesh.inter_ocular())?;
        let view = View { roi: exemplar.roi, rgb: &exemplar.rgb };
        let ring = ring_colour(view, &points)?;
        let quality = quality(view, &opening, ring);
        Some((quality, Self { roi: exemplar.roi, rgb: exemplar.rgb.clone(), opening, ring }))
    }

    /// Colour at `across` of the target opening, `depth` pixels under its upper edge of `height` pixels in all;
    /// `wider` is the target's width over the exemplar's, `zoom` exemplar pixels per target pixel.
    fn colour(&self, across: f32, depth: f32, height: f32, wider: f32, zoom: f32) -> [f32; 3] {
        // Teeth do not shrink with a narrowing mouth: the corners cover them.
        let across = 0.5 + (across - 0.5) * wider.min(1.0);
        let (upper, lower) = self.opening.edges(across);
        let whole = (lower - upper).max(1.0);
        let (depth, height) = (depth * zoom, height * zoom);
        let view = View { roi: self.roi, rgb: &self.rgb };
        let sample = |d: f32| {
            let (x, y) = self.opening.picture(across, upper + d.clamp(0.0, whole));
            view.bicubic(x, y)
        };
        if height >= whole {
            return sample(depth * whole / height);
        }
        // A smaller opening hides the middle: upper part as it hangs, lower part as the jaw carries it, with a
        // short cross-fade where they meet.
        let seam = (0.3 * height).min(whole - height).max(0.5);
        let below = (((depth - FROM_ABOVE * height) / seam) + 0.5).clamp(0.0, 1.0);
        let from_below = whole - (height - depth);
        match below {
            b if b <= 0.0 => sample(depth),
            b if b >= 1.0 => sample(from_below),
            b => {
                let (top, bottom) = (sample(depth), sample(from_below));
                std::array::from_fn(|c| top[c] + b * (bottom[c] - top[c]))
            }
        }
    }
}

/// Mean colour of the skin round the mouth.
pub(super) fn ring_colour(view: View<'_>, points: &[[f32; 2]]) -> Option<[f32; 3]> {
    let spots: Vec<[f32; 3]> = MOUTH_RING.iter().filter_map(|i| view.spot(*points.get(*i)?)).collect();
    let count = spots.len() as f32;
    (!spots.is_empty()).then(|| std::array::from_fn(|c| spots.iter().map(|s| s[c]).sum::<f32>() / count))
}

/// Sharpness × openness × visible teeth.
fn quality(view: View<'_>, opening: &Opening, ring: [f32; 3]) -> f32 {
    let luma = |c: [f32; 3]| 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
    let skin = luma(ring).max(1.0);
    let (mut edges, mut teeth, mut count) = (0.0f32, 0.0f32, 1e-3f32);
    for i in 8..STEPS - 8 {
        let across = i as f32 / (STEPS - 1) as f32;
        let (upper, lower) = opening.edges(across);
        let mut last: Option<f32> = None;
        let mut d = upper + 1.0;
        while d < lower - 1.0 {
            let (x, y) = opening.picture(across, d);
            let colour = view.bicubic(x, y);
            let here = luma(colour);
            edges += last.map_or(0.0, |l| (here - l).abs()) / skin;
            // Teeth: bright and not red.
            let red = (colour[0] - 0.5 * (colour[1] + colour[2])) / here.max(1.0);
            teeth += f32::from(u8::from(here > 0.55 * skin && red < 0.35));
            count += 1.0;
            last = Some(here);
            d += 1.0;
        }
    }
    let openness = (opening.aperture() / 0.12).min(1.0);
    openness * (0.4 + (teeth / count).min(0.5)) * (0.3 + (edges / count * 8.0).min(1.0))
}

/// Fills the opening `target` in `out` (pixels of `roi`) with the inside of the mouth at `strength` 0..1. Without an
/// exemplar the inside is a dark gradient, tinted by the skin. Marks pasted pixels in `mask`.
pub(super) fn paste(
    interior: Option<&Interior>,
    target: &Opening,
    skin: [f32; 3],
    strength: f32,
    roi: Roi,
    out: &mut [u8],
    mask: &mut [u8],
) {
    let edge = (0.012 * target.scale).max(0.7);
    let b = target.bounds();
    let bounds = [b[0] - edge - 2.0, b[1] - edge - 2.0, b[2] + edge + 2.0, b[3] + edge + 2.0];
    let (x0, y0) = (bounds[0].max(roi.left as f32) as usize, bounds[1].max(roi.top as f32) as usize);
    let (x1, y1) = (
        (bounds[2].max(0.0) as usize + 1).min(roi.left + roi.width),
        (bounds[3].max(0.0) as usize + 1).min(roi.top + roi.height),
    );
    if x1 <= x0 || y1 <= y0 {
        return;
    }
    let size = (x1 - x0) * (y1 - y0);
    let mut under = Patch { width: x1 - x0, height: y1 - y0, rgb: Vec::with_capacity(size * 3) };
    let mut over = under.clone();
    let mut alpha = Vec::with_capacity(size);
    let tone = interior.map_or([1.0; 3], |i| gain(i.ring, skin));
    for y in y0..y1 {
        for x in x0..x1 {
            let at = ((y - roi.top) * roi.width + x - roi.left) * 3;
            let own: [f32; 3] = std::array::from_fn(|c| f32::from(out[at + c]));
            let (across, below) = target.local(x as f32, y as f32);
            let (upper, lower) = target.edges(across);
            let height = lower - upper;
            let inside = (below - upper).min(lower - below).min(across.min(1.0 - across) * target.width);
            let cover = ((inside + 0.35 * edge) / edge).clamp(0.0, 1.0);
            let cover = cover * cover * (3.0 - 2.0 * cover) * strength;
            let colour = if cover <= 0.0 {
                own
            } else {
                let depth = (below - upper).clamp(0.0, height.max(0.0));
                let raw = match interior {
                    Some(i) => {
                        let zoom = i.opening.scale / target.scale;
                        let wider = target.width * zoom / i.opening.width;
                        i.colour(across, depth, height.max(0.5), wider, zoom)
                    }
                    None => dark(skin, depth / height.max(1.0)),
                };
                // The lips shade the edge of the opening, most of all at the corners.
                let corner = (across.min(1.0 - across) / 0.22).clamp(0.0, 1.0);
                let shade = (0.62 + 0.38 * corner) * (0.8 + 0.2 * (depth / (1.6 * edge)).min(1.0));
                std::array::from_fn(|c| (raw[c] * tone[c] * shade).clamp(0.0, 255.0))
            };
            under.rgb.extend(own);
            over.rgb.extend(colour);
            alpha.push(cover);
        }
    }
    let blended = laplacian_blend(&under, &over, &alpha, 1);
    for (i, cover) in alpha.iter().enumerate().filter(|(_, c)| **c > 0.0) {
        let (x, y) = (x0 + i % under.width, y0 + i / under.width);
        let at = (y - roi.top) * roi.width + x - roi.left;
        for c in 0..3 {
            out[at * 3 + c] = (blended[i * 3 + c] + 0.5).clamp(0.0, 255.0) as u8;
        }
        mask[at] = mask[at].max(128 + (cover * 127.0) as u8);
    }
}

/// A mouth nobody has seen the inside of: dark, a little less so towards the tongue.
fn dark(skin: [f32; 3], depth: f32) -> [f32; 3] {
    let level = 0.1 + 0.14 * depth.clamp(0.0, 1.0);
    [skin[0] * level * 1.25, skin[1] * level * 0.75, skin[2] * level * 0.75]
}
