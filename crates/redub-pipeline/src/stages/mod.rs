//! One file per stage, named by what it yields.

pub(crate) mod bank;
pub(crate) mod bed;
pub(crate) mod budget;
pub(crate) mod captions;
pub(crate) mod delivery;
pub(crate) mod draw;
pub(crate) mod expected;
pub(crate) mod faces;
pub(crate) mod intake;
pub(crate) mod judge;
pub(crate) mod likeness;
pub(crate) mod mix;
pub(crate) mod mouth;
pub(crate) mod neural;
pub(crate) mod own_dub;
pub(crate) mod own_voice;
pub(crate) mod render;
pub(crate) mod report;
pub(crate) mod shown;
pub(crate) mod speech;
pub(crate) mod steer;
pub(crate) mod stems;
pub(crate) mod timing;
pub(crate) mod track;
pub(crate) mod transcript;
pub(crate) mod translation;
pub(crate) mod turns;
pub(crate) mod twin;
pub(crate) mod voices;

use std::path::PathBuf;

use redub_core::{PhoneSpan, Span};

use crate::store::Key;
use crate::timing::Retime;

/// A finished dub, ready to be put into the picture.
#[derive(Debug, Clone)]
pub(crate) struct Dub {
    /// The lines on the output's time line.
    pub lines: Vec<SpokenSpan>,
    /// How the picture is retimed.
    pub retime: Retime,
    /// The final sound.
    pub sound: PathBuf,
    /// The speech alone.
    pub voice: PathBuf,
    /// The source's speech, 16 kHz.
    pub hearing: PathBuf,
    /// Key of what the dub was made from.
    pub key: Key,
}

/// One line of a dub.
#[derive(Debug, Clone)]
pub(crate) struct SpokenSpan {
    /// Where it is heard in the output.
    pub span: Span,
    /// Where its line stands in the source.
    pub source: Span,
    /// What is said.
    pub text: String,
    /// The sounds, on the output's time line.
    pub phones: Vec<PhoneSpan>,
    /// Whether it is said in the voice fitted to the speaker.
    pub own_voice: bool,
}

/// The lines of a synthesised dub on the output's time line.
pub(crate) fn lines_of(lines: &[speech::DubLine], timing: &timing::Timing) -> Vec<SpokenSpan> {
    let phones = |line: &speech::DubLine, timed: &timing::TimedLine| -> Vec<PhoneSpan> {
        let at = |t: f64| timed.span.start + t / timed.stretch;
        let moved = |p: &PhoneSpan| PhoneSpan {
            symbol: p.symbol.clone(),
            span: Span::new(at(p.span.start), at(p.span.end)),
        };
        line.spoken.phones.iter().map(moved).collect()
    };
    lines
        .iter()
        .zip(&timing.lines)
        .map(|(line, timed)| SpokenSpan {
            span: timed.span,
            source: line.target.span,
            text: line.target.text.clone(),
            phones: phones(line, timed),
            own_voice: line.spoken.own_voice,
        })
        .collect()
}
