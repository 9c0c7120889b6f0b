//! Finds and decodes the clips that hearing is judged on.

#![allow(dead_code, reason = "every test and example uses a part of it")]

use std::path::PathBuf;
use std::process::Command;

/// A file of the media folder beside the checkout (`REDUB_SHARED` names another place); `None` when it is not there.
pub fn clip(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("REDUB_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("media").join(name);
    path.is_file().then_some(path)
}

/// 16 kHz mono samples of a media file, decoded by ffmpeg.
pub fn decode(path: &std::path::Path) -> Result<Vec<f32>, Box<dyn std::error::Error>> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vn", "-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().into());
    }
    Ok(output.stdout.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}
