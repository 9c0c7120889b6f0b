//! The user's captions, brought onto the clock of the part that is dubbed.

use redub_core::Span;
use redub_core::captions::Cue;

use crate::error::PipelineError;

/// Cues that start closer together than this are one line, seconds.
const TOGETHER: f64 = 0.05;

/// Where the part to dub lies in its source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Start of the part in the source, seconds.
    pub start: f64,
    /// Length of the part, seconds.
    pub seconds: f64,
    /// Length of the whole source, seconds.
    pub source_seconds: f64,
}

impl Clock {
    /// Times of the part back on the source's own clock, for files the user edits.
    pub fn on_source(&self, span: Span) -> Span {
        span.shifted(self.start)
    }
}

/// The cues with something in them, in order of time, on the clock of the part to dub: the times of a caption file
/// are those of the whole source. Cues outside the part are left out, those that start together are joined.
///
/// # Errors
/// Captions that go on behind the end of the source, or none inside the part.
pub(crate) fn on_clock(cues: &[Cue], clock: Clock) -> Result<Vec<Cue>, PipelineError> {
    let source = clock.source_seconds;
    if let Some(late) = cues.iter().position(|c| c.span.start >= source) {
        let (cue, start) = (late + 1, cues[late].span.start);
        return Err(PipelineError::CaptionsDoNotFit(format!(
            "caption {cue} starts at {start:.2} s, but the video is {source:.2} s long: are these its captions?"
        )));
    }
    let moved = |cue: &Cue| {
        let shifted = cue.span.shifted(-clock.start);
        let span = Span::new(shifted.start.max(0.0), shifted.end.min(clock.seconds));
        let inside = shifted.start > -TOGETHER && span.seconds() > TOGETHER;
        let text = cue.text.split_whitespace().collect::<Vec<_>>().join(" ");
        (inside && !text.is_empty()).then_some(Cue { span, text })
    };
    let mut all: Vec<Cue> = cues.iter().filter_map(moved).collect();
    all.sort_by(|a, b| a.span.start.total_cmp(&b.span.start));
    let mut lines: Vec<Cue> = Vec::new();
    for cue in all {
        match lines.last_mut().filter(|last| cue.span.start - last.span.start < TOGETHER) {
            Some(last) => {
                last.span.end = last.span.end.max(cue.span.end);
                last.text = format!("{} {}", last.text, cue.text);
            }
            None => lines.push(cue),
        }
    }
    if lines.is_empty() {
        let why = "the captions hold no text inside the part to dub: are these its captions?";
        return Err(PipelineError::CaptionsDoNotFit(why.to_owned()));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: f64, end: f64, text: &str) -> Cue {
        Cue { span: Span::new(start, end), text: text.into() }
    }

    const WHOLE: Clock = Clock { start: 0.0, seconds: 20.0, source_seconds: 20.0 };

    #[test]
    fn cues_are_sorted_joined_and_emptied() {
        let cues = [cue(4.0, 5.0, "b\nc"), cue(1.0, 2.0, "a"), cue(1.02, 3.0, "too"), cue(6.0, 7.0, " ")];
        let lines = on_clock(&cues, WHOLE).unwrap();
        assert_eq!(lines, [cue(1.0, 3.0, "a too"), cue(4.0, 5.0, "b c")]);
    }

    #[test]
    fn a_part_takes_its_own_cues_and_gives_the_times_back() {
        let part = Clock { start: 4.0, seconds: 6.0, source_seconds: 20.0 };
        let lines = on_clock(&[cue(1.0, 2.0, "a"), cue(5.0, 12.0, "b")], part).unwrap();
        assert_eq!(lines, [cue(1.0, 6.0, "b")]);
        assert_eq!(part.on_source(lines[0].span), Span::new(5.0, 10.0));
    }

    #[test]
    fn captions_of_another_video_are_refused() {
        assert!(on_clock(&[cue(25.0, 26.0, "a")], WHOLE).is_err());
        assert!(on_clock(&[cue(1.0, 2.0, "")], WHOLE).is_err());
    }
}
