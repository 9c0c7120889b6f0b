//! espeak-ng as a child process.
//!
//! It is a program of its own, started once per batch and spoken to over pipes, so that its licence (GPL-3) does
//! not reach into ours. It prints sounds per clause, not per input line; a marker line after every chunk of
//! text tells where a chunk's sounds end.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use super::align;
use super::language::Reader;
use super::words::Token;
use crate::error::SpeechError;

/// A chunk's end: phonemes given directly, a sequence no word has, in sounds every language has.
const MARKER: &str = "[[t_t_t_t_t_t]]";
/// What espeak-ng prints for [`MARKER`].
const MARKER_SOUNDS: &str = "tttttt";

/// The sounds of every token of every line, in espeak-ng's IPA with `^` as the tie.
///
/// # Errors
/// espeak-ng is not installed or fails.
pub fn read(lines: &[Vec<Token>], reader: &Reader) -> Result<Vec<Vec<String>>, SpeechError> {
    let chunks: Vec<(usize, std::ops::Range<usize>)> =
        lines.iter().enumerate().flat_map(|(l, t)| chunks(t).into_iter().map(move |r| (l, r))).collect();
    let texts: Vec<String> = chunks.iter().map(|(l, r)| text_of(&lines[*l][r.clone()])).collect();
    let heard = run(&texts, reader.voice)?;

    let mut sounds: Vec<Vec<String>> = lines.iter().map(|l| vec![String::new(); l.len()]).collect();
    let mut unclear = Vec::new();
    for ((line, range), spoken) in chunks.into_iter().zip(heard) {
        let parts: Vec<&str> = spoken.split_whitespace().collect();
        if parts.len() == range.len() {
            sounds[line][range].iter_mut().zip(parts).for_each(|(to, from)| *to = from.to_owned());
        } else {
            unclear.push((line, range, spoken));
        }
    }
    resolve(lines, unclear, reader, &mut sounds)?;
    Ok(sounds)
}

/// Chunks whose words are not told apart by spaces (`in the` is printed as one, `1984` as several): every
/// word is read alone too, and the chunk's sounds are dealt out to the words they resemble.
fn resolve(
    lines: &[Vec<Token>],
    unclear: Vec<(usize, std::ops::Range<usize>, String)>,
    reader: &Reader,
    sounds: &mut [Vec<String>],
) -> Result<(), SpeechError> {
    if unclear.is_empty() {
        return Ok(());
    }
    let alone: Vec<String> = unclear
        .iter()
        .flat_map(|(l, r, _)| lines[*l][r.clone()].iter().map(|t| text_of(std::slice::from_ref(t))))
        .collect();
    let mut alone = run(&alone, reader.voice)?.into_iter();
    for (line, range, spoken) in unclear {
        let words: Vec<String> = alone.by_ref().take(range.len()).collect();
        let dealt = align::deal(&spoken, &words);
        sounds[line][range].iter_mut().zip(dealt).for_each(|(to, from)| *to = from);
    }
    Ok(())
}

/// Runs of tokens without punctuation between them.
fn chunks(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (i, token) in tokens.iter().enumerate() {
        if i > start && !token.before.is_empty() {
            ranges.push(start..i);
            start = i;
        }
        if token.ends_chunk() || i + 1 == tokens.len() {
            ranges.push(start..i + 1);
            start = i + 1;
        }
    }
    ranges
}

/// The text of a chunk, without the brackets that would be read as phonemes.
fn text_of(tokens: &[Token]) -> String {
    let words: Vec<String> = tokens.iter().map(|t| t.word.replace(['[', ']'], "")).collect();
    words.join(" ")
}

/// Sends chunks to one process and returns each chunk's sounds.
fn run(chunks: &[String], voice: &str) -> Result<Vec<String>, SpeechError> {
    if chunks.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = Command::new("espeak-ng");
    // A Ctrl-C in the terminal is for redub alone, which ends when the line is done.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .args(["-q", "--ipa", "--tie=^", "-v", voice])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| missing(&e))?;
    let mut input = String::new();
    for chunk in chunks {
        input.push_str(chunk);
        input.push('\n');
        input.push_str(MARKER);
        input.push('\n');
    }
    // Written from a thread of its own: with both pipes full, reader and writer would wait for each other.
    let stdin = child.stdin.take();
    let writer =
        std::thread::spawn(move || stdin.map_or(Ok(()), |mut pipe| pipe.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    let written = writer.join().unwrap_or_else(|_| Err(ErrorKind::BrokenPipe.into()));
    if !output.status.success() || written.is_err() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(failed(format!("ended with {} for voice {voice}: {said}", output.status)));
    }
    gather(&String::from_utf8_lossy(&output.stdout), chunks.len(), voice)
}

/// Cuts the output at the markers.
fn gather(output: &str, chunks: usize, voice: &str) -> Result<Vec<String>, SpeechError> {
    let mut heard = vec![String::new()];
    for line in output.lines().map(without_flags) {
        let line = line.trim();
        if line == MARKER_SOUNDS {
            heard.push(String::new());
        } else if let Some(last) = heard.last_mut().filter(|_| !line.is_empty()) {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(line);
        }
    }
    heard.pop();
    if heard.len() == chunks {
        return Ok(heard);
    }
    Err(failed(format!(
        "voice {voice} answered {} of {chunks} chunks; install espeak-ng 1.50 or later",
        heard.len()
    )))
}

/// Drops the `(en)` flags printed where espeak-ng reads a word as another language.
fn without_flags(line: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

fn failed(reason: String) -> SpeechError {
    SpeechError::Engine { engine: "espeak-ng", reason }
}

fn missing(error: &std::io::Error) -> SpeechError {
    failed(match error.kind() {
        ErrorKind::NotFound => "not found on PATH; install the package espeak-ng".to_owned(),
        _ => format!("cannot be started: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_markers_are_taken_out() {
        let out = " lə- (^e^n)wiːkˈɛnd(^f^r)\ntttttt\nsa\nva\ntttttt\n";
        assert_eq!(gather(out, 2, "fr").unwrap(), ["lə- wiːkˈɛnd", "sa va"]);
        assert!(gather(out, 3, "fr").is_err());
    }
}
