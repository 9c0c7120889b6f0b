//! The last step of every source: check what was written, then give it its final name.

use std::fs::{self, File};
use std::path::Path;

use crate::error::ModelError;

/// What a file must be; `None` where nothing is known yet.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A file that was written and hashed, still under its temporary name.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Moves `temporary` to `target` if it is as expected, else deletes it.
pub(super) fn install(
    temporary: &Path,
    written: &Written,
    expected: Option<&Expected>,
    target: &Path,
) -> Result<(), ModelError> {
    if let Some(expected) = expected.filter(|e| e.sha256 != written.sha256 || e.bytes != written.bytes) {
        // The hash is wrong whether or not the deletion works, and the next attempt writes over it.
        let _ = fs::remove_file(temporary);
        return Err(ModelError::Mismatch {
            what: target.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            expected: expected.sha256.clone(),
            found: written.sha256.clone(),
            bytes: written.bytes,
        });
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(ModelError::io("create", folder))?;
    // On the disk before it gets its name, so that a power cut cannot leave a named file without content.
    File::open(temporary).and_then(|file| file.sync_all()).map_err(ModelError::io("write", temporary))?;
    fs::rename(temporary, target).map_err(ModelError::io("write", target))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(ModelError::io("write", folder))
}
