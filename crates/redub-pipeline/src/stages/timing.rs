//! Stage 9: where every line starts and how fast it is, and how the picture is retimed.

use redub_core::{Language, Span};
use serde::{Deserialize, Serialize};

use super::speech::DubLine;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};
use crate::timing::{Retime, TimingRules, needs, plan};

/// The timing of one output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Timing {
    /// One per line.
    pub lines: Vec<TimedLine>,
    /// How the picture is retimed.
    pub retime: Retime,
}

/// Where one line goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimedLine {
    /// Where it is heard, on the output's time line.
    pub span: Span,
    /// Natural length over final length.
    pub speed_factor: f64,
    /// Factor its audio is shortened by after synthesis; 1 nearly always.
    pub stretch: f64,
}

/// Speed factor from which the user is told.
const HURRIED: f64 = 1.35;
/// Most that a line's audio is shortened by after synthesis; beyond it nothing can be understood.
const MOST_STRETCH: f64 = 3.0;

/// Runs the stage.
pub(crate) fn run<'a>(
    cx: &Context<'_>,
    lines: &'a [DubLine],
    to: &Language,
) -> Result<Artifact<Timing>, PipelineError> {
    let rules = TimingRules::new(cx.job.dynamic_duration);
    let mut key = KeyBuilder::new("timing", 3).param("rules", &rules).param("seconds", &cx.seconds);
    for line in lines {
        key = key.input(&line.key).param("span", &line.target.span).param("speaker", &line.target.speaker);
    }
    let summary = |timing: &Timing| {
        let within = timing.lines.iter().filter(|l| (0.85..=1.20).contains(&l.speed_factor)).count();
        let added = timing.retime.output_seconds() - cx.seconds;
        let longer = if added > 0.01 { format!(", picture {added:.2} s longer") } else { String::new() };
        format!("{within} of {} lines at a good speed{longer}", timing.lines.len())
    };
    let made = cx.stage("timing", Some(to), key.finish(), summary, |_, _| {
        let need = |l: &'a DubLine| (l.target.span, l.target.speaker.as_str(), l.spoken.natural_seconds);
        let plan = plan(&needs(lines.iter().map(need)), cx.seconds, &rules);
        let timed = plan.lines.iter().enumerate().map(|(i, placed)| {
            let room = plan.lines.get(i + 1).map_or(plan.retime.output_seconds(), |next| next.span.start);
            let most = (room - placed.span.start).max(placed.span.seconds());
            // Captions closer together than anybody can speak: better heard over the next line than not at all.
            let seconds = lines[i].spoken.seconds.min(most).max(lines[i].spoken.seconds / MOST_STRETCH);
            let stretch = if seconds > 0.0 { lines[i].spoken.seconds / seconds } else { 1.0 };
            let speed_factor = if seconds > 0.0 { lines[i].spoken.natural_seconds / seconds } else { 1.0 };
            TimedLine {
                span: Span::new(placed.span.start, placed.span.start + seconds),
                speed_factor,
                stretch,
            }
        });
        Ok(Timing { lines: timed.collect(), retime: plan.retime })
    })?;
    let hurried: Vec<String> = made
        .value
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.speed_factor > HURRIED)
        .map(|(i, line)| format!("{} ({:.1} ×)", i + 1, line.speed_factor))
        .collect();
    if !hurried.is_empty() {
        let lines = hurried.join(", ");
        cx.warn(format!(
            "too long for its place and spoken fast: line {lines}; shorten its text or give it more time"
        ));
    }
    Ok(made)
}
