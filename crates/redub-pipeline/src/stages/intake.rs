//! Stage 1: the source probed and trimmed, its sound at 48 kHz (stereo) and 16 kHz (mono), its frame times.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use redub_core::{Audio, Span};
use redub_media::{MediaInfo, audio, frames, loudness};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::captions::Clock;
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// The source's sound, 48 kHz stereo.
pub(crate) const SOUND: &str = "sound.wav";
/// The source's sound, 16 kHz mono.
pub(crate) const HEARING: &str = "hearing.wav";

/// What is known of the source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intake {
    /// SHA-256 of the source file.
    pub source_hash: String,
    /// What ffprobe says.
    pub info: MediaInfo,
    /// The part to work on, in seconds of the file; the whole file when `None`.
    pub span: Option<Span>,
    /// Length of that part in seconds.
    pub seconds: f64,
    /// Time of every frame, in seconds from the start of the part.
    pub frame_times: Vec<f64>,
    /// Integrated loudness of the sound, LUFS; `None` when it is (nearly) silent.
    pub loudness: Option<f64>,
    /// Whether the source has sound of its own.
    pub has_sound: bool,
}

impl Intake {
    /// Frames per second of a constant-rate picture; `None` for a variable rate.
    pub fn constant_fps(&self) -> Option<f64> {
        let video = self.info.video.as_ref()?;
        (!video.vfr).then(|| video.r_frame_rate.value()).filter(|f| *f > 0.0)
    }

    /// Where the part to work on lies in the source.
    pub fn clock(&self) -> Clock {
        let start = self.span.map_or(0.0, |s| s.start);
        let source_seconds = self.span.map_or(self.seconds, |_| self.info.duration_s);
        Clock { start, seconds: self.seconds, source_seconds }
    }
}

/// Runs the stage.
pub(crate) fn run(cx: &Context<'_>) -> Result<Artifact<Intake>, PipelineError> {
    let source_hash = file_hash(&cx.job.input)?;
    let key = KeyBuilder::new("intake", 1)
        .param("source", &source_hash)
        .param("start", &cx.job.start)
        .param("end", &cx.job.end)
        .param("own_dub", &cx.job.audio.is_some())
        .finish();
    let summary = |intake: &Intake| {
        let picture = intake.info.video.as_ref().map_or("sound only".to_owned(), |v| {
            format!("{}×{} {:.2} fps{}", v.width, v.height, v.fps(), if v.vfr { " (variable)" } else { "" })
        });
        format!("{:.1} s, {picture}", intake.seconds)
    };
    cx.stage("intake", None, key, summary, |dir, progress| make(cx, source_hash, dir, progress))
}

fn make(
    cx: &Context<'_>,
    source_hash: String,
    dir: &Path,
    progress: &mut Progress<'_>,
) -> Result<Intake, PipelineError> {
    let input = &cx.job.input;
    let info = redub_media::probe(input)?;
    let span = part(cx, info.duration_s)?;
    let seconds = span.map_or(info.duration_s, |s| s.seconds());
    let stream = info.main_audio();
    if stream.is_none() && cx.job.audio.is_none() {
        return Err(PipelineError::NoAudio);
    }
    let sound = match stream {
        Some(stream) => audio::decode(input, stream, 48_000, audio::Channels::Stereo, span)?,
        None => Audio::silence(48_000, 2, (seconds * 48_000.0).round() as usize),
    };
    progress(0.4)?;
    let frame_times = match &info.video {
        Some(video) => frames::times(input, video, span)?,
        None => Vec::new(),
    };
    progress(0.7)?;
    let hearing = audio::resample(&sound.mono(), 16_000)?;
    audio::write_wav(&dir.join(SOUND), &sound)?;
    audio::write_wav(&dir.join(HEARING), &hearing)?;
    let loudness = loudness::integrated_lufs(&sound)?;
    let has_sound = stream.is_some();
    let seconds = if info.video.is_some() { seconds } else { sound.seconds().min(seconds.max(0.0)) };
    Ok(Intake { source_hash, span, seconds, frame_times, loudness, has_sound, info })
}

/// The part of the file that was asked for.
fn part(cx: &Context<'_>, seconds: f64) -> Result<Option<Span>, PipelineError> {
    if cx.job.start.is_none() && cx.job.end.is_none() {
        return Ok(None);
    }
    let start = cx.job.start.unwrap_or(0.0);
    let end = cx.job.end.unwrap_or(seconds);
    if start >= seconds || end <= start {
        return Err(PipelineError::EmptySpan { start, end, seconds });
    }
    Ok(Some(Span::new(start, end.min(seconds))))
}

/// SHA-256 of a file as hexadecimal digits.
pub(crate) fn file_hash(path: &Path) -> Result<String, PipelineError> {
    let fail = |e| PipelineError::store(path, e);
    let mut file = File::open(path).map_err(fail)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(fail)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
    }
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}
