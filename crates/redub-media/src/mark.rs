//! A visible mark in a corner of the picture.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::captions::escape;
use crate::error::{MediaError, Result};

/// Letters are this share of the shorter side of the picture.
const LETTER_SHARE: f64 = 0.045;
/// Letters are never smaller than this many pixels.
const LEAST_LETTER: f64 = 12.0;

/// A text drawn into the lower right corner of every frame, half transparent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    ass: PathBuf,
}

impl Mark {
    /// Writes the mark for a picture of `width` × `height` to `path` (Advanced SubStation Alpha), where it must stay
    /// until the picture is encoded.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn create(path: &Path, text: &str, width: usize, height: usize) -> Result<Self> {
        let letter = (LETTER_SHARE * width.min(height) as f64).max(LEAST_LETTER);
        let (outline, margin) = (letter * 0.06, (letter * 0.7).round());
        let plain: String = text.chars().filter(|c| !c.is_control() && !"{}\\".contains(*c)).collect();
        // Colours are &HAABBGGRR; an alpha of 0x60 shows a little more than half of the white.
        let script = format!(
            "[Script Info]\nScriptType: v4.00+\nPlayResX: {width}\nPlayResY: {height}\n\n[V4+ Styles]\n\
             Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
             Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
             MarginR, MarginV, Encoding\n\
             Style: Mark,Sans,{letter:.1},&H60FFFFFF,&H60FFFFFF,&H80000000,&H80000000,-1,0,0,0,100,100,0,0,1,{outline:.1},0,\
             3,{margin},{margin},{margin},1\n\n[Events]\n\
             Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
             Dialogue: 0,0:00:00.00,99:59:59.99,Mark,,0,0,0,,{plain}\n"
        );
        fs::write(path, script).map_err(MediaError::file("write", path))?;
        Ok(Self { ass: path.to_owned() })
    }

    /// The same mark after its file was moved into `folder`.
    #[must_use]
    pub fn moved(&self, folder: &Path) -> Self {
        Self { ass: folder.join(self.ass.file_name().unwrap_or_default()) }
    }

    /// ffmpeg's filter.
    pub(crate) fn filter(&self) -> Result<String> {
        let path = std::path::absolute(&self.ass).map_err(MediaError::file("read", &self.ass))?;
        Ok(format!("subtitles=filename={}", escape(&path)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_cannot_command_the_renderer() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark.ass");
        Mark::create(&path, "made {\\an8}by\nredub", 640, 360)?;
        let script = fs::read_to_string(&path).unwrap();
        assert!(script.ends_with(",made an8byredub\n"), "{script}");
        assert!(script.contains("PlayResX: 640"));
        Ok(())
    }
}
