//! What all tests use.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The project's own sample.
pub fn sample() -> PathBuf {
    project().join("assets/sample/presenter.mp4")
}

/// Says whether the clips are there: the runner shows what this test prints, also when it passes.
#[test]
fn shared_clips() {
    let shared = std::env::var_os("REDUB_SHARED").map_or_else(|| project().join("../shared"), PathBuf::from);
    let folders = ["video", "derived", "audio"].map(|f| shared.join("media").join(f));
    let found = folders.iter().flat_map(std::fs::read_dir).flatten().count();
    match found {
        0 => println!(
            "no shared clips beside the checkout: clips::*, formats::* and some of bad_input::* are skipped; the project's own \
             sample is tested"
        ),
        n => println!("{n} shared clips found: the tests on real clips run"),
    }
    assert!(found > 0 || std::env::var_os("REDUB_REQUIRE_CLIPS").is_none(), "the shared clips are missing");
}

/// A clip that is not part of the project; `None` (said on stderr) when the clips are not there.
pub fn clip(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("REDUB_SHARED").map_or_else(|| project().join("../shared"), PathBuf::from);
    let path = shared.join("media").join(name);
    if path.is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("REDUB_REQUIRE_CLIPS").is_none(), "{} is missing", path.display());
    eprintln!("skipped: {name} is not there (the shared clips are not part of the project)");
    None
}

/// The artifact cache of all tests.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("artifacts")
}

/// The command with the tests' cache.
pub fn redub() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redub"));
    command.env("REDUB_CACHE_DIR", cache()).env("NO_COLOR", "1").env_remove("REDUB_ALLOW_PRIVATE_HOSTS");
    command
}

/// A finished run.
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Run {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Run { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

impl Run {
    /// The run went well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// It said this on stderr.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected \"{text}\" in: {}", self.stderr);
        self
    }

    /// The run failed with this code, saying this.
    #[track_caller]
    pub fn fails(self, code: i32, says: &str) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert!(self.stderr.contains(says), "expected \"{says}\" in: {}", self.stderr);
        self
    }
}

/// `redub translate INPUT --to LANGS -o OUT …`.
pub fn translate(input: &Path, to: &str, out: &Path, more: &[&str]) -> Command {
    let mut command = redub();
    command.arg("translate").arg(input).args(["--to", to]).arg("-o").arg(out).args(more);
    command
}

/// The output of one language in a folder's report.
pub fn output(out: &Path, language: &str) -> Value {
    let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let outputs = report["outputs"].as_array().unwrap();
    outputs
        .iter()
        .find(|o| o["language"] == language)
        .unwrap_or_else(|| panic!("no {language} in {report}"))
        .clone()
}

/// What ffprobe says of a file.
pub fn probe(path: &Path) -> Value {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_format", "-show_streams", "-count_frames"])
        .arg(path)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// The first stream of a kind (`video`, `audio`, `subtitle`).
pub fn stream<'a>(probe: &'a Value, kind: &str) -> Option<&'a Value> {
    probe["streams"].as_array()?.iter().find(|s| s["codec_type"] == kind)
}

/// A figure that must be there.
#[track_caller]
pub fn figure(output: &Value, name: &str) -> f64 {
    output[name].as_f64().unwrap_or_else(|| panic!("{name} is missing in {output}"))
}

/// Names of the files in a folder, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
