//! Checks of an edited caption file; every error names the line.

use redub_core::captions::Cue;
use redub_pipeline::PreparedSpeaker;

use crate::captions;

/// Captions of one speaker may run into each other by this much, seconds.
const OVERLAP: f64 = 0.05;
/// A caption may end this far behind the video's end, seconds.
const BEYOND: f64 = 0.5;

/// A caption, and who says it when the text begins with a name such as `[S2]`.
#[derive(Debug, Clone, PartialEq)]
pub struct EditedCue {
    /// Times and text.
    pub cue: Cue,
    /// Name of the speaker.
    pub speaker: Option<String>,
}

/// Reads an edited file for a video of `seconds` in which `speakers` speak.
///
/// # Errors
/// What is wrong and on which line of the file: text that is none, numbers that do not rise, times that run backwards,
/// over each other or out of the video, speakers that are not in the video.
pub fn read(bytes: &[u8], seconds: f64, speakers: &[PreparedSpeaker]) -> Result<Vec<EditedCue>, String> {
    let cues = captions::read(bytes)?;
    let text = String::from_utf8_lossy(bytes);
    let places = places(&text)?;
    if places.len() != cues.len() {
        return Err(format!(
            "{} captions stand in {} blocks; put an empty line between them",
            places.len(),
            cues.len()
        ));
    }
    numbers(&places)?;
    let mut edited: Vec<EditedCue> = Vec::new();
    let mut lines: Vec<usize> = Vec::new();
    for (cue, place) in cues.into_iter().zip(&places) {
        let line = place.line;
        if cue.span.end > seconds + BEYOND || cue.span.start >= seconds {
            return Err(format!(
                "line {line}: the caption runs from {:.3} s to {:.3} s, but the video is {seconds:.3} s long",
                cue.span.start, cue.span.end
            ));
        }
        if cue.span.seconds() <= 0.0 {
            return Err(format!("line {line}: the caption has no length; give it an end after its start"));
        }
        let (speaker, text) =
            speaker(&cue.text, speakers).map_err(|why| format!("line {}: {why}", line + 1))?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = cue.span.end.min(seconds);
        if !text.is_empty() {
            let cue = Cue { span: redub_core::Span::new(cue.span.start, end), text };
            edited.push(EditedCue { cue, speaker });
            lines.push(line);
        }
    }
    if edited.is_empty() {
        return Err("the file holds no text; a dub needs at least one line".into());
    }
    for (i, pair) in edited.windows(2).enumerate() {
        let over = pair[0].cue.span.end - pair[1].cue.span.start;
        // Two people may speak at once; who says a caption without a name is not known here.
        let same = pair[0].speaker == pair[1].speaker && (pair[0].speaker.is_some() || speakers.len() < 2);
        if over > OVERLAP && same {
            return Err(format!(
                "line {}: the caption starts at {:.3} s, but the one before ends at {:.3} s only",
                lines[i + 1],
                pair[1].cue.span.start,
                pair[0].cue.span.end
            ));
        }
    }
    Ok(edited)
}

/// Where a caption's times stand, 1-based, and its number if it has one.
struct Place {
    line: usize,
    number: Option<(usize, u64)>,
}

fn places(text: &str) -> Result<Vec<Place>, String> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim).collect();
    let mut places = Vec::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| line.contains("-->")) {
        let above = i.checked_sub(1).map(|j| (j + 1, lines[j]));
        let number = above.and_then(|(at, text)| Some((at, text.parse().ok()?)));
        let head = if number.is_some() { i.checked_sub(2) } else { i.checked_sub(1) };
        let apart =
            head.is_none_or(|j| lines[j].is_empty() || lines[j].starts_with("WEBVTT") || number.is_none());
        if !apart {
            return Err(format!("line {}: put an empty line before the number of a caption", i));
        }
        if line.matches("-->").count() > 1 {
            return Err(format!("line {}: two arrows on one line", i + 1));
        }
        places.push(Place { line: i + 1, number });
    }
    Ok(places)
}

/// Numbers must rise, and all captions have one or none has.
fn numbers(places: &[Place]) -> Result<(), String> {
    let numbered = places.iter().filter(|p| p.number.is_some()).count();
    if numbered == 0 {
        return Ok(());
    }
    let mut last: Option<u64> = None;
    for place in places {
        let Some((line, number)) = place.number else {
            return Err(format!("line {}: this caption has no number, the others have", place.line));
        };
        if last.is_some_and(|last| number <= last) {
            let last = last.unwrap_or_default();
            return Err(format!(
                "line {line}: number {number} does not follow {last}; number the captions 1, 2, 3, …"
            ));
        }
        last = Some(number);
    }
    Ok(())
}

/// Takes `[S2]` from the beginning of a text. Other brackets, such as `[laughs]`, belong to the text.
fn speaker<'t>(text: &'t str, speakers: &[PreparedSpeaker]) -> Result<(Option<String>, &'t str), String> {
    let tag = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((name, rest)) = tag else { return Ok((None, text)) };
    let is_name =
        name.strip_prefix(['S', 's']).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    if !is_name {
        return Ok((None, text));
    }
    match speakers.iter().find(|s| s.id.eq_ignore_ascii_case(name)) {
        Some(speaker) => Ok((Some(speaker.id.clone()), rest)),
        None => {
            let known: Vec<&str> = speakers.iter().map(|s| s.id.as_str()).collect();
            Err(format!("there is no speaker {name}; this video has {}", known.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<EditedCue>, String> {
        let speaker = |id: &str| PreparedSpeaker { id: id.into(), gender: None, voice: "em_alex".into() };
        super::read(text.as_bytes(), 10.0, &[speaker("S1"), speaker("S2")])
    }

    #[test]
    fn a_sound_file_is_taken_with_its_speakers() {
        let text =
            "1\n00:00:01,000 --> 00:00:02,000\n[s2] hola\n\n3\n00:00:02,500 --> 00:00:04,000\n[ríe] adiós\n";
        let cues = read(text).unwrap();
        assert_eq!((cues[0].speaker.as_deref(), cues[0].cue.text.as_str()), (Some("S2"), "hola"));
        assert_eq!((cues[1].speaker.as_deref(), cues[1].cue.text.as_str()), (None, "[ríe] adiós"));
    }

    #[test]
    fn every_error_names_its_line() {
        let block = |n: u32, from: &str, to: &str, text: &str| {
            format!("{n}\n00:00:{from} --> 00:00:{to}\n{text}\n\n")
        };
        let good = block(1, "01,000", "02,000", "a");
        for (more, line, word) in [
            (block(1, "03,000", "04,000", "b"), "line 5", "number"),
            (block(2, "08,000", "12,000", "b"), "line 6", "10.000 s long"),
            (block(2, "03,000", "04,000", "[S9] b"), "line 7", "S9"),
            (block(2, "03,000", "02,500", "b"), "line 6", "ends before"),
            (block(2, "00,500", "00,800", "b"), "line 6", "previous"),
            (block(2, "03,000", "03,000", "b"), "line 6", "length"),
            ("2\nx --> y\nb\n".to_owned(), "line 6", "times"),
        ] {
            let error = read(&format!("{good}{more}")).unwrap_err();
            assert!(error.contains(line) && error.contains(word), "{error}");
        }
        let over =
            format!("{}{}", block(1, "01,000", "03,000", "[S1] a"), block(2, "02,000", "04,000", "[S1] b"));
        assert!(read(&over).unwrap_err().contains("line 6"));
        assert!(read(&over.replacen("[S1]", "[S2]", 1)).is_ok());
        assert!(read("").is_err());
    }
}
