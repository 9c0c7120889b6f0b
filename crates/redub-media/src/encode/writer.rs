//! A running encoder.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;

use super::settings::EncodeSettings;
use super::timing::Timing;
use super::uncompressed;
use crate::error::{MediaError, Result};
use crate::pending::Pending;
use crate::tool::{self, Child, Limits, Stdio3, Tool};
use crate::yuv::YuvFrame;

/// Writes frames into a video-only file. The file gets its name in [`VideoWriter::finish`]; a writer that is dropped
/// before ends the encoder and leaves nothing behind.
#[derive(Debug)]
pub struct VideoWriter {
    child: Child,
    pipe: Option<ChildStdin>,
    file: Pending,
    width: usize,
    height: usize,
    timing: Timing,
    step_s: f64,
    written: usize,
}

impl VideoWriter {
    /// Starts the encoder.
    ///
    /// In a container that holds constant rates only (AVI, MPEG) frames with times are repeated or left out so that
    /// they fall on the usual rate; everywhere else every frame is written once, at its time.
    ///
    /// # Errors
    /// The times do not rise, the size is zero, a caption file cannot be read, or ffmpeg cannot be started.
    pub fn create(path: &Path, settings: &EncodeSettings, timing: Timing) -> Result<Self> {
        timing.check()?;
        if settings.encoded_size().0 == 0 || settings.encoded_size().1 == 0 {
            return Err(MediaError::Request("a picture needs at least 2x2 pixels".into()));
        }
        let file = Pending::new(path)?;
        let args = arguments(&file, settings, &timing)?;
        let task = format!("encoding {}", path.display());
        let stdio = Stdio3 { stdin: true, stdout: false };
        let mut child = Child::start(Tool::Ffmpeg, &task, &args, stdio, Limits::WORK)?;
        let pipe = child.take_stdin();
        let step_s = timing.usual_step();
        let (width, height) = (settings.width, settings.height);
        let mut writer = Self { child, pipe, file, width, height, timing, step_s, written: 0 };
        if matches!(writer.timing, Timing::Times(_)) {
            writer.send(|pipe| uncompressed::head(pipe, width, height, step_s))?;
        }
        Ok(writer)
    }

