//! Where each line goes.
//!
//! Starts come from the source and are never accumulated. What a line may use: its own time at a comfortable rate, the
//! silence behind it, a faster rate up to the limit, then (only when allowed) a slower picture, and at last whatever rate
//! is needed: a word is never cut and lines never run into each other. How much of each is settled for all lines together.

use redub_core::Span;
use serde::{Deserialize, Serialize};

use super::ease::eased;
use super::place::{self, Place};
use super::retime::Retime;

/// The limits in use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TimingRules {
    /// Slowest speech, as a factor of the voice's natural rate.
    pub slowest: f64,
    /// Rate up to which speech still sounds unhurried.
    pub comfortable: f64,
    /// Fastest speech that is still called good.
    pub fastest: f64,
    /// Silence kept between two lines, seconds.
    pub gap: f64,
    /// How much the picture may be slowed, as a factor; 1 when the length must stay.
    pub picture: f64,
}

impl TimingRules {
    /// The rules of DESIGN §3, with or without dynamic duration.
    pub fn new(dynamic_duration: bool) -> Self {
        let picture = if dynamic_duration { 1.15 } else { 1.0 };
        Self { slowest: 0.88, comfortable: 1.08, fastest: 1.20, gap: 0.06, picture }
    }
}

/// What one line needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LineNeed {
    /// Where the line stands in the source.
    pub source: Span,
    /// Seconds its translation takes at the voice's natural rate.
    pub natural_seconds: f64,
    /// Who says it: any number that is the same for all lines of one voice.
    pub speaker: usize,
}

/// Where one line goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Where it is spoken, on the output's time line.
    pub span: Span,
    /// Natural length over spoken length.
    pub speed_factor: f64,
}

/// A whole video's timing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// One per line, in the order given.
    pub lines: Vec<Placed>,
    /// How the picture is retimed.
    pub retime: Retime,
}

/// Places `lines` (in order of start) in a video of `seconds`.
pub fn plan(lines: &[LineNeed], seconds: f64, rules: &TimingRules) -> Plan {
    let slots: Vec<Span> = (0..lines.len()).map(|i| slot(lines, i, seconds, rules)).collect();
    let retime = Retime::from_stretches(seconds, &eased(&stretches(lines, &slots, rules), seconds));
    let place = |i: usize| {
        let own = lines[i].source;
        let next = lines.get(i + 1).map(|n| n.source.start);
        let overlapped = next.is_some_and(|next| next < own.end);
        // Behind the last line there is nobody to keep a gap from.
        let end = seconds + rules.gap;
        Place {
            start: retime.forward(own.start),
            end: retime.forward(own.end.min(seconds)).max(retime.forward(own.start)),
            next: (!overlapped).then(|| retime.forward(next.unwrap_or(end))),
            natural: lines[i].natural_seconds,
            speaker: lines[i].speaker,
        }
    };
    let places: Vec<Place> = (0..lines.len()).map(place).collect();
    Plan { lines: place::place(&places, rules), retime }
}

/// What lines need, from where each stands, who says it, and its seconds at the voice's own rate.
pub fn needs<'a>(lines: impl IntoIterator<Item = (Span, &'a str, f64)>) -> Vec<LineNeed> {
    let mut speakers: Vec<&str> = Vec::new();
    let mut number = |name| {
        speakers.iter().position(|s| *s == name).unwrap_or_else(|| {
            speakers.push(name);
            speakers.len() - 1
        })
    };
    let need = |(source, name, natural_seconds)| LineNeed { source, natural_seconds, speaker: number(name) };
    lines.into_iter().map(need).collect()
}

/// Source time a line may use: to the next line's start less the gap, but at least to its own end where the
/// source's speakers themselves talk at the same time.
fn slot(lines: &[LineNeed], i: usize, seconds: f64, rules: &TimingRules) -> Span {
    let own = lines[i].source;
    let next = lines.get(i + 1).map_or(seconds, |n| n.source.start - rules.gap);
    let overlapped = lines.get(i + 1).is_some_and(|n| n.source.start < own.end);
    let end = if overlapped { own.end } else { next.max(own.end.min(next + rules.gap)) };
    Span::new(own.start, end.min(seconds).max(own.start))
}

/// Seconds of text, at the voice's own rate, that line `i` has room for at the fastest good rate, before the picture is
/// slowed or the text hurried. `spans` are the lines in order of start, `seconds` is the video's length.
pub fn budget(spans: &[Span], i: usize, seconds: f64) -> f64 {
    let rules = TimingRules::new(false);
    let needs: Vec<LineNeed> = spans
        .iter()
        .skip(i)
        .take(2)
        .map(|span| LineNeed { source: *span, natural_seconds: 0.0, speaker: 0 })
        .collect();
    if needs.is_empty() { 0.0 } else { slot(&needs, 0, seconds, &rules).seconds() * rules.fastest }
}

/// The spans in which the picture is slowed so that a line fits at the fastest good rate.
fn stretches(lines: &[LineNeed], slots: &[Span], rules: &TimingRules) -> Vec<(Span, f64)> {
    let mut found: Vec<(Span, f64)> = Vec::new();
    for (need, slot) in lines.iter().zip(slots) {
        let wanted = ratio(need.natural_seconds / rules.fastest, slot.seconds());
        let clear = found.last().is_none_or(|(last, _)| last.end <= slot.start);
        if wanted > 1.0 + 1e-6 && rules.picture > 1.0 && clear && slot.seconds() > 0.0 {
            found.push((*slot, wanted.min(rules.picture)));
        }
    }
    found
}

pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 1.0 }
}
