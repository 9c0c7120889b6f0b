//! Joining two pictures: Laplacian-pyramid blend (Burt & Adelson, 1983) and colour match.

/// A small picture in floating point, interleaved R G B.
#[derive(Debug, Clone, Default)]
pub(super) struct Patch {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<f32>,
}

/// Lays `over` on `under` with `mask` (0..1, one value per pixel). Fine detail changes over where the mask is steep,
/// coarse tone over a wider seam, `levels` octaves deep. Pixels whose mask is 0 keep `under` exactly.
pub(super) fn laplacian_blend(under: &Patch, over: &Patch, mask: &[f32], levels: usize) -> Vec<f32> {
    let blended = blend_level(under, over, mask, levels);
    let keep = |i: usize| mask[i / 3] <= 0.0;
    blended.into_iter().enumerate().map(|(i, v)| if keep(i) { under.rgb[i] } else { v }).collect()
}

fn blend_level(under: &Patch, over: &Patch, mask: &[f32], levels: usize) -> Vec<f32> {
    let mix = |a: &[f32], b: &[f32]| -> Vec<f32> {
        a.iter().zip(b).enumerate().map(|(i, (a, b))| a + mask[i / 3] * (b - a)).collect()
    };
    if levels == 0 || under.width < 4 || under.height < 4 {
        return mix(&under.rgb, &over.rgb);
    }
    let size = (under.width, under.height);
    let (half_under, half_over) = (halve(&under.rgb, size, 3), halve(&over.rgb, size, 3));
    let half = (size.0.div_ceil(2), size.1.div_ceil(2));
    let small = |rgb: Vec<f32>| Patch { width: half.0, height: half.1, rgb };
    let coarse =
        blend_level(&small(half_under.clone()), &small(half_over.clone()), &halve(mask, size, 1), levels - 1);
    let detail = |full: &[f32], half_rgb: &[f32]| -> Vec<f32> {
        full.iter().zip(double(half_rgb, size)).map(|(a, b)| a - b).collect()
    };
    let fine = mix(&detail(&under.rgb, &half_under), &detail(&over.rgb, &half_over));
    double(&coarse, size).into_iter().zip(fine).map(|(a, b)| a + b).collect()
}

/// Blurs with 1 4 6 4 1 and takes every second pixel.
fn halve(values: &[f32], (width, height): (usize, usize), channels: usize) -> Vec<f32> {
    let (w, h) = (width.div_ceil(2), height.div_ceil(2));
    let weights = [1.0, 4.0, 6.0, 4.0, 1.0].map(|v: f32| v / 16.0);
    let clamp = |v: isize, edge: usize| v.clamp(0, edge as isize - 1) as usize;
    let mut rows = vec![0.0; w * height * channels];
    for y in 0..height {
        for x in 0..w {
            for (k, weight) in weights.iter().enumerate() {
                let column = clamp(2 * x as isize + k as isize - 2, width);
                for c in 0..channels {
                    rows[(y * w + x) * channels + c] += weight * values[(y * width + column) * channels + c];
                }
            }
        }
    }
    let mut half = vec![0.0; w * h * channels];
    for y in 0..h {
        for (k, weight) in weights.iter().enumerate() {
            let row = clamp(2 * y as isize + k as isize - 2, height);
            let (from, to) = (row * w * channels, y * w * channels);
            for i in 0..w * channels {
                half[to + i] += weight * rows[from + i];
            }
        }
    }
    half
}

/// Linear interpolation back to `size`, three channels.
fn double(half: &[f32], (width, height): (usize, usize)) -> Vec<f32> {
    let (w, h) = (width.div_ceil(2), height.div_ceil(2));
    let mut full = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let (y0, y1) = (y / 2, y.div_ceil(2).min(h - 1));
        for x in 0..width {
            let (x0, x1) = (x / 2, x.div_ceil(2).min(w - 1));
            for c in 0..3 {
                let at = |x: usize, y: usize| half[(y * w + x) * 3 + c];
                full.push(0.25 * (at(x0, y0) + at(x1, y0) + at(x0, y1) + at(x1, y1)));
            }
        }
    }
    full
}

/// Factor per channel that carries the mean colour `from` to `to`, within 0.7..1.4.
pub(super) fn gain(from: [f32; 3], to: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|c| ((to[c] + 1.0) / (from[c] + 1.0)).clamp(0.7, 1.4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_the_mask_nothing_changes_and_inside_all_does() {
        let under =
            Patch { width: 32, height: 24, rgb: (0..32 * 24 * 3).map(|i| (i % 251) as f32).collect() };
        let over = Patch { width: 32, height: 24, rgb: vec![200.0; 32 * 24 * 3] };
        let mask: Vec<f32> = (0..32 * 24).map(|i| if i % 32 >= 16 { 1.0 } else { 0.0 }).collect();
        let out = laplacian_blend(&under, &over, &mask, 2);
        for i in 0..32 * 24 {
            if mask[i] == 0.0 {
                assert_eq!(out[i * 3..i * 3 + 3], under.rgb[i * 3..i * 3 + 3]);
            }
        }
        assert!((out[(12 * 32 + 30) * 3] - 200.0).abs() < 1.0);
    }
}
