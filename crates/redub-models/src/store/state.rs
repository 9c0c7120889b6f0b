//! What of a model is installed, and whether it is what it should be.

use serde::Serialize;

use super::ModelStore;
use crate::catalog::{Model, ModelFile};
use crate::error::ModelError;
use crate::hash;
use crate::pins::Pins;

/// How much of a model is installed, judged by names and sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ModelState {
    /// All files are there.
    Installed,
    /// Some are.
    Partial {
        /// Names of those that are not there or have another size.
        missing: Vec<String>,
    },
    /// None is.
    Absent,
}

/// The result of hashing one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    /// Name inside the model's folder.
    pub file: String,
    /// The file is there and has the hash expected.
    pub ok: bool,
    /// sha256 of the catalogue or of the first pull; `None` for a file never pulled.
    pub expected: Option<String>,
    /// sha256 found; `None` if the file is not there.
    pub found: Option<String>,
}

impl ModelStore {
    /// How much of the model is installed. Cheap: only names and sizes are looked at.
    pub fn state(&self, model: &Model) -> ModelState {
        let missing: Vec<_> = model.files.iter().filter(|file| !self.has(model, file)).collect();
        match missing.len() {
            0 => ModelState::Installed,
            n if n == model.files.len() => ModelState::Absent,
            _ => ModelState::Partial { missing: missing.iter().map(|file| file.name.clone()).collect() },
        }
    }

    /// Whether a file is there in the catalogue's size.
    pub(crate) fn has(&self, model: &Model, file: &ModelFile) -> bool {
        let meta = std::fs::metadata(self.folder(&model.id).join(&file.name));
        meta.is_ok_and(|meta| meta.is_file() && file.bytes.is_none_or(|bytes| bytes == meta.len()))
    }

    /// Hashes every file of the model.
    ///
    /// # Errors
    /// A file or the pins that cannot be read. A missing or different file is no error but a check that is not ok.
    pub fn verify(&self, model: &Model) -> Result<Vec<FileCheck>, ModelError> {
        let pins = Pins::load(self.root())?;
        let check = |file: &ModelFile| {
            let path = self.folder(&model.id).join(&file.name);
            let expected = expected(&pins, model, file);
            let found = match path.is_file() {
                true => Some(hash::of_file(&path).map_err(ModelError::io("read", &path))?.1),
                false => None,
            };
            Ok(FileCheck {
                file: file.name.clone(),
                ok: found.is_some() && found == expected,
                expected,
                found,
            })
        };
        model.files.iter().map(check).collect()
    }

    /// A short identity of the installed model, for keys of what was made with it: the same on every machine
    /// that has the same files. Cheap: made of the hashes of the catalogue or of the first pull, not of the files;
    /// a file that is missing or has another size counts as absent.
    pub fn digest(&self, model: &Model) -> String {
        let pins = Pins::load(self.root()).unwrap_or_default();
        let mut lines: Vec<_> = model
            .files
            .iter()
            .map(|file| {
                let known = expected(&pins, model, file).filter(|_| self.has(model, file));
                format!("{} {}\n", file.name, known.as_deref().unwrap_or("absent"))
            })
            .collect();
        lines.sort();
        let mut digest = hash::of_bytes(lines.concat().as_bytes());
        digest.truncate(32);
        digest
    }
}

/// The hash a file must have: the catalogue's, else the pinned one.
fn expected(pins: &Pins, model: &Model, file: &ModelFile) -> Option<String> {
    file.sha256.clone().or_else(|| pins.get(&model.id, &file.name).map(|pin| pin.sha256.clone()))
}
