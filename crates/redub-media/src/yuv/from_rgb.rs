//! From RGB back to YCbCr, for the pixels that changed.

use redub_core::Frame;

use super::color::Coefficients;
use super::{Rect, YuvColor, YuvFrame};

impl YuvFrame {
    /// A whole RGB picture as YCbCr.
    pub fn from_rgb(frame: &Frame, color: YuvColor) -> Self {
        let mut out = YuvFrame::black(frame.width, frame.height, color);
        out.put_rgb(out.rect(), frame, None);
        out
    }

    /// Writes `frame` into `rect`, pixel by pixel in the measure of `mask` (one byte per pixel of `rect`, 0 keeps the
    /// old pixel bit by bit, 255 takes the new one; none takes all).
    ///
    /// `rect` begins at even coordinates and has the size of `frame` (see [`Rect::even_inside`]); what lies outside
    /// the picture is left out. A chroma sample is the mean over its pixels, weighted by the mask, and moves towards
    /// it as far as the mask's mean says. Returns `false`, with nothing written, when the sizes do not fit.
    pub fn put_rgb(&mut self, rect: Rect, frame: &Frame, mask: Option<&[u8]>) -> bool {
        let fits = frame.width == rect.width
            && frame.height == rect.height
            && rect.x.is_multiple_of(2)
            && rect.y.is_multiple_of(2);
        let masked = mask.is_none_or(|m| m.len() == rect.width * rect.height);
        if !fits || !masked || frame.rgb.len() != rect.width * rect.height * 3 {
            return false;
        }
        let patch = Patch { rect, rgb: &frame.rgb, mask, factors: self.color.coefficients() };
        let (width, height, chroma_width) = (self.width, self.height, self.chroma_width());
        let rows = rect.height.min(height.saturating_sub(rect.y));
        let columns = rect.width.min(width.saturating_sub(rect.x));
        let (luma, u, v) = self.planes_mut();
        for row in 0..rows {
            let line = &mut luma[(rect.y + row) * width + rect.x..][..columns];
            patch.put_luma(row, line);
        }
        for row in (0..rows).step_by(2) {
            let at = ((rect.y + row) / 2) * chroma_width + rect.x / 2;
            let count = columns.div_ceil(2);
            let block_rows = (rows - row).min(2);
            patch.put_chroma(row, block_rows, columns, &mut u[at..at + count], &mut v[at..at + count]);
        }
        true
    }
}

struct Patch<'a> {
    rect: Rect,
    rgb: &'a [u8],
    mask: Option<&'a [u8]>,
    factors: Coefficients,
}

impl Patch<'_> {
    fn share(&self, row: usize, column: usize) -> i32 {
        self.mask.map_or(255, |m| i32::from(m[row * self.rect.width + column]))
    }

    fn pixel(&self, row: usize, column: usize) -> [i32; 3] {
        let at = (row * self.rect.width + column) * 3;
        [0, 1, 2].map(|i| i32::from(self.rgb[at + i]))
    }

    fn put_luma(&self, row: usize, line: &mut [u8]) {
        let offset = (self.factors.y_offset << Coefficients::BITS) + (1 << (Coefficients::BITS - 1));
        for (column, old) in line.iter_mut().enumerate() {
            let share = self.share(row, column);
            if share > 0 {
                let new = (dot(self.factors.y_of, self.pixel(row, column)) + offset) >> Coefficients::BITS;
                *old = blend(*old, new, share, 255);
            }
        }
    }

    fn put_chroma(&self, row: usize, block_rows: usize, columns: usize, u: &mut [u8], v: &mut [u8]) {
        for (index, (u, v)) in u.iter_mut().zip(v).enumerate() {
            let block_columns = (columns - index * 2).min(2);
            let (mut shares, mut sum) = (0, [0i32; 3]);
            for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                if dy < block_rows && dx < block_columns {
                    let share = self.share(row + dy, index * 2 + dx);
                    let pixel = self.pixel(row + dy, index * 2 + dx);
                    shares += share;
                    (0..3).for_each(|i| sum[i] += pixel[i] * share);
                }
            }
            if shares == 0 {
                continue;
            }
            let all = 255 * (block_rows * block_columns) as i32;
            let new = |factors: [i32; 3]| chroma(factors, sum, shares);
            *u = blend(*u, new(self.factors.u_of), shares, all);
            *v = blend(*v, new(self.factors.v_of), shares, all);
        }
    }
}

