//! How brightness and colour differences of a stream make red, green and blue.

use serde::{Deserialize, Serialize};

use crate::probe::VideoInfo;

/// The matrix between RGB and YCbCr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matrix {
    /// ITU-R BT.601: standard definition (also named `smpte170m` and `bt470bg`).
    Bt601,
    /// ITU-R BT.709: high definition.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance: ultra high definition.
    Bt2020,
}

/// The colour model of a YCbCr picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YuvColor {
    /// The matrix.
    pub matrix: Matrix,
    /// Whether samples use 0..=255 (`true`) or 16..=235 and 16..=240 (`false`).
    pub full_range: bool,
}

impl Matrix {
    /// Weights of red and blue in the brightness.
    fn weights(self) -> (f32, f32) {
        match self {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
            Matrix::Bt2020 => (0.2627, 0.0593),
        }
    }

    /// The name for ffmpeg's `scale` filter.
    pub(crate) fn scale_name(self) -> &'static str {
        match self {
            Matrix::Bt601 => "bt601",
            Matrix::Bt709 => "bt709",
            Matrix::Bt2020 => "bt2020",
        }
    }
}

impl YuvColor {
    /// The model of a stream. A stream without a stated matrix is taken as players take it: BT.709 from 1280 columns
    /// or 577 rows on, BT.601 below.
    pub fn of(info: &VideoInfo) -> Self {
        let full_range = info.color_range.as_deref() == Some("pc") && !is_rgb(&info.pix_fmt);
        let matrix = match info.color_space.as_deref() {
            Some("bt709") => Matrix::Bt709,
            Some("bt2020nc" | "bt2020c") => Matrix::Bt2020,
            Some("smpte170m" | "bt470bg" | "fcc" | "smpte240m") => Matrix::Bt601,
            _ if info.coded_width >= 1280 || info.coded_height > 576 => Matrix::Bt709,
            _ => Matrix::Bt601,
        };
        Self { matrix, full_range }
    }

    pub(super) fn coefficients(self) -> Coefficients {
        Coefficients::new(self)
    }
}

/// Whether a pixel format stores red, green and blue instead of YCbCr.
pub(crate) fn is_rgb(pix_fmt: &str) -> bool {
    ["rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "rgba", "mono"]
        .iter()
        .any(|p| pix_fmt.starts_with(p))
}

/// Fixed-point factors with [`Coefficients::BITS`] fractional bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coefficients {
    pub(super) y_offset: i32,
    pub(super) y_gain: i32,
    pub(super) r_v: i32,
    pub(super) g_u: i32,
    pub(super) g_v: i32,
    pub(super) b_u: i32,
    pub(super) y_of: [i32; 3],
    pub(super) u_of: [i32; 3],
    pub(super) v_of: [i32; 3],
}

impl Coefficients {
    pub(super) const BITS: u32 = 14;

    fn new(color: YuvColor) -> Self {
        let (kr, kb) = color.matrix.weights();
        let kg = 1.0 - kr - kb;
        let (y_span, c_span, y_offset) =
            if color.full_range { (255.0, 255.0, 0) } else { (219.0, 224.0, 16) };
        let fixed = |x: f32| (x * (1 << Self::BITS) as f32).round() as i32;
        let (y_scale, c_scale) = (y_span / 255.0, c_span / 255.0);
        let cb = c_scale / (2.0 * (1.0 - kb));
        let cr = c_scale / (2.0 * (1.0 - kr));
        Self {
            y_offset,
            y_gain: fixed(1.0 / y_scale),
            r_v: fixed(2.0 * (1.0 - kr) / c_scale),
            g_u: fixed(-2.0 * (1.0 - kb) * kb / kg / c_scale),
            g_v: fixed(-2.0 * (1.0 - kr) * kr / kg / c_scale),
            b_u: fixed(2.0 * (1.0 - kb) / c_scale),
            y_of: [fixed(kr * y_scale), fixed(kg * y_scale), fixed(kb * y_scale)],
            u_of: [fixed(-kr * cb), fixed(-kg * cb), fixed((1.0 - kb) * cb)],
            v_of: [fixed((1.0 - kr) * cr), fixed(-kg * cr), fixed(-kb * cr)],
        }
    }
}
