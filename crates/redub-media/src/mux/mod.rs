//! Puts picture, sound, captions, chapters and tags into the final file.

mod arguments;
mod audio_codec;
mod chapters;
mod language;
mod plan;

use std::path::Path;

pub use plan::{AudioPart, CaptionPart, KeptAudio, MetadataFrom, MuxPlan, VideoPart};

use crate::error::{MediaError, Result};
use crate::pending::Pending;
use crate::tool::{self, Limits, Tool};

/// Writes the file that `plan` describes to `out`, under a temporary name until it is complete. Returns remarks for
/// the report: what the container could not take, and what was re-coded for it.
///
/// # Errors
/// The plan holds nothing, or picture for a container of sound alone; a part is missing; ffmpeg failed.
pub fn mux(plan: &MuxPlan, out: &Path) -> Result<Vec<String>> {
    check(plan)?;
    let folder = tempfile::tempdir().map_err(MediaError::file("make a temporary folder for", out))?;
    let file = Pending::new(out)?;
    let arguments = arguments::build(plan, folder.path(), file.path())?;
    let task = format!("writing {}", out.display());
    tool::run(Tool::Ffmpeg, &task, &arguments.args, None, Limits::WORK)?;
    file.commit()?;
    Ok(arguments.notes)
}

fn check(plan: &MuxPlan) -> Result<()> {
    let pictures = !matches!(plan.video, VideoPart::None);
    let refuse = |why: &str| Err(MediaError::Request(why.into()));
    if pictures && !plan.container.has_pictures() {
        return refuse(&format!("{} files hold no picture", plan.container.extension()));
    }
    let sounds = plan.audio.len() + usize::from(plan.keep_original_audio.is_some());
    if !pictures && sounds == 0 {
        return refuse("a file needs picture or sound");
    }
    Ok(())
}
