//! Which frame of the source each frame of the output shows, and when: the one time line that plan, encode and judge share.

use super::Dub;
use super::intake::Intake;
use crate::job::{FpsMode, Job};
use crate::timing::Retime;

/// Times nearer than this are one, seconds: the middle of an output frame may fall on the very edge of a source frame, whose
/// time containers round to whole milliseconds. Rounding must not put one below its edge and the next above.
const SAME_TIME: f64 = 6e-4;

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
        let source = retime.backward(time + 0.5 / fps) + SAME_TIME;
        (time, times.partition_point(|t| *t <= source).saturating_sub(1))
    };
    (0..count).map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::evenly;
    use crate::timing::Retime;

    /// At half the rate the middle of every output frame is the very edge of a source frame, and times as containers write
    /// them (whole milliseconds, microseconds, ninety-thousandths) lie on either side of it.
    #[test]
    fn frames_whose_middle_falls_on_an_edge_are_neither_doubled_nor_lost() {
        for digits in [1e3, 1e6, 9e4] {
            let times: Vec<f64> =
                (0..500).map(|i| (f64::from(i) * 1001.0 / 30000.0 * digits).round() / digits).collect();
            let half = 15000.0 / 1001.0;
            let shown = evenly(&times, &Retime::identity(500.0 * 1001.0 / 30000.0), half);
            let steps: Vec<usize> = shown.windows(2).map(|w| w[1].1 - w[0].1).collect();
            let odd = steps.iter().filter(|s| **s != 2).count();
            assert_eq!(odd, 0, "{digits}: {steps:?}");
        }
    }
}
