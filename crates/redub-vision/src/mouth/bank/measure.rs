//! What is measured of a frame when it enters the bank.

use crate::mouth::indices::SKIN;
use crate::mouth::region::View;

/// Colours at [`SKIN`], means over a small disc; `points` in picture coordinates, `scale` the inter-ocular distance.
pub(in crate::mouth) fn skin(picture: View<'_>, points: &[[f32; 2]], scale: f32) -> Vec<[f32; 3]> {
    let reach = (0.015 * scale).max(1.0);
    SKIN.iter()
        .map(|i| {
            let p = points[*i];
            let mut sum = [0.0f32; 3];
            for k in 0..9 {
                let (dx, dy) = ((k % 3) as f32 - 1.0, (k / 3) as f32 - 1.0);
                let colour = picture.bilinear(p[0] + dx * reach, p[1] + dy * reach);
                (0..3).for_each(|c| sum[c] += colour[c] / 9.0);
            }
            sum
        })
        .collect()
}

/// How much fine detail the skin and lips show: mean absolute Laplacian of the luma, as a share of its mean.
pub(in crate::mouth) fn sharpness(picture: View<'_>) -> f32 {
    let (w, h) = (picture.roi.width, picture.roi.height);
    if w < 3 || h < 3 {
        return 0.0;
    }
    let luma = |x: usize, y: usize| {
        let p = &picture.rgb[(y * w + x) * 3..][..3];
        0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])
    };
    let (mut detail, mut light) = (0.0f64, 0.0f64);
    for y in 1..h - 1 {
        for x in 1..w - 1 {
            let here = luma(x, y);
            let around = luma(x - 1, y) + luma(x + 1, y) + luma(x, y - 1) + luma(x, y + 1);
            detail += f64::from((around - 4.0 * here).abs());
            light += f64::from(here);
        }
    }
    (detail / light.max(1.0)) as f32
}
