//! Which frame of the source each frame of the output shows, and when: the one time line that plan, encode and judge share.

use super::Dub;
use super::intake::Intake;
use crate::job::{FpsMode, Job};
use crate::timing::Retime;

/// Time (seconds) and source frame of every frame of the output, for source frames at `times`.
pub(crate) fn shown(job: &Job, intake: &Intake, dub: &Dub, times: &[f64]) -> Vec<(f64, usize)> {
    if frame_times_stay(job, intake) {
        return dub.retime.frames(times, intake.constant_fps());
    }
    let fps = intake.info.video.as_ref().map_or(0.0, redub_media::VideoInfo::fps);
    evenly(times, &dub.retime, fps)
}

/// Whether the frames are shown when the source shows them.
pub(crate) fn frame_times_stay(job: &Job, intake: &Intake) -> bool {
    let even = job.audio.is_some() && job.fps_mode == Some(FpsMode::Cfr);
    !even || intake.constant_fps().is_some()
}

/// Frames at a constant rate from frames at any times: each shows what the source shows then.
fn evenly(times: &[f64], retime: &Retime, fps: f64) -> Vec<(f64, usize)> {
    let fps = if fps > 0.0 { fps } else { 25.0 };
    let count = (retime.output_seconds() * fps).round().max(1.0) as usize;
    let frame = |n: usize| {
        let time = n as f64 / fps;
        let source = retime.backward(time + 0.5 / fps);
        (time, times.partition_point(|t| *t <= source).saturating_sub(1))
    };
    (0..count).map(frame).collect()
}
