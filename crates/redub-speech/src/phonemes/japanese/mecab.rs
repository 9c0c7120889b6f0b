//! MeCab with Open JTalk's dictionary, as a child process.
//!
//! Debian's dictionary comes without the `dicrc` that the program `mecab` asks for, so every call makes a folder of links
//! to it with one beside them; a run takes some milliseconds because the dictionary is mapped, not read.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::SpeechError;

/// Where the packages of Debian and its kin put the dictionary.
const DICTIONARY: &str = "/var/lib/mecab/dic/open-jtalk/naist-jdic";
/// The dictionary's files.
const FILES: [&str; 4] = ["sys.dic", "unk.dic", "char.bin", "matrix.bin"];
/// What MeCab is told of the dictionary: the values of MeCab's own dictionaries.
const SETTINGS: &str = "cost-factor = 700\nbos-feature = BOS/EOS,*,*,*,*,*,*,*,*\neval-size = 6\n\
    unk-eval-size = 4\nconfig-charset = UTF-8\n";

/// A word: as written, and the dictionary's columns of it.
pub type Word = (String, Vec<String>);

/// Whether the dictionary is there.
pub fn is_installed() -> bool {
    FILES.iter().all(|file| Path::new(DICTIONARY).join(file).is_file())
}

/// The words of every text.
///
/// # Errors
/// MeCab or the dictionary is not installed, or MeCab fails.
pub fn read(texts: &[String]) -> Result<Vec<Vec<Word>>, SpeechError> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let dictionary = Path::new(DICTIONARY);
    if !is_installed() {
        return Err(failed(format!(
            "{DICTIONARY} is not there, and Japanese cannot be read without it; install the package \
             open-jtalk-mecab-naist-jdic"
        )));
    }
    let folder = linked(dictionary)?;
    let mut command = Command::new("mecab");
    // A Ctrl-C in the terminal is for redub alone, which ends when the line is done.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let longest = texts.iter().map(String::len).max().unwrap_or(0);
    let mut child = command
        .args(["-r", "/dev/null", "-d"])
        .arg(folder.path())
        .args(["-b", &(longest * 2 + 8192).to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| missing(&e))?;
    let input: String = texts.iter().map(|t| t.replace(['\n', '\r'], " ") + "\n").collect();
    // Written from a thread of its own: with both pipes full, reader and writer would wait for each other.
    let stdin = child.stdin.take();
    let writer =
        std::thread::spawn(move || stdin.map_or(Ok(()), |mut pipe| pipe.write_all(input.as_bytes())));
    let output = child.wait_with_output()?;
    let written = writer.join().unwrap_or_else(|_| Err(ErrorKind::BrokenPipe.into()));
    let read = gather(&String::from_utf8_lossy(&output.stdout));
    if !output.status.success() || written.is_err() || read.len() != texts.len() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let count = (read.len(), texts.len());
        return Err(failed(format!(
            "read {} of {} texts, ended with {}: {said}",
            count.0, count.1, output.status
        )));
    }
    Ok(read)
}

/// A folder that looks to MeCab like a whole dictionary.
fn linked(dictionary: &Path) -> Result<tempfile::TempDir, SpeechError> {
    let folder = tempfile::tempdir()?;
    for file in FILES {
        #[cfg(unix)]
        std::os::unix::fs::symlink(dictionary.join(file), folder.path().join(file))?;
        #[cfg(not(unix))]
        std::fs::copy(dictionary.join(file), folder.path().join(file))?;
    }
    std::fs::write(folder.path().join("dicrc"), SETTINGS)?;
    Ok(folder)
}

/// Reads MeCab's lines: a word, a tab and its columns; `EOS` ends a text.
fn gather(output: &str) -> Vec<Vec<Word>> {
    let mut texts = Vec::new();
    let mut words = Vec::new();
    for line in output.lines() {
        match line.split_once('\t') {
            Some((surface, columns)) => {
                words.push((surface.to_owned(), columns.split(',').map(str::to_owned).collect()));
            }
            None if line == "EOS" => texts.push(std::mem::take(&mut words)),
            None => {}
        }
    }
    texts
}

fn failed(reason: String) -> SpeechError {
    SpeechError::Engine { engine: "mecab", reason }
}

fn missing(error: &std::io::Error) -> SpeechError {
    failed(match error.kind() {
        ErrorKind::NotFound => "not found on PATH; install the package mecab".to_owned(),
        _ => format!("cannot be started: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_at_the_marker() {
        let read = gather("本\t名詞,一般\nEOS\nEOS\n");
        assert_eq!(read, [vec![("本".to_owned(), vec!["名詞".to_owned(), "一般".to_owned()])], vec![]]);
    }
}
