//! kill -9 during any stage, run again: finished stages are not redone.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use crate::support::{files, finish, output, sample, translate};

/// Stages whose artifact must be there before the kill, in the order of a run.
const STAGES: &[&str] =
    &["intake", "stems", "turns", "transcript", "faces", "translation", "line", "mix", "mouth"];

/// Every finished artifact with the time it was filed.
fn artifacts(cache: &Path) -> HashMap<PathBuf, SystemTime> {
    let mut found = HashMap::new();
    for stage in STAGES {
        for entry in std::fs::read_dir(cache.join(stage)).into_iter().flatten().flatten() {
            found.insert(entry.path(), entry.metadata().unwrap().modified().unwrap());
        }
    }
    found
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let cache = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let command = || {
        let mut command = translate(&sample(), "es", out.path(), &["--end", "8"]);
        command.env("REDUB_CACHE_DIR", cache.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let mut known: HashMap<PathBuf, SystemTime> = HashMap::new();
    for stage in STAGES {
        let mut child = command().spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(300);
        while files(&cache.path().join(stage)).is_empty() {
            assert!(Instant::now() < deadline, "{stage} did not finish");
            assert!(child.try_wait().unwrap().is_none(), "the run ended before {stage}");
            std::thread::sleep(Duration::from_millis(20));
        }
        // Into the next stage.
        std::thread::sleep(Duration::from_millis(150));
        let _ = child.kill();
        let _ = child.wait();
        let now = artifacts(cache.path());
        for (path, time) in &known {
            assert_eq!(now.get(path), Some(time), "{} was made again", path.display());
        }
        known = now;
        if *stage != "mouth" {
            assert!(files(out.path()).is_empty(), "half a result: {:?}", files(out.path()));
        }
    }
    finish(&mut command()).ok();
    let now = artifacts(cache.path());
    assert!(known.iter().all(|(path, time)| now.get(path) == Some(time)));
    let made = output(out.path(), "es");
    for stage in ["intake", "stems", "turns", "transcript", "faces", "translation", "speech", "mix"] {
        let cached = made["cached_stages"].as_array().unwrap();
        assert!(cached.iter().any(|s| s == stage), "{stage} was redone: {cached:?}");
    }
    assert!(files(&cache.path().join("line")).len() >= made["lines"].as_u64().unwrap() as usize);
}