fn dot(a: [i32; 3], b: [i32; 3]) -> i32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The chroma of a sum of pixels with total weight `shares`, in floating point: a division of integers here would
/// cost more than all the rest.
fn chroma(factors: [i32; 3], sum: [i32; 3], shares: i32) -> i32 {
    let total: f32 = (0..3).map(|i| factors[i] as f32 * sum[i] as f32).sum();
    let one = (shares << Coefficients::BITS) as f32;
    // The sum is at least 0, so cutting off after adding a half rounds to the nearest.
    (total / one + 128.5) as i32
}

/// `old` moved towards `new` by `share / all`, clipped to a byte.
fn blend(old: u8, new: i32, share: i32, all: i32) -> u8 {
    if share == all {
        return new.clamp(0, 255) as u8;
    }
    let mixed = (i32::from(old) * (all - share) + new * share + all / 2) / all;
    mixed.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::super::Matrix;
    use super::*;

    const ALL: [YuvColor; 4] = [
        YuvColor { matrix: Matrix::Bt601, full_range: false },
        YuvColor { matrix: Matrix::Bt709, full_range: false },
        YuvColor { matrix: Matrix::Bt2020, full_range: false },
        YuvColor { matrix: Matrix::Bt709, full_range: true },
    ];

    #[test]
    fn known_colours_have_their_known_codes() {
        // ITU-R BT.709, limited range: white, black, red.
        let bt709 = ALL[1];
        let code = |rgb: [u8; 3]| {
            let frame = Frame { width: 2, height: 2, rgb: rgb.repeat(4) };
            let yuv = YuvFrame::from_rgb(&frame, bt709);
            [yuv.data[0], yuv.data[4], yuv.data[5]]
        };
        assert_eq!(code([255, 255, 255]), [235, 128, 128]);
        assert_eq!(code([0, 0, 0]), [16, 128, 128]);
        assert_eq!(code([255, 0, 0]), [63, 102, 240]);
    }

    #[test]
    fn the_way_through_rgb_and_back_keeps_the_samples() {
        for color in ALL {
            // Mild colours: a strong one may leave the RGB cube, where clipping loses it.
            let mut frame = YuvFrame::black(7, 5, color);
            frame.data.iter_mut().enumerate().for_each(|(i, s)| *s = 100 + (i * 37 % 41) as u8);
            let mut back = YuvFrame::black(7, 5, color);
            assert!(back.put_rgb(frame.rect(), &frame.to_rgb(), None));
            let worst = frame.data.iter().zip(&back.data).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(1), "{color:?}: off by {worst:?}");
        }
    }

    #[test]
    fn a_mask_of_zero_keeps_every_bit() {
        let mut frame = YuvFrame::black(8, 8, ALL[0]);
        frame.data.iter_mut().enumerate().for_each(|(i, s)| *s = (i * 91 % 256) as u8);
        let before = frame.clone();
        let rect = Rect { x: 2, y: 2, width: 4, height: 4 };
        let red = Frame { width: 4, height: 4, rgb: [255, 0, 0].repeat(16) };
        let mut mask = vec![0; 16];
        assert!(frame.put_rgb(rect, &red, Some(&mask)));
        assert_eq!(frame, before);
        mask[0] = 255;
        assert!(frame.put_rgb(rect, &red, Some(&mask)));
        let changed = frame.data.iter().zip(&before.data).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 3, "one luma sample and its two chroma samples");
    }
}
