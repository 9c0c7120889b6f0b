//! Reading SRT and WebVTT, tolerant of what editors write and clear about what cannot be read.

use super::Cue;
use crate::time::Span;

/// Why a caption file cannot be used; `line` is 1-based.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaptionError {
    /// There is no cue in the text.
    #[error(
        "the caption file has no cues: expected blocks such as \"1\", \"00:00:01,000 --> 00:00:02,500\", text"
    )]
    Empty,
    /// A line where the times should stand cannot be read.
    #[error("line {line}: expected times such as \"00:00:01,000 --> 00:00:02,500\", found \"{found}\"")]
    BadTimes {
        /// Where, 1-based.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A cue ends before it starts.
    #[error("line {line}: the cue ends before it starts")]
    Backwards {
        /// Where, 1-based.
        line: usize,
    },
    /// A cue starts before the one above it.
    #[error("line {line}: the cue starts before the previous one")]
    OutOfOrder {
        /// Where, 1-based.
        line: usize,
    },
}

/// Reads SubRip text. A byte-order mark, CRLF, missing numbers and styling tags are accepted.
///
/// # Errors
/// See [`CaptionError`].
pub fn parse_srt(text: &str) -> Result<Vec<Cue>, CaptionError> {
    parse(text)
}

/// Reads WebVTT text; notes, styles, regions, cue names and cue settings are skipped.
///
/// # Errors
/// See [`CaptionError`].
pub fn parse_vtt(text: &str) -> Result<Vec<Cue>, CaptionError> {
    parse(text)
}

fn parse(text: &str) -> Result<Vec<Cue>, CaptionError> {
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut cues: Vec<Cue> = Vec::new();
    for (first, block) in blocks(&lines) {
        let head = block[0].trim();
        let is_header = ["WEBVTT", "NOTE", "STYLE", "REGION"].iter().any(|h| head.starts_with(h));
        if is_header && !block.iter().any(|l| l.contains("-->")) {
            continue;
        }
        let at = block.iter().position(|l| l.contains("-->")).ok_or_else(|| CaptionError::BadTimes {
            line: first + 1 + usize::from(block.len() > 1 && is_number(head)),
            found: block[usize::from(block.len() > 1 && is_number(head))].chars().take(60).collect(),
        })?;
        let line = first + at + 1;
        let found = block[at];
        let span = times(found)
            .ok_or_else(|| CaptionError::BadTimes { line, found: found.chars().take(60).collect() })?;
        if span.1 < span.0 {
            return Err(CaptionError::Backwards { line });
        }
        if cues.last().is_some_and(|c| span.0 + 1e-9 < c.span.start) {
            return Err(CaptionError::OutOfOrder { line });
        }
        let text = block[at + 1..].iter().map(|l| plain(l)).collect::<Vec<_>>().join("\n");
        cues.push(Cue { span: Span::new(span.0, span.1), text: text.trim().to_owned() });
    }
    if cues.is_empty() { Err(CaptionError::Empty) } else { Ok(cues) }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// Runs of non-blank lines with the 0-based number of their first line.
fn blocks<'a>(lines: &'a [&'a str]) -> Vec<(usize, &'a [&'a str])> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, line) in lines.iter().chain(std::iter::once(&"")).enumerate() {
        match (line.trim().is_empty(), start) {
            (false, None) => start = Some(i),
            (true, Some(first)) => {
                found.push((first, &lines[first..i]));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn times(line: &str) -> Option<(f64, f64)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((stamp(start.trim())?, stamp(end)?))
}

/// `[HH:]MM:SS[,.]mmm` in seconds.
fn stamp(text: &str) -> Option<f64> {
    let text = text.replace(',', ".");
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut seconds = 0.0;
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        let digits = part.chars().all(|c| c.is_ascii_digit() || (last && c == '.'));
        let value: f64 = part.parse().ok().filter(|_| digits && !part.is_empty())?;
        seconds = seconds * 60.0 + value;
    }
    Some(seconds)
}

/// A line of a cue without `<i>`-like and `{\an8}`-like marks, entities resolved.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let close = match c {
            '<' => rest
                .find('>')
                .filter(|_| rest[1..].starts_with(|n: char| n == '/' || n.is_ascii_alphabetic())),
            '{' if rest.starts_with("{\\") => rest.find('}'),
            _ => None,
        };
        match close {
            Some(end) => rest = &rest[end + 1..],
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")];
    entities.iter().fold(out, |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::captions::{to_srt, to_vtt};
    use proptest::prelude::*;

    #[test]
    fn reads_what_editors_write() {
        let text = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i> &amp; bye\r\n\r\n\r\n00:03.5 --> 00:04.0 line:0\r\nx\r\n";
        let cues = parse_srt(text).unwrap();
        assert_eq!(cues.len(), 2);
        assert_eq!(cues[0].text, "Hello & bye");
        assert_eq!(cues[1].span, Span::new(3.5, 4.0));
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(parse_srt("hello"), Err(CaptionError::BadTimes { line: 1, found: "hello".into() }));
        let late = "1\n00:00:05,000 --> 00:00:04,000\nx\n";
        assert_eq!(parse_srt(late), Err(CaptionError::Backwards { line: 2 }));
        assert_eq!(parse_srt(" \n"), Err(CaptionError::Empty));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cues in proptest::collection::vec((0u32..5000, 1u32..9000, "[a-zA-Zé ?¿.]{1,40}"), 1..20)) {
            let mut at = 0.0;
            let cues: Vec<Cue> = cues.into_iter().filter(|c| !c.2.trim().is_empty()).map(|(gap, length, text)| {
                let start = at + f64::from(gap) / 1000.0;
                at = start + f64::from(length) / 1000.0;
                Cue { span: Span::new(start, at), text: text.trim().to_owned() }
            }).collect();
            prop_assume!(!cues.is_empty());
            for back in [parse_srt(&to_srt(&cues)).unwrap(), parse_vtt(&to_vtt(&cues)).unwrap()] {
                prop_assert_eq!(back.len(), cues.len());
                for (a, b) in back.iter().zip(&cues) {
                    prop_assert_eq!(&a.text, &b.text);
                    prop_assert!((a.span.start - b.span.start).abs() < 0.001);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            let _ = parse_srt(&text);
            let _ = parse_vtt(&text.replace(' ', "\n"));
        }
    }
}
