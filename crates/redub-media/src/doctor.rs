//! What the installed ffmpeg can do.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::error::Result;
use crate::tool::{self, Limits, Tool};

/// The version of ffmpeg, as it names itself (`5.1.9-0+deb12u1`).
///
/// # Errors
/// ffmpeg cannot be started.
pub fn ffmpeg_version() -> Result<String> {
    version(Tool::Ffmpeg)
}

/// The version of ffprobe.
///
/// # Errors
/// ffprobe cannot be started.
pub fn ffprobe_version() -> Result<String> {
    version(Tool::Ffprobe)
}

/// Whether ffmpeg has the encoder `name` (for example `libx264`); `false` when ffmpeg cannot be started.
pub fn has_encoder(name: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| list("-encoders")).contains(name)
}

/// Whether ffmpeg has the filter `name` (for example `rubberband`); `false` when ffmpeg cannot be started.
pub fn has_filter(name: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    NAMES.get_or_init(|| list("-filters")).contains(name)
}

fn version(tool: Tool) -> Result<String> {
    let output = tool::run(tool, "telling its version", &["-version".into()], None, Limits::PROBE)?;
    let text = String::from_utf8_lossy(&output).into_owned();
    let word = text.split_whitespace().skip_while(|w| *w != "version").nth(1);
    Ok(word.unwrap_or("unknown").to_string())
}

/// The second word of every line of a listing: ` V....D libx264  description`.
fn list(listing: &str) -> BTreeSet<String> {
    let args = ["-hide_banner", "-loglevel", "error", listing].map(Into::into);
    let output =
        tool::run(Tool::Ffmpeg, "listing what it can do", &args, None, Limits::PROBE).unwrap_or_default();
    let text = String::from_utf8_lossy(&output).into_owned();
    text.lines().filter_map(|line| line.split_whitespace().nth(1).map(String::from)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_needed_parts_are_listed_and_invented_ones_are_not() {
        if super::ffmpeg_version().is_err() {
            println!("skipped: ffmpeg is not installed");
            return;
        }
        assert!(super::has_encoder("libx264"));
        assert!(super::has_filter("aresample"));
        assert!(!super::has_encoder("libdoesnotexist"));
    }
}
