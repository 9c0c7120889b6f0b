//! Hashes of files that the catalogue does not know: recorded by the first pull, held to from then on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::ModelError;

/// What the first pull of a file got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Size of the file.
    pub bytes: u64,
    /// Its sha256, lower-case hexadecimal.
    pub sha256: String,
    /// The source it came from.
    pub source: String,
}

/// `pins.toml` in the models folder: `[model."file"]` tables.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pins(BTreeMap<String, BTreeMap<String, Pin>>);

impl Pins {
    /// Where the pins of the store in `root` are kept.
    pub fn path(root: &Path) -> PathBuf {
        root.join("pins.toml")
    }

    /// The pins of the store in `root`; none if there is no file yet.
    ///
    /// # Errors
    /// A file that cannot be read or parsed: pins that are silently lost would protect nobody.
    pub fn load(root: &Path) -> Result<Self, ModelError> {
        let path = Self::path(root);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(&path).map_err(ModelError::io("read", &path))?;
        toml::from_str(&text)
            .map_err(|e| ModelError::Catalog { origin: path.display().to_string(), why: e.to_string() })
    }

    /// The pin of a file.
    pub fn get(&self, model: &str, file: &str) -> Option<&Pin> {
        self.0.get(model)?.get(file)
    }

    /// Records a pin and writes the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn record(&mut self, root: &Path, model: &str, file: &str, pin: Pin) -> Result<(), ModelError> {
        self.0.entry(model.to_owned()).or_default().insert(file.to_owned(), pin);
        let path = Self::path(root);
        let text = toml::to_string(self)
            .map_err(|e| ModelError::Catalog { origin: path.display().to_string(), why: e.to_string() })?;
        let temporary = path.with_extension("toml.tmp");
        std::fs::write(&temporary, text).map_err(ModelError::io("write", &temporary))?;
        std::fs::rename(&temporary, &path).map_err(ModelError::io("write", &path))
    }
}
