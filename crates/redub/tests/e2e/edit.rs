//! Editing: one changed line re-makes that line's speech only.

use std::collections::HashMap;
use std::path::Path;
use std::time::SystemTime;

use crate::support::{finish, output, sample, translate};

/// When each spoken line was filed.
fn lines(cache: &Path) -> HashMap<String, SystemTime> {
    let entries = std::fs::read_dir(cache.join("line")).unwrap().flatten();
    entries
        .map(|e| (e.file_name().to_string_lossy().into_owned(), e.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn one_edited_line_is_the_only_one_spoken_again() {
    let cache = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let more = ["--translate-audio-only", "--no-dynamic-duration"];
    finish(translate(&sample(), "es", out.path(), &more).env("REDUB_CACHE_DIR", cache.path())).ok();
    let before = lines(cache.path());
    assert!(before.len() >= 3, "{before:?}");

    let srt = out.path().join("presenter.es.lines.srt");
    let text = std::fs::read_to_string(&srt).unwrap();
    let mut blocks: Vec<String> = text.trim().split("\n\n").map(str::to_owned).collect();
    let rows: Vec<&str> = blocks[1].lines().collect();
    let edited = format!("{}\n{}\n{}", rows[0], rows[1], "Aquí se ha cambiado una frase.");
    blocks[1] = edited;
    let edited = out.path().join("edited.srt");
    std::fs::write(&edited, blocks.join("\n\n")).unwrap();

    let more = [
        "--translate-audio-only",
        "--no-dynamic-duration",
        "--srt",
        edited.to_str().unwrap(),
        "--srt-role",
        "output",
    ];
    finish(translate(&sample(), "es", out.path(), &more).env("REDUB_CACHE_DIR", cache.path())).ok();
    let after = lines(cache.path());
    let new: Vec<&String> = after.keys().filter(|k| !before.contains_key(*k)).collect();
    assert_eq!(new.len(), 1, "made again: {new:?}");
    assert!(before.iter().all(|(k, time)| after[k] == *time));
    let made = output(out.path(), "es");
    assert_eq!(made["details"][1]["target_text"], "Aquí se ha cambiado una frase.");
    assert_eq!(made["stage_seconds"]["transcript"], 0.0);
}
