//! Models and clips, or a word about why a test is skipped.

#![allow(dead_code)]
#![allow(clippy::unwrap_used)] // helpers of tests, not tests themselves

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use redub_core::Frame;
use redub_models::ModelStore;
use redub_vision::tracks::{Faces, Tracker, TrackerSettings};

/// The store, when it holds the runtime and `files` (`model/file`).
pub fn models(files: &[&str]) -> Option<ModelStore> {
    let root = ModelStore::default_root();
    let wanted = files.iter().chain(&["onnxruntime/libonnxruntime.so"]);
    for file in wanted {
        if !root.join(file).is_file() {
            println!("skipped: no {file} in {}", root.display());
            return None;
        }
    }
    Some(ModelStore::new(root))
}

/// A file of the shared folder beside the checkout (or `REDUB_SHARED`).
pub fn shared(file: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = std::env::var_os("REDUB_SHARED").map_or_else(beside, PathBuf::from).join(file);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: no {}", path.display());
    None
}

/// Tracks the first `limit` frames of a clip of known size and rate.
pub fn track(store: &ModelStore, clip: &PathBuf, size: (usize, usize), rate: f32, limit: usize) -> Faces {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(clip)
        .args(["-frames:v", &limit.to_string(), "-fps_mode", "passthrough"])
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let settings = TrackerSettings { frame_rate: rate, ..TrackerSettings::default() };
    let mut tracker = Tracker::load(store, size.0, size.1, settings).unwrap();
    let mut frame = Frame::black(size.0, size.1);
    let mut pipe = child.stdout.take().unwrap();
    let mut index = 0;
    while pipe.read_exact(&mut frame.rgb).is_ok() {
        tracker.push(index, &frame).unwrap();
        index += 1;
    }
    child.wait().unwrap();
    tracker.finish()
}
