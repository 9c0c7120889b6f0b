//! The source's frames through the result's own encoder: what encoding alone does to the picture. Only against this can be
//! told whether anything outside the mouths was changed.

use std::path::{Path, PathBuf};

use redub_core::Span;
use redub_media::captions::Burn;
use redub_media::encode::{EncodeSettings, Timing, VideoWriter};
use redub_media::frames::FrameReader;
use redub_media::{Container, VideoInfo, YuvFrame};

use super::draw::Source;
use super::render::{BURNED, Rendered};
use crate::error::PipelineError;
use crate::store::Artifact;

/// Frames compared, from the first that was drawn.
const COMPARED: usize = 200;
/// Where drawing begins later than this, the frames before it would cost more than the figure is worth.
const LATEST: usize = 1500;

/// A reader of the encoded source; the file is deleted with it.
pub(crate) struct Twin {
    reader: FrameReader,
    frame: YuvFrame,
    path: PathBuf,
}

impl Twin {
    /// Encodes the source's frames from the first of the output on, so that both encoders choose the same pictures as keys.
    /// `drawn` are the frames of the output that count; `None` where they begin too late.
    pub fn encode(
        input: &Path,
        video: &VideoInfo,
        span: Option<Span>,
        rendered: &Artifact<Rendered>,
        shown: &[(f64, usize)],
        drawn: &[bool],
        folder: &Path,
    ) -> Result<Option<Self>, PipelineError> {
        let first = drawn.iter().position(|d| *d).filter(|f| *f <= LATEST);
        let (Some(first), Some(settings)) = (first, &rendered.value.settings) else { return Ok(None) };
        let settings = moved(settings, &rendered.dir);
        let path = folder.join("twin.part");
        let times: Vec<f64> = shown.iter().map(|(time, _)| *time).collect();
        let mut writer = VideoWriter::create(&path, &settings, Timing::of(&times, video))?;
        let mut source = Source::open(input, video, span)?;
        for (_, index) in shown.iter().take(first + COMPARED) {
            let Some(frame) = source.frame(*index)? else { break };
            writer.write(&frame)?;
        }
        writer.finish()?;
        let info = redub_media::probe(&path)?;
        let Some(made) = &info.video else { return Ok(None) };
        let reader = FrameReader::open(&path, made, None, Some((video.width, video.height)))?;
        let frame = reader.blank();
        Ok(Some(Self { reader, frame, path }))
    }

    /// The next frame; `None` after the last.
    pub fn read(&mut self) -> Result<Option<&YuvFrame>, PipelineError> {
        Ok(self.reader.read(&mut self.frame)?.then_some(&self.frame))
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        // A file that stays is tidied away with its artifact.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The container that the picture alone is written into.
pub(crate) fn alone(settings: &EncodeSettings) -> EncodeSettings {
    let mut settings = settings.clone();
    // Matroska keeps times in whole milliseconds, which is too coarse for 60000/1001 frames per second.
    settings.container = match settings.container {
        container if container.is_mpeg4() => Container::Mp4,
        container if container.varies_rate() => Container::Mkv,
        container => container,
    };
    settings
}

/// The settings with the files they name where the finished artifact has them: it was renamed since.
fn moved(settings: &EncodeSettings, folder: &Path) -> EncodeSettings {
    let mut settings = settings.clone();
    settings.burn = settings.burn.map(|_| Burn { srt: folder.join(BURNED) });
    settings.mark = settings.mark.map(|mark| mark.moved(folder));
    settings
}
