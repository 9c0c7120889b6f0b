//! The artifact store: what a stage made, filed under a key of everything it was made from.
//!
//! Layout: `<root>/<stage>/<key>/value.json` beside whatever files the stage wrote. A folder is filled under
//! `<root>/tmp/` and renamed when complete, so a folder with its final name is always whole.

mod key;
mod tidy;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use key::{Key, KeyBuilder};
pub use tidy::{Holding, Limit, Tidied};

use crate::error::PipelineError;

/// Drafts older than this were left by a run that died.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// The file a stage's value lies in; its time of change is the artifact's last use.
const VALUE: &str = "value.json";
/// Folder of what is being made or removed.
const TMP: &str = "tmp";
/// Uses closer together than this are noted once.
const NOTED: Duration = Duration::from_secs(60);

/// A folder of artifacts.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A finished artifact.
#[derive(Debug, Clone)]
pub struct Artifact<T> {
    /// What the stage returned.
    pub value: T,
    /// Folder with the files the stage wrote.
    pub dir: PathBuf,
    /// Key it is filed under.
    pub key: Key,
    /// Whether it was already there.
    pub cached: bool,
    /// Wall-clock seconds it took to make; 0 when it was there.
    pub seconds: f64,
}

impl Store {
    /// Opens (and creates) the store in `root`; clears what a killed run left half made long ago.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, PipelineError> {
        let root = root.into();
        let tmp = root.join(TMP);
        fs::create_dir_all(&tmp).map_err(|e| PipelineError::store(&tmp, e))?;
        let old = |entry: &fs::DirEntry| {
            let modified = entry.metadata().and_then(|m| m.modified()).unwrap_or_else(|_| SystemTime::now());
            modified.elapsed().is_ok_and(|age| age > ABANDONED)
        };
        for entry in fs::read_dir(&tmp).into_iter().flatten().flatten().filter(old) {
            let _ = fs::remove_dir_all(entry.path());
        }
        Ok(Self { root })
    }

    /// The folder all artifacts live in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The artifact under `key`, if it was made before.
    pub fn get<T: DeserializeOwned>(&self, stage: &str, key: &Key) -> Option<Artifact<T>> {
        let dir = self.root.join(stage).join(key.as_str());
        let text = fs::read(dir.join(VALUE)).ok()?;
        let value = serde_json::from_slice(&text).ok()?;
        used_at(&dir, SystemTime::now());
        Some(Artifact { value, dir, key: key.clone(), cached: true, seconds: 0.0 })
    }

    /// The artifact under `key`, made now by `make` if it is not there. `make` gets an empty folder for its files.
    ///
    /// # Errors
    /// What `make` returns, or a folder that cannot be written.
    pub fn get_or_make<T, F>(&self, stage: &str, key: Key, make: F) -> Result<Artifact<T>, PipelineError>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce(&Path) -> Result<T, PipelineError>,
    {
        if let Some(found) = self.get(stage, &key) {
            return Ok(found);
        }
        let clock = Instant::now();
        let tmp = self.root.join(TMP);
        let draft = tempfile::Builder::new()
            .prefix(stage)
            .tempdir_in(&tmp)
            .map_err(|e| PipelineError::store(&tmp, e))?;
        let value = make(draft.path())?;
        let text = serde_json::to_vec(&value).map_err(|e| PipelineError::Artifact(e.to_string()))?;
        let file = draft.path().join(VALUE);
        fs::write(&file, &text).map_err(|e| PipelineError::store(&file, e))?;
        let dir = self.root.join(stage).join(key.as_str());
        self.publish(draft, &dir)?;
        // As the next run will read it: a float may lose its last bit on the way, and keys are made from values.
        let value = serde_json::from_slice(&text).map_err(|e| PipelineError::Artifact(e.to_string()))?;
        Ok(Artifact { value, dir, key, cached: false, seconds: clock.elapsed().as_secs_f64() })
    }

    /// Gives a finished draft its final name. Two runs may finish the same artifact: the first one wins, both
    /// are equal. A folder that is there but unreadable is replaced.
    fn publish(&self, draft: tempfile::TempDir, dir: &Path) -> Result<(), PipelineError> {
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(|e| PipelineError::store(parent, e))?;
        }
        if fs::rename(draft.path(), dir).is_ok() {
            let _ = draft.keep();
            return Ok(());
        }
        let whole =
            fs::read(dir.join(VALUE)).is_ok_and(|t| serde_json::from_slice::<serde_json::Value>(&t).is_ok());
        if whole {
            return Ok(());
        }
        let _ = fs::remove_dir_all(dir);
        fs::rename(draft.path(), dir).map_err(|e| PipelineError::store(dir, e))?;
        let _ = draft.keep();
        Ok(())
    }
}

/// Notes when an artifact was last used. A store that may only be read is used all the same.
fn used_at(dir: &Path, time: SystemTime) {
    let Ok(file) = fs::File::options().append(true).open(dir.join(VALUE)) else { return };
    let noted = file.metadata().and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    if time.duration_since(noted).is_ok_and(|since| since < NOTED) {
        return;
    }
    let _ = file.set_modified(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_key_is_not_made_again_and_a_failed_one_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::open(root.path()).unwrap();
        let key = || KeyBuilder::new("stage", 1).param("x", &3).finish();
        let failed = store.get_or_make::<u32, _>("stage", key(), |_| Err(PipelineError::NoSpeech));
        assert!(failed.is_err());
        assert!(!root.path().join("stage").exists());
        assert_eq!(fs::read_dir(root.path().join("tmp")).unwrap().count(), 0);

        let made = store
            .get_or_make("stage", key(), |dir| {
                fs::write(dir.join("a.bin"), b"a").unwrap();
                Ok(7u32)
            })
            .unwrap();
        assert!(!made.cached && made.dir.join("a.bin").is_file());
        let again = store.get_or_make::<u32, _>("stage", key(), |_| panic!("made twice")).unwrap();
        assert!(again.cached && again.value == 7);
    }

    #[test]
    fn a_value_is_the_same_when_made_and_when_read() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::open(root.path()).unwrap();
        let key = || KeyBuilder::new("stage", 1).finish();
        let values: Vec<f64> = (1..2000).map(|n| f64::from(n) / 7.0 * 1.000_000_1).collect();
        let made = store.get_or_make("stage", key(), |_| Ok(values)).unwrap();
        let read = store.get::<Vec<f64>>("stage", &key()).unwrap();
        assert_eq!(made.value, read.value);
    }

    #[test]
    fn a_broken_artifact_is_made_again() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::open(root.path()).unwrap();
        let key = || KeyBuilder::new("stage", 1).finish();
        let made = store.get_or_make("stage", key(), |_| Ok(1u32)).unwrap();
        fs::write(made.dir.join(VALUE), b"{").unwrap();
        let again = store.get_or_make("stage", key(), |_| Ok(2u32)).unwrap();
        assert_eq!(again.value, 2);
        assert_eq!(store.get::<u32>("stage", &key()).map(|a| a.value), Some(2));
    }
}
