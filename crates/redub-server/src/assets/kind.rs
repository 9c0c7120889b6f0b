//! What an upload is, by its bytes.

/// A type of file that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssetKind {
    /// Its MIME type.
    pub mime: &'static str,
    /// `image`, `video`, `audio`, `document` or `subtitle`: the `type` of the asset resource.
    pub family: &'static str,
    /// Its usual ending.
    pub extension: &'static str,
}

const fn kind(mime: &'static str, family: &'static str, extension: &'static str) -> AssetKind {
    AssetKind { mime, family, extension }
}

/// Every type that is taken. HeyGen takes the first eight; the rest are containers that the pipeline reads too.
pub const TAKEN: [AssetKind; 15] = [
    kind("image/png", "image", "png"),
    kind("image/jpeg", "image", "jpg"),
    kind("video/mp4", "video", "mp4"),
    kind("video/webm", "video", "webm"),
    kind("audio/mpeg", "audio", "mp3"),
    kind("audio/wav", "audio", "wav"),
    kind("application/pdf", "document", "pdf"),
    kind("application/x-subrip", "subtitle", "srt"),
    kind("text/vtt", "subtitle", "vtt"),
    kind("video/quicktime", "video", "mov"),
    kind("video/x-matroska", "video", "mkv"),
    kind("video/x-msvideo", "video", "avi"),
    kind("audio/mp4", "audio", "m4a"),
    kind("audio/flac", "audio", "flac"),
    kind("audio/ogg", "audio", "ogg"),
];

/// Bytes that are looked at.
pub const LOOKED_AT: usize = 64 << 10;

/// The taken type of that MIME name; other names of the same type are understood, parameters are left aside.
pub fn named(mime: &str) -> Option<AssetKind> {
    let plain = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = match plain.as_str() {
        "image/jpg" => "image/jpeg",
        "audio/mp3" => "audio/mpeg",
        "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "audio/wav",
        "audio/x-m4a" | "audio/m4a" => "audio/mp4",
        "audio/x-flac" => "audio/flac",
        "application/srt" | "text/srt" | "application/subrip" => "application/x-subrip",
        "video/matroska" => "video/x-matroska",
        "video/avi" => "video/x-msvideo",
        other => other,
    };
    TAKEN.into_iter().find(|kind| kind.mime == plain)
}

/// MIME type of a file of ours by its name's ending.
pub fn by_name(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        ending => {
            TAKEN.into_iter().find(|k| k.extension == ending).map_or("application/octet-stream", |k| k.mime)
        }
    }
}

/// The type of a file that begins with `head`.
///
/// # Errors
/// A MIME name of what it is instead, for the message to the user.
pub fn of(head: &[u8]) -> Result<AssetKind, String> {
    let head = &head[..head.len().min(LOOKED_AT)];
    if let Some(found) = infer::get(head) {
        return taken(found.mime_type());
    }
    // MPEG audio without a tag: the library knows one frame header only.
    if let [0xFF, second, ..] = head
        && second & 0xE6 == 0xE2
    {
        return taken("audio/mpeg");
    }
    match text(head) {
        Some(text) if text.trim_start().starts_with("WEBVTT") => taken("text/vtt"),
        Some(text) if is_srt(text) => taken("application/x-subrip"),
        Some("") => Err("an empty file".to_owned()),
        Some(_) => Err("text/plain".to_owned()),
        None => Err("application/octet-stream".to_owned()),
    }
}

fn taken(mime: &str) -> Result<AssetKind, String> {
    named(mime).ok_or_else(|| mime.to_owned())
}

/// The head as UTF-8 text, if it is that; a character cut in two by the end does not count.
fn text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let text = text.trim_start_matches('\u{feff}');
    (!text.contains('\0')).then_some(text)
}

/// Whether a text begins like SubRip: a number, then a line with two times.
fn is_srt(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let mut next = lines.next().unwrap_or_default();
    if !next.is_empty() && next.bytes().all(|b| b.is_ascii_digit()) {
        next = lines.next().unwrap_or_default();
    }
    let time = |text: &str| {
        let text = text.trim();
        text.len() >= 8
            && text.bytes().all(|b| b.is_ascii_digit() || b":,.".contains(&b))
            && text.contains(':')
    };
    next.split_once("-->")
        .is_some_and(|(from, to)| time(from) && time(to.split_whitespace().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_the_bytes() {
        let mime = |head: &[u8]| of(head).map(|k| k.mime);
        assert_eq!(mime(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Ok("image/png"));
        assert_eq!(mime(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), Ok("image/jpeg"));
        assert_eq!(mime(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"), Ok("video/mp4"));
        assert_eq!(mime(b"\0\0\0\x14ftypqt  \0\0\0\0qt  \0\0\0\x08wide"), Ok("video/quicktime"));
        assert_eq!(mime(b"ID3\x04\0\0\0\0\0\x23TSSE"), Ok("audio/mpeg"));
        assert_eq!(mime(b"\xFF\xFB\x90\x64\0\0\0\0"), Ok("audio/mpeg"));
        assert_eq!(mime(b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0"), Ok("audio/wav"));
        assert_eq!(mime(b"%PDF-1.7\n"), Ok("application/pdf"));
        assert_eq!(
            mime(b"\xEF\xBB\xBF1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n"),
            Ok("application/x-subrip")
        );
        assert_eq!(mime(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi"), Ok("text/vtt"));
        assert_eq!(mime(b"PK\x03\x04\x14\0\0\0\x08\0"), Err("application/zip".into()));
        assert_eq!(mime(b"<!DOCTYPE html><html>"), Err("text/html".into()));
        assert_eq!(mime(b"just words"), Err("text/plain".into()));
        assert_eq!(mime(b""), Err("an empty file".into()));
        assert_eq!(mime(&[0, 1, 2, 3, 254, 255]), Err("application/octet-stream".into()));
    }

    #[test]
    fn other_names_of_a_type() {
        assert_eq!(named("Audio/MP3; charset=x").map(|k| k.mime), Some("audio/mpeg"));
        assert!(named("application/zip").is_none());
    }
}
