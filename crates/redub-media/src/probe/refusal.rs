//! Why a file is refused, in words a person can act on.

use std::io::Read;
use std::path::Path;

use super::answer::Answer;
use crate::error::MediaError;
use crate::tool::limits::{MAX_SIDE, MAX_STREAMS};

/// Turns ffprobe's failure into ours.
pub(super) fn explain(path: &Path, error: MediaError) -> MediaError {
    let MediaError::Tool { stderr, .. } = &error else {
        return error;
    };
    let says = |needle: &str| stderr.iter().any(|line| line.contains(needle));
    let path = path.to_path_buf();
    if says("moov atom not found") && begins_as_mpeg4(&path) {
        return MediaError::CutOff { path, reason: "moov atom not found".into() };
    }
    if says("max_streams") {
        return MediaError::OverLimit { path, what: format!("more than {MAX_STREAMS} streams") };
    }
    if says("Invalid data found") || says("whitelist") || says("Failed to recognize") {
        let reason = match stderr.iter().find(|line| line.contains("whitelist")) {
            Some(_) => "playlists and other lists of files are not read".into(),
            None => "no known container was recognised in its bytes".into(),
        };
        return MediaError::NotMedia { path, reason };
    }
    error
}

/// Whether the file begins with a box of the MPEG-4 family: a text named `.mp4` has no index either.
fn begins_as_mpeg4(path: &Path) -> bool {
    let mut head = [0u8; 8];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && [&b"ftyp"[..], b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"].contains(&&head[4..])
}

/// Refuses too many streams and too large pictures.
pub(super) fn check_limits(path: &Path, answer: &Answer) -> Result<(), MediaError> {
    let over = |what| Err(MediaError::OverLimit { path: path.into(), what });
    if answer.streams.len() > MAX_STREAMS {
        return over(format!("{} streams, at most {MAX_STREAMS}", answer.streams.len()));
    }
    let large = answer.streams.iter().find(|s| s.width > MAX_SIDE || s.height > MAX_SIDE);
    match large {
        Some(s) => over(format!("{}x{} pixels, at most {MAX_SIDE}x{MAX_SIDE}", s.width, s.height)),
        None => Ok(()),
    }
}
