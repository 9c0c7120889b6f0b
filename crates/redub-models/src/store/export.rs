//! Writes a mirror folder, from which another machine can install without a network.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ModelState, ModelStore};
use crate::catalog::Catalog;
use crate::error::ModelError;
use crate::hash;
use crate::pins::Pins;

impl ModelStore {
    /// Copies every completely installed model of `catalog` to `dir/<model>/<file>`, checking each hash, with the
    /// pins of files the catalogue has no hash for. Returns the models copied. The licences of models that may not be
    /// passed on hold for the copy too: a mirror is for one's own machines.
    ///
    /// # Errors
    /// A file that is not what it should be, or a folder that cannot be written.
    pub fn export_mirror(&self, catalog: &Catalog, dir: &Path) -> Result<Vec<String>, ModelError> {
        let mut exported = Vec::new();
        for model in catalog.models().iter().filter(|model| self.state(model) == ModelState::Installed) {
            let folder = dir.join(&model.id);
            fs::create_dir_all(&folder).map_err(ModelError::io("create", &folder))?;
            for check in self.verify(model)? {
                if let (false, Some(expected), Some(found)) = (check.ok, &check.expected, &check.found) {
                    return Err(ModelError::Mismatch {
                        what: format!("{}/{}", model.id, check.file),
                        expected: expected.clone(),
                        found: found.clone(),
                        bytes: 0,
                    });
                }
                copy(&self.folder(&model.id).join(&check.file), &folder.join(&check.file), check.found)?;
            }
            exported.push(model.id.clone());
        }
        let pins = Pins::path(self.root());
        if pins.is_file() {
            fs::copy(&pins, Pins::path(dir)).map_err(ModelError::io("copy", &pins))?;
        }
        Ok(exported)
    }
}

/// Copies under a temporary name first; a file already there with the right content is left alone.
fn copy(from: &Path, to: &PathBuf, sha256: Option<String>) -> Result<(), ModelError> {
    if to.is_file() && hash::of_file(to).ok().map(|(_, found)| found) == sha256 {
        return Ok(());
    }
    let temporary = to.with_file_name(".copying");
    fs::copy(from, &temporary).map_err(ModelError::io("copy", from))?;
    fs::rename(&temporary, to).map_err(ModelError::io("write", to))
}
