//! Frames from and to files through ffmpeg's raw pipes.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};

use redub_core::Frame;

/// Reads a video frame by frame, upright RGB.
pub struct Reader {
    pub width: usize,
    pub height: usize,
    /// Frames per second.
    pub rate: f64,
    child: Child,
}

impl Reader {
    pub fn open(video: &str) -> io::Result<Self> {
        // One frame tells the size after rotation; the container's fields may not.
        let probe = Command::new("ffmpeg")
            .args(["-v", "error", "-i", video, "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "-"])
            .output()?;
        let header: Vec<usize> = String::from_utf8_lossy(&probe.stdout[..probe.stdout.len().min(40)])
            .split_ascii_whitespace()
            .skip(1)
            .take(2)
            .filter_map(|n| n.parse().ok())
            .collect();
        let [width, height] = header[..] else { return Err(io::Error::other("ffmpeg found no picture")) };
        let rate = Command::new("ffprobe")
            .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=avg_frame_rate"])
            .args(["-of", "csv=p=0", video])
            .output()?;
        let text = String::from_utf8_lossy(&rate.stdout).trim().trim_end_matches(',').to_owned();
        let (top, bottom) = text.split_once('/').unwrap_or((&text, "1"));
        let rate = top.parse::<f64>().unwrap_or(25.0) / bottom.parse::<f64>().unwrap_or(1.0).max(1.0);
        let child = Command::new("ffmpeg")
            .args([
                "-v",
                "error",
                "-i",
                video,
                "-fps_mode",
                "passthrough",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "rgb24",
                "-",
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self { width, height, rate, child })
    }

    pub fn next_frame(&mut self) -> io::Result<Option<Frame>> {
        let mut frame = Frame::black(self.width, self.height);
        let Some(pipe) = self.child.stdout.as_mut() else { return Ok(None) };
        match pipe.read_exact(&mut frame.rgb) {
            Ok(()) => Ok(Some(frame)),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                self.child.wait()?;
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }
}

/// Writes a silent H.264 video.
pub struct Writer(Child);

impl Writer {
    pub fn open(path: &str, width: usize, height: usize, rate: f64) -> io::Result<Self> {
        let child = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
            .args(["-s", &format!("{width}x{height}"), "-r", &rate.to_string(), "-i", "-"])
            .args(["-pix_fmt", "yuv420p", "-crf", "18", "-preset", "veryfast", path])
            .stdin(Stdio::piped())
            .spawn()?;
        Ok(Self(child))
    }

    pub fn write(&mut self, frame: &Frame) -> io::Result<()> {
        self.0.stdin.as_mut().map_or(Ok(()), |pipe| pipe.write_all(&frame.rgb))
    }

    pub fn finish(mut self) -> io::Result<()> {
        drop(self.0.stdin.take());
        self.0.wait().map(|_| ())
    }
}

/// Writes one picture in the format of the file name's ending.
pub fn write_picture(frame: &Frame, path: &str) -> io::Result<()> {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args([
            "-s",
            &format!("{}x{}", frame.width, frame.height),
            "-i",
            "-",
            "-frames:v",
            "1",
            "-q:v",
            "3",
            path,
        ])
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(&frame.rgb)?;
    }
    child.wait().map(|_| ())
}

/// 16 kHz mono sound of a file; empty without sound.
pub fn audio_16k(path: &str) -> io::Result<Vec<f32>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i", path, "-map", "0:a:0?", "-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .output()?;
    Ok(output.stdout.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

/// Presentation times of all frames in seconds.
pub fn frame_times(path: &str) -> io::Result<Vec<f64>> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time"])
        .args(["-of", "csv=p=0", path])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().filter_map(|l| l.trim().trim_end_matches(',').parse().ok()).collect())
}
