//! Stage 1: the source probed and trimmed, its sound at 48 kHz (stereo) and 16 kHz (mono), its frame times.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use redub_core::{Audio, Span};
use redub_media::{MediaInfo, VideoInfo, audio, frames, loudness};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::captions::Clock;
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::job::Job;
use crate::store::{Artifact, KeyBuilder};

/// The source's sound, 48 kHz, stereo or (where the source has it) 5.1 or 7.1.
pub(crate) const SOUND: &str = "sound.wav";
/// The source's sound, 16 kHz mono.
pub(crate) const HEARING: &str = "hearing.wav";

/// Seconds by which a file may fall short of what it claims.
const CUT_OFF_S: f64 = 0.5;
/// Share of its frames that a whole file may lack.
const MISSING_FRAMES: f64 = 0.05;

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
    /// What the user should know.
    pub notes: Vec<String>,
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
    let key = KeyBuilder::new("intake", 3)
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
    let made =
        cx.stage("intake", None, key, summary, |dir, progress| make(cx, source_hash, dir, progress))?;
    made.value.notes.iter().for_each(|note| cx.warn(note.clone()));
    left_out(cx.job, &made.value.info).into_iter().for_each(|note| cx.warn(note));
    Ok(made)
}

/// Refuses what cannot be dubbed, as far as the container tells; gives the part to work on (all of it: `None`).
pub(crate) fn check(job: &Job, info: &MediaInfo) -> Result<Option<Span>, PipelineError> {
    if info.main_audio().is_none() && job.audio.is_none() {
        return Err(PipelineError::NoAudio);
    }
    part(job, info.duration_s)
}

fn make(
    cx: &Context<'_>,
    source_hash: String,
    dir: &Path,
    progress: &mut Progress<'_>,
) -> Result<Intake, PipelineError> {
    let input = &cx.job.input;
    let mut info = redub_media::probe(input)?;
    let mut span = check(cx.job, &info)?;
    let mut seconds = span.map_or(info.duration_s, |s| s.seconds());
    let stream = info.main_audio();
    let mut sound = match stream {
        Some(stream) => audio::decode(input, stream, 48_000, audio::Channels::Surround, span)?,
        None => Audio::silence(48_000, 2, (seconds * 48_000.0).round() as usize),
    };
    progress(0.4)?;
    let frame_times = match &info.video {
        Some(video) => frames::times(input, video, span)?,
        None => Vec::new(),
    };
    progress(0.7)?;
    let mut notes = Vec::new();
    if let Some(held) = held(&info, span, &sound, &frame_times).filter(|held| *held < seconds - CUT_OFF_S) {
        let start = span.map_or(0.0, |s| s.start);
        if held <= 0.0 {
            return Err(PipelineError::EmptySpan { start, end: start + seconds, seconds: start });
        }
        notes.push(format!(
            "the file is cut off: it claims to be {:.1} s long, but nothing is in it behind {:.1} s; that much is dubbed",
            info.duration_s,
            start + held
        ));
        seconds = held;
        span = span.map(|s| Span::new(s.start, s.start + held));
        info.duration_s = start + held;
        sound.samples.truncate((held * f64::from(sound.rate)).round() as usize * sound.channels);
    }
    let hearing = audio::resample(&sound.mono(), 16_000)?;
    audio::write_wav(&dir.join(SOUND), &sound)?;
    audio::write_wav(&dir.join(HEARING), &hearing)?;
    let loudness = loudness::integrated_lufs(&sound)?;
    let has_sound = info.main_audio().is_some();
    let seconds = if info.video.is_some() { seconds } else { sound.seconds().min(seconds.max(0.0)) };
    Ok(Intake { source_hash, span, seconds, frame_times, loudness, has_sound, info, notes })
}

/// Where a file ends that holds less than it claims (seconds from the start of the part), as after an interrupted
/// copy: behind its last frame and its last sound. `None` for a whole file.
fn held(info: &MediaInfo, span: Option<Span>, sound: &Audio, frame_times: &[f64]) -> Option<f64> {
    let step = info.video.as_ref().map_or(0.0, |v| 1.0 / v.fps().max(1.0));
    let pictures_end = frame_times.last().map_or(0.0, |t| t + step);
    // A span is filled up with silence.
    let heard = match span {
        Some(_) => sound.samples.iter().rposition(|s| *s != 0.0).map_or(0, |i| i / sound.channels + 1),
        None => sound.frames(),
    };
    let sound_end = if info.audio.is_empty() { 0.0 } else { heard as f64 / f64::from(sound.rate) };
    let end_of_part = |stated: f64| span.map_or(stated, |s| (stated - s.start).clamp(0.0, s.seconds()));
    let less_sound =
        info.main_audio().and_then(|a| Some(end_of_part(a.start_time_s + a.duration_s?) - sound_end));
    let less_pictures = info.video.as_ref().map(|v| {
        let expected = if span.is_some() { span_frames(v, span) } else { v.frames_estimate as f64 };
        1.0 - frame_times.len() as f64 / expected.max(1.0)
    });
    let short_sound = less_sound.is_some_and(|seconds| seconds > CUT_OFF_S);
    let short_picture = less_pictures.is_none_or(|share| share > MISSING_FRAMES);
    let short = short_picture && (short_sound || less_sound.is_none());
    // A span of sound alone may well end in silence.
    let known = info.video.is_some() || span.is_none();
    (short && known).then_some(pictures_end.max(sound_end))
}

/// Frames a span should have; a variable rate promises none.
fn span_frames(video: &VideoInfo, span: Option<Span>) -> f64 {
    let seconds = span.map_or(video.duration_s, |s| s.seconds());
    if video.vfr { 0.0 } else { seconds.min(video.duration_s) * video.fps() }
}

/// What of the source the result will not have.
fn left_out(job: &Job, info: &MediaInfo) -> Vec<String> {
    let mut notes = Vec::new();
    if info.video.is_none() && job.burn_captions {
        notes.push("there is no picture to draw captions into: --burn-captions does nothing here".to_owned());
    }
    if job.audio.is_some() {
        return notes;
    }
    let dubbed = info.main_audio().map_or(0, |a| a.channels);
    if dubbed > 2 && !matches!(dubbed, 6 | 8) {
        notes.push(format!("the sound's {dubbed} channels are dubbed in stereo"));
    }
    if info.audio.len() > 1 {
        let others = info.audio.len() - 1;
        notes.push(format!("the input has {others} more sound tracks: only the default one is dubbed, the others are left out"));
    }
    if info.has_subtitles {
        notes.push("the input's own caption tracks are left out: they are in its language".to_owned());
    }
    notes
}

/// The part of the file that was asked for.
fn part(job: &Job, seconds: f64) -> Result<Option<Span>, PipelineError> {
    if job.start.is_none() && job.end.is_none() {
        return Ok(None);
    }
    let start = job.start.unwrap_or(0.0);
    let end = job.end.unwrap_or(seconds);
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
