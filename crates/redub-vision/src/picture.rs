//! What the vision engines need to know of a picture: its size and its colours at any place.

use redub_core::Frame;

/// Maps places of a crop to places of a picture: `x' = m[0][0]·x + m[0][1]·y + m[0][2]`, `y'` likewise.
///
/// Both planes are continuous: pixel `i` covers `i..i+1`, its middle is `i + 0.5`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine(pub [[f32; 3]; 2]);

impl Affine {
    /// The picture place of crop place (`x`, `y`).
    pub fn apply(&self, x: f32, y: f32) -> [f32; 2] {
        self.0.map(|row| row[0] * x + row[1] * y + row[2])
    }

    /// Picture pixels per crop pixel.
    pub fn scale(&self) -> f32 {
        let [[a, b, _], [c, d, _]] = self.0;
        (a * d - b * c).abs().sqrt()
    }
}

/// An upright picture one can look into.
///
/// Implementors give [`Picture::sample`]; [`Picture::crop`] is compiled for each of them, so a sample is a plain
/// call also behind `&dyn Picture`.
pub trait Picture: Sync {
    /// Width and height in pixels.
    fn size(&self) -> (usize, usize);

    /// Bilinear R, G, B in 0..255 at continuous picture coordinates; the edge is repeated outwards.
    fn sample(&self, x: f32, y: f32) -> [f32; 3];

    /// `width × height` RGB pixels (0..255, rows top to bottom) seen through `map` (crop → picture), averaging
    /// several samples per pixel where the picture is shrunk, so that detail does not alias.
    fn crop(&self, map: &Affine, width: usize, height: usize) -> Vec<f32> {
        let n = ((map.scale() * 0.6).ceil() as usize).clamp(1, 2);
        let share = 1.0 / (n * n) as f32;
        let step = 1.0 / n as f32;
        let mut out = Vec::with_capacity(width * height * 3);
        for row in 0..height {
            for column in 0..width {
                let mut sum = [0.0_f32; 3];
                for k in 0..n * n {
                    let x = column as f32 + ((k % n) as f32 + 0.5) * step;
                    let y = row as f32 + ((k / n) as f32 + 0.5) * step;
                    let [px, py] = map.apply(x, y);
                    let rgb = self.sample(px, py);
                    (0..3).for_each(|c| sum[c] += rgb[c]);
                }
                out.extend(sum.map(|v| v * share));
            }
        }
        out
    }
}

impl Picture for Frame {
    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    #[inline]
    fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let x = (x - 0.5).clamp(0.0, (self.width.max(1) - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height.max(1) - 1) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let [a, b, c, d] = [(x0, y0), (x1, y0), (x0, y1), (x1, y1)].map(|(x, y)| (y * self.width + x) * 3);
        std::array::from_fn(|k| {
            let value = |at: usize| f32::from(self.rgb[at + k]);
            let top = value(a) + (value(b) - value(a)) * fx;
            let bottom = value(c) + (value(d) - value(c)) * fx;
            top + (bottom - top) * fy
        })
    }
}
