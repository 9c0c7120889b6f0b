//! A frame reduced to what a cut detector needs.

use crate::picture::{Affine, Picture};

/// Columns and rows of a thumbnail.
const WIDTH: usize = 48;
const HEIGHT: usize = 27;
/// Steps of the brightness histogram.
const BINS: usize = 16;

/// A small copy of a frame and its brightness histogram.
#[derive(Debug, Clone)]
pub(crate) struct Thumb {
    /// RGB, 0..1.
    pixels: Vec<f32>,
    histogram: [f32; BINS + 1],
    /// Standard deviation of brightness, 0..1.
    pub contrast: f32,
}

impl Thumb {
    /// Shrinks `picture`.
    pub fn of(picture: &dyn Picture) -> Self {
        let (w, h) = picture.size();
        let map = Affine([[w as f32 / WIDTH as f32, 0.0, 0.0], [0.0, h as f32 / HEIGHT as f32, 0.0]]);
        Self::from_pixels(picture.crop(&map, WIDTH, HEIGHT).iter().map(|v| v / 255.0).collect())
    }

    /// Wraps RGB pixels in 0..1.
    pub fn from_pixels(pixels: Vec<f32>) -> Self {
        let count = (pixels.len() / 3).max(1) as f32;
        let lumas: Vec<f32> =
            pixels.chunks_exact(3).map(|p| 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]).collect();
        // A brightness between two steps counts for both, so that grain does not flip steps.
        let mut histogram = [0.0; BINS + 1];
        for luma in &lumas {
            let place = (luma * BINS as f32).clamp(0.0, BINS as f32 - 1e-3);
            histogram[place as usize] += (1.0 - place.fract()) / count;
            histogram[place as usize + 1] += place.fract() / count;
        }
        let mean = lumas.iter().sum::<f32>() / count;
        let contrast = (lumas.iter().map(|l| (l - mean).powi(2)).sum::<f32>() / count).sqrt();
        Self { pixels, histogram, contrast }
    }

    /// Mean absolute difference of the pixels, 0..1.
    pub fn difference(&self, other: &Thumb) -> f32 {
        let sum: f32 = self.pixels.iter().zip(&other.pixels).map(|(a, b)| (a - b).abs()).sum();
        sum / self.pixels.len().max(1) as f32
    }

    /// Share of the pixels whose brightness the other lacks, 0..1.
    pub fn histogram_difference(&self, other: &Thumb) -> f32 {
        self.histogram.iter().zip(&other.histogram).map(|(a, b)| (a - b).abs()).sum::<f32>() / 2.0
    }

    /// How far this is from the mean of two others, as a share of their own difference: near 0 in a dissolve.
    pub fn off_middle(&self, a: &Thumb, b: &Thumb) -> f32 {
        let sides = a.pixels.iter().zip(&b.pixels);
        let sum: f32 = self.pixels.iter().zip(sides).map(|(p, (a, b))| (p - 0.5 * (a + b)).abs()).sum();
        sum / (self.pixels.len().max(1) as f32 * a.difference(b)).max(1e-6)
    }
}
