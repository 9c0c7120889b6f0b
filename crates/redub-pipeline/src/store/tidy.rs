//! What the store holds, and making room in it.
//!
//! An artifact's `value.json` carries the time of its last use, so the least recently used go first. Artifacts used
//! within [`IN_USE`] are spared: a run that is going on may still read them. Fetched sources lie in the same folder and
//! are treated alike.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;

use super::{Store, TMP};
use crate::error::PipelineError;

/// Artifacts used more recently than this may belong to a run that is going on.
const IN_USE: Duration = Duration::from_secs(6 * 3600);

/// What a stage has in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Number of artifacts.
    pub artifacts: usize,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Which artifacts may go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limit {
    /// Those not used for this long.
    pub unused_for: Option<Duration>,
    /// The least recently used, until all together are at most this many bytes.
    pub max_bytes: Option<u64>,
}

/// What was, or would be, removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// What went.
    pub removed: Holding,
    /// What is left.
    pub kept: Holding,
}

struct Entry {
    dir: PathBuf,
    stage: String,
    bytes: u64,
    unused: Duration,
}

impl Store {
    /// What every stage has in the store.
    pub fn holdings(&self) -> BTreeMap<String, Holding> {
        let mut stages = BTreeMap::<String, Holding>::new();
        for entry in self.entries() {
            stages.entry(entry.stage).or_default().add(entry.bytes);
        }
        stages
    }

    /// Removes what `limit` lets go; with `rehearse` only tells what that would be.
    ///
    /// # Errors
    /// An artifact that cannot be removed.
    pub fn tidy(&self, limit: Limit, rehearse: bool) -> Result<Tidied, PipelineError> {
        let mut entries = self.entries();
        entries.sort_by_key(|e| std::cmp::Reverse(e.unused));
        let mut left: u64 = entries.iter().map(|e| e.bytes).sum();
        let mut tidied = Tidied::default();
        for entry in entries {
            let old = limit.unused_for.is_some_and(|most| entry.unused >= most);
            let too_much = limit.max_bytes.is_some_and(|most| left > most);
            if entry.unused < IN_USE || !(old || too_much) {
                tidied.kept.add(entry.bytes);
                continue;
            }
            if !rehearse {
                self.remove(&entry.dir)?;
            }
            left -= entry.bytes;
            tidied.removed.add(entry.bytes);
        }
        Ok(tidied)
    }

    /// Removes everything, also what a run that is going on may need.
    ///
    /// # Errors
    /// An artifact that cannot be removed.
    pub fn clear(&self) -> Result<Holding, PipelineError> {
        let mut removed = Holding::default();
        for entry in self.entries() {
            self.remove(&entry.dir)?;
            removed.add(entry.bytes);
        }
        Ok(removed)
    }

    /// Takes the artifact out of its place first: what is found under its final name is always whole.
    fn remove(&self, dir: &Path) -> Result<(), PipelineError> {
        let tmp = self.root.join(TMP);
        let grave = tempfile::tempdir_in(&tmp).map_err(|e| PipelineError::store(&tmp, e))?;
        fs::rename(dir, grave.path().join("artifact")).map_err(|e| PipelineError::store(dir, e))?;
        grave.close().map_err(|e| PipelineError::store(dir, e))
    }

    fn entries(&self) -> Vec<Entry> {
        let stages = subfolders(&self.root).filter(|dir| !dir.ends_with(TMP));
        let entry = |dir: PathBuf, stage: &str| {
            let unused = last_change(&dir).and_then(|used| used.elapsed().ok()).unwrap_or_default();
            Entry { bytes: size(&dir), dir, stage: stage.to_owned(), unused }
        };
        stages
            .flat_map(|stage| {
                let name = stage.file_name().unwrap_or_default().to_string_lossy().into_owned();
                subfolders(&stage).map(|dir| entry(dir, &name)).collect::<Vec<_>>()
            })
            .collect()
    }
}

impl Holding {
    fn add(&mut self, bytes: u64) {
        self.artifacts += 1;
        self.bytes += bytes;
    }
}

fn subfolders(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path())
}

/// When an artifact was last used, or a fetched source was fetched: its youngest file's time.
fn last_change(dir: &Path) -> Option<SystemTime> {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files.filter_map(|entry| entry.metadata().and_then(|m| m.modified()).ok()).max()
}

/// Bytes of all files in a folder.
fn size(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{KeyBuilder, used_at};

    fn filled(root: &Path) -> Store {
        let store = Store::open(root).unwrap();
        for (n, hours) in [(1u32, 0), (2, 12), (3, 50)] {
            let key = KeyBuilder::new("stage", n).finish();
            let made = store
                .get_or_make("stage", key, |dir| {
                    fs::create_dir(dir.join("files")).unwrap();
                    fs::write(dir.join("files/a.bin"), [0; 1000]).unwrap();
                    Ok(n)
                })
                .unwrap();
            let used = SystemTime::now() - Duration::from_secs(hours * 3600);
            fs::File::open(made.dir.join("files")).unwrap().set_modified(used).unwrap();
            used_at(&made.dir, used);
        }
        store
    }

    fn left(store: &Store) -> Vec<u32> {
        let there = |n: &u32| store.get::<u32>("stage", &KeyBuilder::new("stage", *n).finish()).is_some();
        (1..=3).filter(there).collect()
    }

    #[test]
    fn what_was_not_used_goes_first_and_what_is_in_use_stays() {
        let root = tempfile::tempdir().unwrap();
        let store = filled(root.path());
        let day = Limit { unused_for: Some(Duration::from_secs(24 * 3600)), max_bytes: None };
        assert_eq!(store.tidy(day, true).unwrap().removed.artifacts, 1);
        assert_eq!(store.holdings()["stage"].artifacts, 3, "a rehearsal removes nothing");
        assert_eq!(store.tidy(day, false).unwrap().kept.artifacts, 2);
        assert_eq!(left(&store), [1, 2]);

        let store = filled(root.path());
        let small = Limit { unused_for: None, max_bytes: Some(2500) };
        store.tidy(small, false).unwrap();
        assert_eq!(left(&store), [1, 2], "the longest unused goes");
        // Looking at them has used them.
        let store = filled(root.path());
        store.tidy(Limit { max_bytes: Some(0), ..small }, false).unwrap();
        assert_eq!(left(&store), [1], "the one just made may be in use");
    }

    #[test]
    fn reading_counts_as_use() {
        let root = tempfile::tempdir().unwrap();
        let store = filled(root.path());
        assert_eq!(left(&store), [1, 2, 3]);
        let day = Limit { unused_for: Some(Duration::from_secs(24 * 3600)), max_bytes: None };
        assert_eq!(store.tidy(day, false).unwrap().removed.artifacts, 0);
        assert_eq!(store.clear().unwrap().artifacts, 3);
        assert!(left(&store).is_empty() && store.holdings().is_empty());
    }
}
