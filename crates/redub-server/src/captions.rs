//! Caption files that clients send.

use redub_core::captions::{Cue, parse_srt, parse_vtt};

/// Most captions a file may hold: more than six hours of quick talk.
const MOST: usize = 20_000;

/// Reads SRT or WebVTT in UTF-8.
///
/// # Errors
/// What is wrong, naming the line.
pub fn read(bytes: &[u8]) -> Result<Vec<Cue>, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text: save it as UTF-8".to_owned())?;
    let vtt = text.trim_start_matches('\u{feff}').starts_with("WEBVTT");
    let cues = if vtt { parse_vtt(text) } else { parse_srt(text) }.map_err(|e| e.to_string())?;
    if cues.len() > MOST {
        return Err(format!("the file holds {} captions; at most {MOST} are taken", cues.len()));
    }
    Ok(cues)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn both_formats_are_read_and_errors_name_the_line() {
        assert_eq!(read(b"1\n00:00:01,000 --> 00:00:02,000\nhola\n").unwrap().len(), 1);
        assert_eq!(read(b"WEBVTT\n\n00:01.000 --> 00:02.000\nhola\n").unwrap().len(), 1);
        assert!(read(b"1\nnonsense\nhola\n").unwrap_err().contains("line 2"));
        assert!(read(&[0xff, 0xfe, 0]).unwrap_err().contains("UTF-8"));
    }
}
