//! From YCbCr to RGB.

use redub_core::Frame;

use super::color::Coefficients;
use super::{Rect, YuvFrame};

impl YuvFrame {
    /// The whole picture in RGB.
    pub fn to_rgb(&self) -> Frame {
        self.region_rgb(self.rect())
    }

    /// The part inside `rect` (cut to the picture) in RGB; each chroma sample serves its four pixels.
    pub fn region_rgb(&self, rect: Rect) -> Frame {
        let mut frame = Frame { width: 0, height: 0, rgb: Vec::new() };
        self.region_rgb_into(rect, &mut frame);
        frame
    }

    /// Like [`YuvFrame::region_rgb`], into an existing picture whose memory is reused.
    pub fn region_rgb_into(&self, rect: Rect, frame: &mut Frame) {
        let (x, y) = (rect.x.min(self.width), rect.y.min(self.height));
        let (width, height) = (rect.width.min(self.width - x), rect.height.min(self.height - y));
        (frame.width, frame.height) = (width, height);
        frame.rgb.resize(width * height * 3, 0);
        if width == 0 || height == 0 {
            return;
        }
        let factors = self.color.coefficients();
        let (luma, u, v) = self.planes();
        let chroma_width = self.chroma_width();
        for (row, out) in frame.rgb.chunks_exact_mut(width * 3).enumerate() {
            let line = y + row;
            let brightness = &luma[line * self.width + x..][..width];
            let chroma = (line / 2) * chroma_width..(line / 2 + 1) * chroma_width;
            convert_row(&factors, brightness, &u[chroma.clone()], &v[chroma], x, out);
        }
    }
}

/// One row that starts at column `x` of the picture; `u` and `v` are whole chroma rows.
fn convert_row(factors: &Coefficients, luma: &[u8], u: &[u8], v: &[u8], x: usize, out: &mut [u8]) {
    let odd_start = x % 2;
    let (first, rest) = luma.split_at(odd_start.min(luma.len()));
    let (out_first, out_rest) = out.split_at_mut(first.len() * 3);
    if let [y] = first {
        let shares = Shares::new(factors, u[x / 2], v[x / 2]);
        shares.write(factors, *y, out_first);
    }
    let chroma = u[x.div_ceil(2)..].iter().zip(&v[x.div_ceil(2)..]);
    for ((pair, pixels), (u, v)) in rest.chunks(2).zip(out_rest.chunks_mut(6)).zip(chroma) {
        let shares = Shares::new(factors, *u, *v);
        for (y, pixel) in pair.iter().zip(pixels.chunks_exact_mut(3)) {
            shares.write(factors, *y, pixel);
        }
    }
}

/// What a chroma sample adds to red, green and blue, in fixed point with the rounding half included.
struct Shares {
    r: i32,
    g: i32,
    b: i32,
}

impl Shares {
    #[inline(always)]
    fn new(f: &Coefficients, u: u8, v: u8) -> Self {
        let (u, v) = (i32::from(u) - 128, i32::from(v) - 128);
        let half = 1 << (Coefficients::BITS - 1);
        Self { r: f.r_v * v + half, g: f.g_u * u + f.g_v * v + half, b: f.b_u * u + half }
    }

    #[inline(always)]
    fn write(&self, f: &Coefficients, y: u8, pixel: &mut [u8]) {
        let y = (i32::from(y) - f.y_offset) * f.y_gain;
        pixel[0] = clip((y + self.r) >> Coefficients::BITS);
        pixel[1] = clip((y + self.g) >> Coefficients::BITS);
        pixel[2] = clip((y + self.b) >> Coefficients::BITS);
    }
}

#[inline(always)]
fn clip(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}
