//! Files that appear complete or not at all.

use std::path::{Path, PathBuf};

use crate::error::{MediaError, Result};

/// A file under a temporary name beside its target; removed when dropped before [`Pending::commit`].
#[derive(Debug)]
pub(crate) struct Pending {
    temporary: PathBuf,
    target: PathBuf,
    committed: bool,
}

impl Pending {
    /// Prepares to write `target`, making its folder.
    pub(crate) fn new(target: &Path) -> Result<Self> {
        let name = target
            .file_name()
            .ok_or_else(|| MediaError::Request(format!("{} is no file name", target.display())))?;
        if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(MediaError::file("create the folder of", target))?;
        }
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        // The process id and a counter keep two writers of the same target apart.
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        temporary.push(format!(".{}-{count}.part", std::process::id()));
        Ok(Self { temporary: target.with_file_name(temporary), target: target.into(), committed: false })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        &self.temporary
    }

    /// The name it will have.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the file its name.
    pub(crate) fn commit(mut self) -> Result<()> {
        std::fs::rename(&self.temporary, &self.target).map_err(MediaError::file("write", &self.target))?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.committed {
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}
