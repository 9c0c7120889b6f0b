//! Bad input: a clear error, the right exit code, nothing that looks finished.

use std::path::Path;

use crate::support::{clip, files, finish, redub, sample, translate};

/// Runs on `input` and expects failure with this text and no result.
#[track_caller]
fn refused(input: &Path, more: &[&str], says: &str) {
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(input, "es", out.path(), more)).fails(1, says);
    assert_eq!(files(out.path()), Vec::<String>::new());
}

#[test]
fn files_that_are_no_media() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.mp4");
    std::fs::write(&empty, b"").unwrap();
    refused(&empty, &[], "empty");
    let text = folder.path().join("text.mp4");
    std::fs::write(&text, "This is not a video.\n".repeat(200)).unwrap();
    refused(&text, &[], "not a media file");
    refused(Path::new("no-such-file.mp4"), &[], "there is no file");
    refused(folder.path(), &[], "is a folder");
}

#[test]
fn captions_that_cannot_be_read_name_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let srt = folder.path().join("bad.srt");
    std::fs::write(&srt, "1\n00:00:01,000 -> 00:00:02,000\nHola\n").unwrap();
    refused(&sample(), &["--srt", srt.to_str().unwrap(), "--srt-role", "output"], "line 2");
    std::fs::write(&srt, "1\n00:10:01,000 --> 00:10:02,000\nHello\n").unwrap();
    refused(&sample(), &["--srt", srt.to_str().unwrap(), "--srt-role", "input"], "starts at 601.00 s");
}

#[test]
fn a_part_behind_the_end() {
    refused(&sample(), &["--start", "500"], "nothing to do between 500");
}

#[test]
fn a_missing_model_names_the_command_that_gets_it() {
    let empty = tempfile::tempdir().unwrap();
    let fresh = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut command = translate(&sample(), "es", out.path(), &["--translate-audio-only"]);
    command.env("REDUB_MODELS_DIR", empty.path()).env("REDUB_CACHE_DIR", fresh.path());
    finish(&mut command).fails(1, "redub models pull");
    assert_eq!(files(out.path()), Vec::<String>::new());
}

#[test]
fn the_language_spoken_already() {
    refused(&sample(), &["--from", "es"], "already Spanish");
}

#[test]
fn music_without_speech() {
    let Some(cartoon) = clip("video/xx_cartoon_music_nospeech_28s.mp4") else { return };
    refused(&cartoon, &[], "no speech found");
}

#[test]
fn pictures_without_sound() {
    let Some(silent) = clip("derived/jordi_no_audio.mp4") else { return };
    refused(&silent, &[], "no audio track");
}

#[test]
fn a_truncated_file() {
    let Some(cut) = clip("derived/jordi_truncated_no_moov.mp4") else { return };
    refused(&cut, &[], "cut off");
}

#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(&small)
        .status();
    if !mounted.is_ok_and(|s| s.success()) {
        eprintln!("skipped: a small file system cannot be mounted here");
        return;
    }
    let out = small.join("out");
    let run = finish(&mut translate(&sample(), "es", &out, &["--translate-audio-only"]));
    let left = files(&out);
    // The cache's own disk: the sound alone is larger.
    let cache = small.join("cache");
    let other = folder.path().join("out");
    let mut command = translate(&sample(), "es", &other, &["--translate-audio-only"]);
    let second = finish(command.env("REDUB_CACHE_DIR", &cache));
    let drafts = files(&cache.join("tmp"));
    let _ = std::process::Command::new("umount").arg(&small).status();
    run.fails(1, "disk is full").says("-o");
    assert!(left.iter().all(|f| !f.ends_with(".mp4")), "{left:?}");
    second.fails(1, "disk is full").says("--cache-dir");
    assert_eq!((files(&other), drafts), (Vec::<String>::new(), Vec::<String>::new()));
}

#[test]
fn a_dry_run_makes_nothing() {
    let out = tempfile::tempdir().unwrap();
    let run = finish(&mut translate(&sample(), "es,pt", out.path(), &["--dry-run", "--json"])).ok();
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(plan["minutes"].as_f64().unwrap() > 0.0 && plan["disk_mb"].as_f64().unwrap() > 0.0);
    assert!(
        plan["stages"].as_array().unwrap().iter().any(|s| s["stage"] == "speech" && s["language"] == "pt")
    );
    assert_eq!(files(out.path()), Vec::<String>::new());
    finish(redub().args(["report"]).arg(out.path())).fails(1, "no report");
}
