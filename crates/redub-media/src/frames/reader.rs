//! Pictures one after the other.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ChildStdout;

use redub_core::Span;

use super::decode;
use crate::error::{MediaError, Result};
use crate::probe::VideoInfo;
use crate::tool::{Child, Limits, Stdio3, Tool};
use crate::yuv::{YuvColor, YuvFrame, is_rgb};

/// Decodes the frames of a video stream, upright, 8-bit YCbCr 4:2:0, exactly one per frame of the source.
///
/// Other subsamplings and bit depths are converted by ffmpeg, keeping matrix, range and transfer curve; RGB sources
/// become limited-range YCbCr with the stream's matrix. Dropping the reader ends the decoder.
#[derive(Debug)]
pub struct FrameReader {
    child: Child,
    pipe: ChildStdout,
    path: PathBuf,
    width: usize,
    height: usize,
    color: YuvColor,
    delivered: u64,
    done: bool,
}

impl FrameReader {
    /// Starts decoding. `span` is in seconds from time zero; `size` (width, height) scales the upright picture.
    ///
    /// # Errors
    /// ffmpeg cannot be started, or the size is zero or above 8192.
    pub fn open(
        path: &Path,
        info: &VideoInfo,
        span: Option<Span>,
        size: Option<(usize, usize)>,
    ) -> Result<Self> {
        let (width, height) = size.unwrap_or((info.width, info.height));
        if width == 0 || height == 0 || width.max(height) > crate::tool::limits::MAX_SIDE {
            return Err(MediaError::Request(format!("cannot decode into {width}x{height} pixels")));
        }
        let color = YuvColor::of(info);
        let mut filters = decode::inside(info, span);
        filters.extend(conversion(info, color, size));
        let mut args = decode::source(path, info, span, false);
        if !filters.is_empty() {
            args.extend(["-vf".into(), filters.join(",").into()]);
        }
        args.extend(
            ["-pix_fmt", raw_format(info, color), "-c:v", "rawvideo", "-f", "rawvideo", "pipe:1"]
                .map(Into::into),
        );
        let task = format!("decoding {}", path.display());
        let stdio = Stdio3 { stdin: false, stdout: true };
        let mut child = Child::start(Tool::Ffmpeg, &task, &args, stdio, Limits::WORK)?;
        let Some(pipe) = child.take_stdout() else {
            return Err(MediaError::Request("the decoder has no output pipe".into()));
        };
        Ok(Self { child, pipe, path: path.into(), width, height, color, delivered: 0, done: false })
    }

    /// Width and height of the frames.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// How the samples of the frames are to be read.
    pub fn color(&self) -> YuvColor {
        self.color
    }

    /// Frames read so far.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Reads the next frame into `frame`, whose memory is reused; `false` after the last one.
    ///
    /// # Errors
    /// The decoder died. A stream that is damaged towards its end just ends earlier, as in [`super::times`].
    pub fn read(&mut self, frame: &mut YuvFrame) -> Result<bool> {
        if self.done {
            return Ok(false);
        }
        frame.reshape(self.width, self.height, self.color);
        let got = fill(&mut self.pipe, &mut frame.data).map_err(MediaError::file("decode", &self.path))?;
        if got == frame.data.len() {
            self.delivered += 1;
            return Ok(true);
        }
        self.done = true;
        self.child.finish()?;
        Ok(false)
    }

    /// A black frame of the reader's size and colour, to read into.
    pub fn blank(&self) -> YuvFrame {
        YuvFrame::black(self.width, self.height, self.color)
    }
}

/// The `scale` filter that brings the stream into 4:2:0 with everything stated; none where it already is.
fn conversion(info: &VideoInfo, color: YuvColor, size: Option<(usize, usize)>) -> Option<String> {
    let plain = matches!(info.pix_fmt.as_str(), "yuv420p" | "yuvj420p");
    if plain && size.is_none() {
        return None;
    }
    let range = if color.full_range { "full" } else { "limited" };
    let matrix = color.matrix.scale_name();
    let (width, height) = size.map_or(("iw".into(), "ih".into()), |(w, h)| (w.to_string(), h.to_string()));
    let mut filter = format!("scale=w={width}:h={height}:flags=bicubic+accurate_rnd+full_chroma_int");
    if is_rgb(&info.pix_fmt) {
        filter += &format!(":out_color_matrix={matrix}:out_range=limited");
    } else {
        filter += &format!(
            ":in_range={range}:out_range={range}:in_color_matrix={matrix}:out_color_matrix={matrix}"
        );
    }
    Some(filter)
}

/// Full-range streams keep ffmpeg's own name for them, so that it converts nothing.
fn raw_format(info: &VideoInfo, color: YuvColor) -> &'static str {
    let named_full = info.pix_fmt.starts_with("yuvj");
    if named_full && color.full_range { "yuvj420p" } else { "yuv420p" }
}

/// Reads until `bytes` is full or the pipe ends; the number of bytes read.
fn fill(pipe: &mut ChildStdout, bytes: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while got < bytes.len() {
        match pipe.read(&mut bytes[got..]) {
            Ok(0) => break,
            Ok(n) => got += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(got)
}
