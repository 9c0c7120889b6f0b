//! Members of wheels (zip) and node packages (tar.gz), read without unpacking to disk.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use zip::ZipArchive;

use crate::error::ModelError;

/// More than any tar.gz in use here unpacks to; keeps a hostile one from filling the memory.
const LARGEST_TAR: u64 = 1 << 30;

/// Opens archives; keeps the last tar.gz unpacked in memory, because its members can only be reached in turn.
#[derive(Debug, Default)]
pub(crate) struct Archives {
    tar: Option<(PathBuf, Vec<u8>)>,
}

impl Archives {
    /// Names of all files in an archive.
    ///
    /// # Errors
    /// A file that is no archive.
    pub(crate) fn names(&mut self, archive: &Path) -> Result<Vec<String>, ModelError> {
        let wrong = |e: &dyn ToString| ModelError::archive(archive, e.to_string());
        if !is_tar(archive) {
            return Ok(open_zip(archive)?.file_names().map(str::to_owned).collect());
        }
        let mut names = Vec::new();
        for entry in tar::Archive::new(self.tar(archive)?).entries().map_err(|e| wrong(&e))? {
            let entry = entry.map_err(|e| wrong(&e))?;
            names.push(entry.path().map_err(|e| wrong(&e))?.to_string_lossy().into_owned());
        }
        Ok(names)
    }

    /// Writes a member's content to `out`.
    ///
    /// # Errors
    /// A broken archive, a member that is not there, or `out` refusing.
    pub(crate) fn copy(
        &mut self,
        archive: &Path,
        member: &str,
        out: &mut dyn Write,
    ) -> Result<(), ModelError> {
        if is_tar(archive) {
            return copy_from_tar(self.tar(archive)?, member, out)
                .map_err(|e| ModelError::archive(archive, e));
        }
        let mut zip = open_zip(archive)?;
        let mut entry =
            zip.by_name(member).map_err(|e| ModelError::archive(archive, format!("{member}: {e}")))?;
        io::copy(&mut entry, out).map_err(|e| ModelError::archive(archive, format!("{member}: {e}")))?;
        Ok(())
    }

    fn tar(&mut self, archive: &Path) -> Result<&[u8], ModelError> {
        if self.tar.as_ref().is_none_or(|(path, _)| path != archive) {
            let file = File::open(archive).map_err(ModelError::io("open", archive))?;
            let bytes = gunzip(file).map_err(|e| ModelError::archive(archive, e))?;
            self.tar = Some((archive.to_owned(), bytes));
        }
        Ok(self.tar.as_ref().map_or(&[], |(_, bytes)| bytes))
    }
}

/// Writes a file of a tar.gz at hand to `out`.
///
/// # Errors
/// Broken data, a missing member, or `out` refusing.
pub(crate) fn copy_inner(tar_gz: &[u8], member: &str, out: &mut dyn Write) -> io::Result<()> {
    copy_from_tar(&gunzip(tar_gz)?, member, out)
}

/// Unpacks a gzip file to `out`.
///
/// # Errors
/// Broken data, or `out` refusing.
pub(crate) fn gunzip_to(packed: impl Read, out: &mut dyn Write) -> io::Result<()> {
    io::copy(&mut GzDecoder::new(packed), out).map(drop)
}

fn copy_from_tar(tar: &[u8], member: &str, out: &mut dyn Write) -> io::Result<()> {
    for entry in tar::Archive::new(tar).entries()? {
        let mut entry = entry?;
        if entry.path()?.to_str() == Some(member) {
            io::copy(&mut entry, out)?;
            return Ok(());
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("no member {member}")))
}

fn gunzip(data: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(data).take(LARGEST_TAR).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == LARGEST_TAR {
        return Err(io::Error::other(format!("unpacks to more than {LARGEST_TAR} bytes")));
    }
    Ok(bytes)
}

fn open_zip(archive: &Path) -> Result<ZipArchive<File>, ModelError> {
    let file = File::open(archive).map_err(ModelError::io("open", archive))?;
    ZipArchive::new(file).map_err(|e| ModelError::archive(archive, e))
}

fn is_tar(archive: &Path) -> bool {
    archive.extension().is_some_and(|e| e == "tgz" || e == "gz")
}
