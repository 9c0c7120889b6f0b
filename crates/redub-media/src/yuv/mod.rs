//! Pictures as video files store them: 8-bit YCbCr 4:2:0.
//!
//! Untouched pixels go from decoder to encoder as they are; only the part of a face that is re-rendered takes the way
//! through RGB, with nearest-neighbour chroma, so that the way back gives the same chroma again.

mod color;
mod from_rgb;
mod to_rgb;

pub(crate) use color::is_rgb;
pub use color::{Matrix, YuvColor};

/// A rectangle in pixels, origin top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Rect {
    /// The rectangle grown to even borders (so that it holds whole chroma samples) and cut to a picture of
    /// `width` × `height`.
    pub fn even_inside(self, width: usize, height: usize) -> Rect {
        let x = (self.x & !1).min(width);
        let y = (self.y & !1).min(height);
        let right = (self.x + self.width).next_multiple_of(2).min(width);
        let bottom = (self.y + self.height).next_multiple_of(2).min(height);
        Rect { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
    }
}

/// One upright picture, planar YCbCr 4:2:0 with 8 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YuvFrame {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// How to read the samples.
    pub color: YuvColor,
    /// The planes Y, Cb, Cr one after the other without padding: `width × height` bytes, then twice
    /// `⌈width/2⌉ × ⌈height/2⌉`.
    pub data: Vec<u8>,
}

impl YuvFrame {
    /// A black picture.
    pub fn black(width: usize, height: usize, color: YuvColor) -> Self {
        let mut data = vec![if color.full_range { 0 } else { 16 }; Self::bytes(width, height)];
        data[width * height..].fill(128);
        Self { width, height, color, data }
    }

    /// Bytes of a picture of this size.
    pub fn bytes(width: usize, height: usize) -> usize {
        width * height + 2 * width.div_ceil(2) * height.div_ceil(2)
    }

    /// Width of a chroma plane.
    pub fn chroma_width(&self) -> usize {
        self.width.div_ceil(2)
    }

    /// Height of a chroma plane.
    pub fn chroma_height(&self) -> usize {
        self.height.div_ceil(2)
    }

    /// The planes Y, Cb and Cr.
    pub fn planes(&self) -> (&[u8], &[u8], &[u8]) {
        let (y, chroma) = self.data.split_at(self.width * self.height);
        let (u, v) = chroma.split_at(chroma.len() / 2);
        (y, u, v)
    }

    /// The planes Y, Cb and Cr, to be changed.
    pub fn planes_mut(&mut self) -> (&mut [u8], &mut [u8], &mut [u8]) {
        let (y, chroma) = self.data.split_at_mut(self.width * self.height);
        let half = chroma.len() / 2;
        let (u, v) = chroma.split_at_mut(half);
        (y, u, v)
    }

    /// The brightness alone, as a picture of `width × height` bytes.
    pub fn luma(&self) -> &[u8] {
        &self.data[..self.width * self.height]
    }

    /// The whole picture.
    pub fn rect(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// Makes the picture `width` × `height`, reusing its memory; the content is undefined afterwards.
    pub(crate) fn reshape(&mut self, width: usize, height: usize, color: YuvColor) {
        (self.width, self.height, self.color) = (width, height, color);
        self.data.resize(Self::bytes(width, height), 0);
    }
}
