//! When the written frames are shown.

use crate::error::{MediaError, Result};
use crate::probe::{Rational, VideoInfo};

/// The times of the frames that a writer is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Timing {
    /// Frame n is shown at `n × den / num` seconds.
    Constant(Rational),
    /// Frame n is shown at the n-th time (seconds, rising, not negative).
    Times(Vec<f64>),
}

/// How far, in seconds, a time may lie off the grid of a constant rate: the rounding of Matroska, doubled.
const GRID_S: f64 = 0.001;

impl Timing {
    /// A constant rate when all `times` lie on the grid of the stream's rate, else the times themselves.
    pub fn of(times: &[f64], info: &VideoInfo) -> Self {
        let on_grid = |rate: Rational| {
            rate.is_known()
                && times.iter().enumerate().all(|(n, t)| (t - n as f64 / rate.value()).abs() < GRID_S)
        };
        match [info.r_frame_rate, info.avg_frame_rate].into_iter().find(|rate| on_grid(*rate)) {
            Some(rate) => Timing::Constant(rate),
            None => Timing::Times(times.to_vec()),
        }
    }

    /// Refuses a rate of nothing and times that do not rise.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Timing::Constant(rate) if !rate.is_known() => {
                Err(MediaError::Request("a frame rate of 0 cannot be written".into()))
            }
            Timing::Constant(_) => Ok(()),
            Timing::Times(times) => {
                let starts_well = times.first().is_none_or(|t| *t >= 0.0);
                let rises = times.windows(2).all(|pair| pair[1] > pair[0]);
                let why = "frame times must rise and start at 0 or later";
                if starts_well && rises { Ok(()) } else { Err(MediaError::Request(why.into())) }
            }
        }
    }

    /// Seconds between most frames: what an encoder counts its quality by.
    pub(super) fn usual_step(&self) -> f64 {
        match self {
            Timing::Constant(rate) => 1.0 / rate.value(),
            Timing::Times(times) => {
                let mut steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
                steps.sort_by(f64::total_cmp);
                steps.get(steps.len() / 2).copied().unwrap_or(0.04)
            }
        }
    }
}