    /// Writes the next frame.
    ///
    /// # Errors
    /// The frame has another size than announced, there are more frames than times, or the encoder died.
    pub fn write(&mut self, frame: &YuvFrame) -> Result<()> {
        if (frame.width, frame.height) != (self.width, self.height) {
            let (have, want) = ((frame.width, frame.height), (self.width, self.height));
            return Err(MediaError::Request(format!(
                "a frame of {have:?} pixels does not fit a video of {want:?}"
            )));
        }
        match &self.timing {
            Timing::Constant(_) => self.send(|pipe| pipe.write_all(&frame.data))?,
            Timing::Times(times) => {
                let Some(time) = times.get(self.written).copied() else {
                    return Err(MediaError::Request(format!("frame {} has no time", self.written)));
                };
                let duration = times.get(self.written + 1).map_or(self.step_s, |next| next - time);
                self.send(|pipe| uncompressed::frame(pipe, time, duration, &frame.data))?;
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Frames written so far.
    pub fn written(&self) -> usize {
        self.written
    }

    /// Ends the stream, waits for the encoder and gives the file its name.
    ///
    /// # Errors
    /// No frame was written, or the encoder failed.
    pub fn finish(mut self) -> Result<()> {
        if self.written == 0 {
            return Err(MediaError::Request(format!(
                "no frame was written to {}",
                self.file.target().display()
            )));
        }
        drop(self.pipe.take());
        self.child.finish()?;
        self.file.commit()
    }

    /// Writes into the pipe; when it is broken, the encoder's own words say why.
    fn send(&mut self, write: impl FnOnce(&mut ChildStdin) -> std::io::Result<()>) -> Result<()> {
        let Some(pipe) = self.pipe.as_mut() else {
            return Err(MediaError::Request("the encoder has no input pipe".into()));
        };
        let Err(broken) = write(pipe) else { return Ok(()) };
        self.pipe = None;
        self.child.finish()?;
        Err(MediaError::File {
            action: "send pictures to the encoder of",
            path: self.file.target().into(),
            source: broken,
        })
    }
}

fn arguments(file: &Pending, settings: &EncodeSettings, timing: &Timing) -> Result<Vec<OsString>> {
    let mut args = tool::quiet();
    let mut add = |words: &[&str]| args.extend(words.iter().map(OsString::from));
    add(&["-protocol_whitelist", "file,pipe"]);
    match timing {
        Timing::Constant(rate) => {
            let size = format!("{}x{}", settings.width, settings.height);
            add(&["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", &size]);
            add(&["-framerate", &format!("{}/{}", rate.num, rate.den), "-i", "pipe:0"]);
        }
        Timing::Times(_) => add(&["-f", "matroska", "-copyts", "-i", "pipe:0"]),
    }
    let varies = matches!(timing, Timing::Times(_));
    let repeats = varies && !settings.container.varies_rate();
    let mode = if repeats { "cfr" } else { "passthrough" };
    add(&["-map", "0:v:0", "-fps_mode", mode, "-vf", &filters(settings)?]);
    if varies && !repeats {
        add(&["-enc_time_base", "1:90000"]);
        if settings.container.is_mpeg4() {
            add(&["-video_track_timescale", "90000"]);
        }
    }
    add(&["-c:v", settings.codec.encoder()]);
    let options = settings.codec.options(settings.crf, &settings.preset);
    let ceiling = settings.most_bits.map(|bits| settings.codec.ceiling(bits)).unwrap_or_default();
    add(&options.iter().chain(&ceiling).map(String::as_str).collect::<Vec<_>>());
    add(&["-pix_fmt", "yuv420p"]);
    for (option, value) in color_options(settings) {
        add(&[option, &value]);
    }
    if settings.codec == super::VideoCodec::Hevc && settings.container.is_mpeg4() {
        add(&["-tag:v", "hvc1"]);
    }
    add(&["-f", settings.container.muxer(), "-y"]);
    args.push(tool::url(file.path()));
    Ok(args)
}

/// Cuts to an even size, draws captions, states colour and pixel shape.
fn filters(settings: &EncodeSettings) -> Result<String> {
    let mut filters = Vec::new();
    let (width, height) = settings.encoded_size();
    if (width, height) != (settings.width, settings.height) {
        filters.push(format!("crop={width}:{height}:0:0:exact=1"));
    }
    let states = color_options(settings).into_iter().map(|(option, value)| match option {
        "-colorspace" => format!("colorspace={value}"),
        "-color_range" => format!("range={value}"),
        "-color_trc" => format!("color_trc={value}"),
        _ => format!("color_primaries={value}"),
    });
    let states: Vec<String> = states.collect();
    if !states.is_empty() {
        filters.push(format!("setparams={}", states.join(":")));
    }
    if let Some(burn) = &settings.burn {
        filters.push(burn.filter(width, height)?);
    }
    if let Some(mark) = &settings.mark {
        filters.push(mark.filter()?);
    }
    filters.push(format!("setsar={}/{}", settings.sample_aspect.num, settings.sample_aspect.den.max(1)));
    Ok(filters.join(","))
}

fn color_options(settings: &EncodeSettings) -> Vec<(&'static str, String)> {
    let range = if settings.color.full_range { "pc" } else { "tv" };
    let mut options = Vec::new();
    if settings.states_range || settings.color.full_range {
        options.push(("-color_range", range.to_string()));
    }
    let stated = [
        ("-colorspace", &settings.color_space),
        ("-color_primaries", &settings.color_primaries),
        ("-color_trc", &settings.color_transfer),
    ];
    options.extend(stated.into_iter().filter_map(|(option, value)| Some((option, value.clone()?))));
    options
}
