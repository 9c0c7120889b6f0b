//! Clips and helpers for the tests against real media.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use redub_media::YuvFrame;

/// A clip of the shared folder beside the checkout (or in `REDUB_SHARED`); none when it is absent.
pub fn clip(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("REDUB_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join("media").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// Makes a clip with ffmpeg's own test sources.
pub fn make(path: &Path, args: &str) {
    let status =
        Command::new("ffmpeg").args(["-v", "error", "-y"]).args(args.split_whitespace()).arg(path).status();
    assert!(status.unwrap().success(), "ffmpeg {args}");
}

/// Peak signal-to-noise ratio of the three planes together, in dB.
pub fn psnr(a: &YuvFrame, b: &YuvFrame) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let squares: f64 = a.data.iter().zip(&b.data).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    if squares == 0.0 { 99.0 } else { 10.0 * (255.0f64.powi(2) * a.data.len() as f64 / squares).log10() }
}
