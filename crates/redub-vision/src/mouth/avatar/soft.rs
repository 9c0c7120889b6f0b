//! Blurs and soft masks.

use crate::mouth::region::Roi;

/// Blurs in place by a box of `2·radius + 1` pixels, twice in each direction (close to a Gaussian of standard deviation
/// `radius × 0.82 + 0.4`); the edge is repeated.
pub(super) fn blur(values: &mut [f32], width: usize, height: usize, channels: usize, radius: usize) {
    if radius == 0 || width == 0 || height == 0 {
        return;
    }
    let mut line = Vec::new();
    for _ in 0..2 {
        for y in 0..height {
            let row = &mut values[y * width * channels..(y + 1) * width * channels];
            for c in 0..channels {
                run(row, c, channels, width, radius, &mut line);
            }
        }
        columns(values, width * channels, height, radius);
    }
}

/// Running mean of one channel along a row.
fn run(row: &mut [f32], offset: usize, step: usize, count: usize, radius: usize, line: &mut Vec<f32>) {
    line.clear();
    line.extend((0..count).map(|i| row[offset + i * step]));
    let at = |i: isize| line[i.clamp(0, count as isize - 1) as usize];
    let share = 1.0 / (2 * radius + 1) as f32;
    let reach = radius as isize;
    let mut sum: f32 = (-reach..=reach).map(at).sum();
    for i in 0..count {
        row[offset + i * step] = sum * share;
        sum += at(i as isize + reach + 1) - at(i as isize - reach);
    }
}

/// Running mean down all columns at once: rows are walked in order, which the cache likes.
fn columns(values: &mut [f32], stride: usize, height: usize, radius: usize) {
    let before = values.to_vec();
    let row = |i: isize| {
        let y = i.clamp(0, height as isize - 1) as usize;
        &before[y * stride..(y + 1) * stride]
    };
    let share = 1.0 / (2 * radius + 1) as f32;
    let reach = radius as isize;
    let mut sum = vec![0.0f32; stride];
    for i in -reach..=reach {
        sum.iter_mut().zip(row(i)).for_each(|(s, v)| *s += v);
    }
    for y in 0..height {
        let out = &mut values[y * stride..(y + 1) * stride];
        out.iter_mut().zip(&sum).for_each(|(o, s)| *o = s * share);
        let (enter, leave) = (row(y as isize + reach + 1), row(y as isize - reach));
        sum.iter_mut().zip(enter.iter().zip(leave)).for_each(|(s, (e, l))| *s += e - l);
    }
}

/// A mask (0..1 per pixel of `roi`) of a polygon: 0 on its edge and outside, rising to 1 within `feather` pixels.
pub(in crate::mouth) fn polygon(corners: &[[f32; 2]], roi: Roi, feather: f32) -> Vec<f32> {
    let mut mask = vec![0.0f32; roi.pixels()];
    let mut crossings: Vec<f32> = Vec::new();
    for row in 0..roi.height {
        let y = (roi.top + row) as f32 + 0.01;
        crossings.clear();
        for (i, a) in corners.iter().enumerate() {
            let b = corners[(i + 1) % corners.len()];
            if (a[1] <= y) != (b[1] <= y) {
                crossings.push(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
            }
        }
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let column = |x: f32| ((x - roi.left as f32).max(0.0) as usize).min(roi.width);
            let line = &mut mask[row * roi.width..(row + 1) * roi.width];
            line[column(pair[0].ceil())..column(pair[1].floor() + 1.0)].fill(1.0);
        }
    }
    blur(&mut mask, roi.width, roi.height, 1, ((feather * 0.5) as usize).max(1));
    for value in &mut mask {
        let rise = ((*value - 0.5) * 2.0).clamp(0.0, 1.0);
        *value = rise * rise * (3.0 - 2.0 * rise);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_is_full_inside_and_nothing_at_its_edge() {
        let roi = Roi { left: 10, top: 10, width: 40, height: 40 };
        let square = [[15.0, 15.0], [45.0, 15.0], [45.0, 45.0], [15.0, 45.0]];
        let mask = polygon(&square, roi, 6.0);
        assert!(mask[20 * 40 + 20] > 0.99 && mask[0] == 0.0);
        assert!(mask[20 * 40 + 4] < 0.1 && mask[20 * 40 + 5] < 0.2, "{}", mask[20 * 40 + 5]);
    }

    #[test]
    fn a_blur_keeps_the_sum() {
        let mut values = vec![0.0f32; 21 * 21];
        values[10 * 21 + 10] = 1.0;
        blur(&mut values, 21, 21, 1, 3);
        assert!((values.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        assert!(values[10 * 21 + 10] > values[10 * 21 + 13]);
    }
}
