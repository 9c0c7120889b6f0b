//! Ctrl-C: the run ends soon, says so, leaves nothing half done and no child, and goes on when run again.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{files, finish, output, sample, translate};

/// Command lines of running programs that name `path`: ffmpeg children do so by their input or output.
fn at_work_on(path: &Path) -> Vec<String> {
    let wanted = path.to_string_lossy();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|e| std::fs::read(e.path().join("cmdline")).ok());
    let lines = lines.map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "));
    lines.filter(|line| line.contains("ffmpeg") && line.contains(&*wanted)).collect()
}

/// Sends Ctrl-C as a terminal does, to the whole process group, as soon as an ffmpeg works for `stage`.
fn interrupted_during(stage: &str, command: &mut Command, cache: &Path, input: &Path) -> (i32, String) {
    let mut child = command.process_group(0).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.lines().any(|line| line.trim_start().starts_with(stage)) {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "no {stage}: {said}");
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    let busy = || if stage == "faces" { at_work_on(input) } else { at_work_on(&cache.join("tmp/render")) };
    while busy().is_empty() {
        assert!(Instant::now() < deadline, "no ffmpeg works for {stage}");
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
    stderr.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code().unwrap_or(-1), said)
}

#[test]
fn ctrl_c_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, out) = (folder.path().join("cache"), folder.path().join("out"));
    // A name of its own, so that no other test's ffmpeg is taken for one of this run's.
    let input = folder.path().join("presenter.mp4");
    std::fs::copy(sample(), &input).unwrap();
    let command = || {
        let mut command = translate(&input, "es", &out, &["--end", "8"]);
        command.env("REDUB_CACHE_DIR", &cache);
        command
    };
    for stage in ["faces", "render [es]"] {
        let (code, said) = interrupted_during(stage, &mut command(), &cache, &input);
        assert_eq!(code, 130, "{said}");
        assert!(said.contains("error: interrupted: run the same command again"), "{said}");
        assert!(!said.contains("ffmpeg failed"), "{said}");
        assert_eq!(files(&out), Vec::<String>::new());
        assert_eq!(at_work_on(folder.path()), Vec::<String>::new());
        assert_eq!(files(&cache.join("tmp")), Vec::<String>::new());
    }
    let finished: Vec<PathBuf> = ["stems", "faces", "mouth"].map(|s| cache.join(s)).into();
    let before: Vec<_> = finished.iter().map(|f| files(f)).collect();
    assert!(before.iter().all(|f| !f.is_empty()), "{before:?}");
    finish(&mut command()).ok();
    let made = output(&out, "es");
    for stage in ["intake", "stems", "turns", "transcript", "faces", "translation", "speech", "mix", "mouth"]
    {
        let cached = made["cached_stages"].as_array().unwrap();
        assert!(cached.iter().any(|s| s == stage), "{stage} was redone: {cached:?}");
    }
}
