//! Stage 5: shots, face tracks and who on screen is talking.

use std::path::Path;

use redub_core::{Frame, Span};
use redub_media::{audio, frames::FrameReader};
use redub_vision::speaking::{self, LineFace};
use redub_vision::tracks::{Faces, Tracker, TrackerSettings};
use serde::{Deserialize, Serialize};

use super::intake::{self, Intake};
use super::stems::{HEARING, Stems};
use crate::context::{Context, Progress};
use crate::error::PipelineError;
use crate::store::{Artifact, Key, KeyBuilder};

/// The tracks, as written by postcard.
const TRACKS: &str = "tracks.bin";

/// What was seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Frames decoded.
    pub frames: usize,
    /// Shots found.
    pub shots: usize,
    /// Face tracks found.
    pub tracks: usize,
}

/// Who on screen talks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Talking {
    /// For every line the faces that say it.
    pub lines: Vec<LineFace>,
}

/// Runs the stage's looking part: needs the picture only.
pub(crate) fn run(cx: &Context<'_>, intake: &Artifact<Intake>) -> Result<Artifact<Seen>, PipelineError> {
    let mut key = KeyBuilder::new("faces", 3).input(&intake.key);
    for model in ["face-detection", "face-landmarks", "palm-detection"] {
        key = key.model(model, &cx.engines.digest(model));
    }
    let summary = |seen: &Seen| match (seen.tracks, seen.shots) {
        (0, _) => "no face".to_owned(),
        (tracks, shots) => format!("{tracks} face tracks in {shots} shots"),
    };
    cx.stage("faces", None, key.finish(), summary, |dir, progress| track(cx, intake, dir, progress))
}

fn track(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    dir: &Path,
    progress: &mut Progress<'_>,
) -> Result<Seen, PipelineError> {
    let Some(video) = &intake.value.info.video else {
        return Ok(Seen { frames: 0, shots: 0, tracks: 0 });
    };
    let settings = TrackerSettings { frame_rate: video.fps() as f32, ..TrackerSettings::default() };
    let mut tracker = Tracker::load(cx.engines.models(), video.width, video.height, settings)?;
    let mut reader = FrameReader::open(&cx.job.input, video, intake.value.span, None)?;
    let mut frame = reader.blank();
    let mut picture = Frame::black(0, 0);
    let all = intake.value.frame_times.len().max(1);
    let mut frames = 0;
    while reader.read(&mut frame)? {
        frame.region_rgb_into(frame.rect(), &mut picture);
        tracker.push(frames, &picture)?;
        frames += 1;
        if frames % 25 == 0 {
            cx.check_looking()?;
            progress(frames as f32 / all as f32)?;
        }
    }
    let faces = tracker.finish();
    write(&dir.join(TRACKS), &faces)?;
    Ok(Seen { frames, shots: faces.shots.len(), tracks: faces.tracks.len() })
}

/// Runs the stage's second part: whose lips go with which line.
pub(crate) fn talking(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    seen: &Artifact<Seen>,
    lines: &[(Span, String)],
    heard: Option<(&Key, &Artifact<Stems>)>,
) -> Result<Artifact<Talking>, PipelineError> {
    let mut key = KeyBuilder::new("talking", 1).input(&seen.key).param("lines", lines);
    if let Some((key_of_text, stems)) = heard {
        key = key.input(key_of_text).input(&stems.key);
    }
    let made = cx.store.get_or_make("talking", key.finish(), |_| {
        let faces = read(seen)?;
        let path =
            heard.map_or_else(|| intake.dir.join(intake::HEARING), |(_, stems)| stems.dir.join(HEARING));
        let hearing = audio::read_wav(&path)?;
        let times = &intake.value.frame_times;
        let lines = speaking::who_speaks(&faces, times, lines, &hearing.samples);
        Ok(Talking { lines })
    })?;
    cx.record("faces", made.seconds, made.cached);
    Ok(made)
}

/// The tracks of an artifact.
pub(crate) fn read(seen: &Artifact<Seen>) -> Result<Faces, PipelineError> {
    let path = seen.dir.join(TRACKS);
    let bytes = std::fs::read(&path).map_err(|e| PipelineError::store(&path, e))?;
    postcard::from_bytes(&bytes).map_err(|e| PipelineError::Artifact(format!("{}: {e}", path.display())))
}

/// Writes a value in postcard's compact form.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), PipelineError> {
    let bytes = postcard::to_stdvec(value).map_err(|e| PipelineError::Artifact(e.to_string()))?;
    std::fs::write(path, bytes).map_err(|e| PipelineError::store(path, e))
}
