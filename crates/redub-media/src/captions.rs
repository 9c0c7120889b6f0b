//! Captions drawn into the picture.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{MediaError, Result};

/// libass lays SubRip text out on a canvas of this height and scales it to the picture.
const CANVAS_HEIGHT: f64 = 288.0;
/// The width of that canvas.
const CANVAS_WIDTH: f64 = 384.0;
/// Letters are this share of the shorter side of the picture.
const LETTER_SHARE: f64 = 0.055;
/// Letters are never smaller than this many pixels.
const LEAST_LETTER: f64 = 14.0;

/// Captions to draw into every frame while encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burn {
    /// A SubRip file in UTF-8 whose times are those of the written frames.
    pub srt: PathBuf,
}

impl Burn {
    /// ffmpeg's filter for a picture of `width` × `height`.
    pub(crate) fn filter(&self, width: usize, height: usize) -> Result<String> {
        if !self.srt.is_file() {
            return Err(MediaError::Request(format!(
                "the caption file {} does not exist",
                self.srt.display()
            )));
        }
        let path = std::path::absolute(&self.srt).map_err(MediaError::file("read", &self.srt))?;
        let name = escape(&path)?;
        let style = style(width, height);
        Ok(format!("subtitles=filename={name}:charenc=UTF-8:force_style='{style}'"))
    }
}

/// Size and margins for a picture of `width` × `height`: by its shorter side, so that portrait lines still fit.
fn style(width: usize, height: usize) -> String {
    let (width, height) = (width as f64, height as f64);
    let letter = (LETTER_SHARE * width.min(height)).max(LEAST_LETTER) * CANVAS_HEIGHT / height;
    let foot = if height > width { 0.12 } else { 0.05 };
    let outline = letter * 0.07;
    let side = CANVAS_WIDTH * 0.05;
    format!(
        "Fontname=Sans,Fontsize={letter:.2},Outline={outline:.2},Shadow=0,MarginV={:.0},MarginL={side:.0},MarginR={side:.0}",
        CANVAS_HEIGHT * foot
    )
}

/// A path as the value of a filter option: escaped once for the option, once for the filter graph.
pub(crate) fn escape(path: &Path) -> Result<String> {
    let Some(text) = path.to_str() else {
        return Err(MediaError::Request(format!("the caption file name {} is not UTF-8", path.display())));
    };
    let protect = |text: &str, special: &str| {
        text.chars()
            .flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c]))
            .collect::<String>()
    };
    Ok(protect(&protect(text, r"\':"), r"\'[],;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_letters_are_escaped_for_both_levels() -> Result<()> {
        assert_eq!(escape(Path::new("/a/it's: [x], y;.srt"))?, r"/a/it\\\'s\\: \[x\]\, y\;.srt");
        Ok(())
    }

    #[test]
    fn letters_follow_the_shorter_side() {
        assert!(style(1920, 1080).contains("Fontsize=15.84"));
        assert!(style(1080, 1920).contains("Fontsize=8.91"));
        assert!(style(160, 120).contains("Fontsize=33.60"));
    }
}
