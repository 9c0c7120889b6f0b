//! What the command says about itself.

use crate::support::{finish, redub};

#[test]
fn help_is_as_documented() {
    let run = finish(redub().arg("--help")).ok();
    insta::assert_snapshot!("help", run.stdout);
    let run = finish(redub().args(["translate", "--help"])).ok();
    insta::assert_snapshot!("help-translate", run.stdout);
}

#[test]
fn wrong_use_ends_with_code_2() {
    finish(redub().arg("frobnicate")).fails(2, "frobnicate");
    finish(redub().args(["translate", "x.mp4"])).fails(2, "--to");
    finish(redub().args(["translate", "x.mp4", "--to", "klingon"])).fails(2, "unknown language 'klingon'");
    finish(redub().args(["translate", "x.mp4", "--to", "es", "--speaker-num", "0"])).fails(2, "speaker-num");
    finish(redub().args(["translate", "x.mp4", "--to", "es", "--speaker-num", "99"])).fails(2, "speaker-num");
    finish(redub().args(["translate", "x.mp4", "--to", "es", "--start", "5", "--end", "3"]))
        .fails(2, "--end 3 is not after --start 5");
    finish(redub().args(["translate", "x.mp4", "--to", "es,pt", "--srt", "a.srt", "--srt-role", "output"]))
        .fails(2, "one language");
    finish(redub().args(["translate", "x.mp4", "--to", "es", "--srt", "a.srt"])).fails(2, "--srt-role");
}

#[test]
fn settings_name_their_origin() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("redub.toml");
    std::fs::write(&file, "threads = 3\nmodels_dir = \"/models\"\n").unwrap();
    let run = finish(redub().args(["config", "--threads", "1", "--config"]).arg(&file)).ok();
    assert!(run.stdout.contains("threads = 1  # command line"), "{}", run.stdout);
    assert!(
        run.stdout.contains("cache_dir = ") && run.stdout.contains("# environment REDUB_CACHE_DIR"),
        "{}",
        run.stdout
    );
    std::fs::write(&file, "treads = 3\n").unwrap();
    finish(redub().args(["config", "--config"]).arg(&file)).fails(1, "treads");
}

#[test]
fn what_was_long_unused_is_removed_and_told() {
    let cache = tempfile::tempdir().unwrap();
    let artifact = cache.path().join("speech").join("0123");
    std::fs::create_dir_all(&artifact).unwrap();
    std::fs::write(artifact.join("value.json"), "1").unwrap();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(72 * 3600);
    std::fs::File::options()
        .write(true)
        .open(artifact.join("value.json"))
        .unwrap()
        .set_modified(old)
        .unwrap();
    let cached = |args: &[&str]| finish(redub().arg("--cache-dir").arg(cache.path()).arg("cache").args(args));
    assert!(cached(&["show"]).ok().stdout.contains("speech"));
    cached(&["prune"]).fails(2, "--unused-days");
    cached(&["prune", "--unused-days", "4"]).ok();
    assert!(artifact.exists());
    let run = cached(&["prune", "--unused-days", "2"]).ok();
    assert!(run.stderr.contains("1 results removed") && !artifact.exists(), "{}", run.stderr);
}

#[test]
fn the_catalogue_shows_licences_and_a_json_form() {
    let run = finish(redub().args(["models", "list"])).ok();
    assert!(run.stdout.contains("whisper-base") && run.stdout.contains("MIT"), "{}", run.stdout);
    let run = finish(redub().args(["models", "list", "--json"])).ok();
    let rows: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(rows.as_array().unwrap().len() > 8);
    finish(redub().args(["models", "path", "nothing-such"])).fails(1, "nothing-such");
}

#[test]
fn the_doctor_finds_what_is_missing() {
    let empty = tempfile::tempdir().unwrap();
    let run = finish(redub().args(["doctor", "--models-dir"]).arg(empty.path()));
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("redub models pull whisper-base"), "{}", run.stdout);
    let run = finish(redub().args(["doctor", "--json"])).ok();
    let checks: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(checks.as_array().unwrap().iter().any(|c| c["name"] == "ffmpeg" && c["verdict"] == "ok"));
}

#[test]
fn languages_name_engine_and_quality() {
    let run = finish(redub().args(["languages", "--json"])).ok();
    let pairs: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let pair = pairs.as_array().unwrap().iter().find(|p| p["from"] == "en" && p["to"] == "es").unwrap();
    assert_eq!(pair["installed"], true);
    assert!(pair["engine"].as_str().unwrap().contains("firefox-en-pt"));
}
