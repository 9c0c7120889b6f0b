//! Chapters and tags of the source, moved to the time line of the result.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::plan::MetadataFrom;
use crate::error::{MediaError, Result};
use crate::probe;
use crate::tool::{self, Limits, Tool};

/// Tags that describe the old file rather than its content.
const OF_THE_FILE: [&str; 7] =
    ["major_brand", "minor_version", "compatible_brands", "encoder", "duration", "creation_time", "comment"];

/// Bytes of a tag that are kept.
const LONGEST_TAG: usize = 8192;

#[derive(Deserialize)]
struct Answer {
    chapters: Vec<Chapter>,
}

#[derive(Deserialize)]
struct Chapter {
    start_time: String,
    end_time: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// What is taken over from a source.
pub(super) struct Metadata {
    /// Tags to write, without the comment.
    pub(super) tags: Vec<(String, String)>,
    /// The source's comment.
    pub(super) comment: Option<String>,
    /// Chapters in ffmpeg's metadata format; none without chapters.
    pub(super) chapters: Option<String>,
}

/// Reads tags and chapters.
pub(super) fn read(from: &MetadataFrom) -> Result<Metadata> {
    let info = probe::probe(&from.path)?;
    let chapters = if info.chapters > 0 { ask(&from.path)? } else { Vec::new() };
    let comment = info.tags.get("comment").cloned().map(cut);
    let tags = info.tags.into_iter().filter(|(key, _)| !OF_THE_FILE.contains(&key.as_str()));
    let tags = tags.map(|(key, value)| (key, cut(value))).collect();
    Ok(Metadata { tags, comment, chapters: as_text(&chapters, info.zero_s, from) })
}

fn ask(path: &Path) -> Result<Vec<Chapter>> {
    let mut args: tool::Input =
        ["-hide_banner", "-loglevel", "error", "-of", "json", "-show_chapters"].map(Into::into).to_vec();
    args.extend(tool::input(path, &[]));
    let task = format!("reading the chapters of {}", path.display());
    let json = tool::run(Tool::Ffprobe, &task, &args, None, Limits::PROBE)?;
    let answer: Answer = serde_json::from_slice(&json)
        .map_err(|e| MediaError::Answer { path: path.into(), reason: e.to_string() })?;
    Ok(answer.chapters)
}

fn as_text(chapters: &[Chapter], zero_s: f64, from: &MetadataFrom) -> Option<String> {
    let span = from.span;
    let mut text = String::from(";FFMETADATA1\n");
    let mut any = false;
    let origin = zero_s + span.map_or(0.0, |s| s.start);
    let length = span.map_or(f64::INFINITY, |s| s.seconds());
    for chapter in chapters {
        let (Ok(start), Ok(end)) = (chapter.start_time.parse::<f64>(), chapter.end_time.parse::<f64>())
        else {
            continue;
        };
        let start = (start - origin).max(0.0);
        let end = (end - origin).min(length);
        if end <= start {
            continue;
        }
        let [start, end] = [start, end].map(|t| (retimed(t, &from.clock) * 1000.0).round());
        let title =
            chapter.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case("title")).map_or("", |(_, v)| v);
        let _ =
            write!(text, "[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={}\n", escape(title));
        any = true;
    }
    any.then_some(text)
}

/// The time in the result; behind the last pair time goes on at its usual speed.
fn retimed(time: f64, clock: &[(f64, f64)]) -> f64 {
    let after = clock.partition_point(|(source, _)| *source <= time);
    match (after.checked_sub(1).map(|i| clock[i]), clock.get(after)) {
        (Some((a, x)), Some((b, y))) => x + (time - a) * (y - x) / (b - a),
        (Some((a, x)), None) => x + (time - a),
        (None, _) => time,
    }
}

/// A tag short enough for a command line.
fn cut(mut text: String) -> String {
    let end = (0..=LONGEST_TAG.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    text.truncate(end);
    text
}

/// The letters that have a meaning in ffmpeg's metadata format.
fn escape(text: &str) -> String {
    text.chars().flat_map(|c| "=;#\\\n".contains(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use redub_core::Span;

    use super::*;

    #[test]
    fn chapters_are_moved_and_cut_by_the_span() {
        let chapter = |start: &str, end: &str, title: &str| Chapter {
            start_time: start.into(),
            end_time: end.into(),
            tags: BTreeMap::from([("title".into(), title.into())]),
        };
        let all = [chapter("0.0", "5.0", "a"), chapter("5.0", "9.0", "b=c"), chapter("9.0", "12.0", "d")];
        let from = |span, clock| MetadataFrom { path: "a.mp4".into(), span: Some(span), clock };
        let text = as_text(&all, 0.0, &from(Span::new(6.0, 8.5), Vec::new())).unwrap_or_default();
        assert_eq!(text, ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=b\\=c\n");
        assert_eq!(as_text(&all, 0.0, &from(Span::new(20.0, 21.0), Vec::new())), None);
        // The first two seconds are shown in three.
        let slow = from(Span::new(4.0, 12.0), vec![(0.0, 0.0), (2.0, 3.0)]);
        let text = as_text(&all, 0.0, &slow).unwrap_or_default();
        let times: Vec<&str> = text.lines().filter(|l| l.contains("START") || l.contains("END")).collect();
        assert_eq!(times, ["START=0", "END=1500", "START=1500", "END=6000", "START=6000", "END=9000"]);
    }
}
