//! Where the results of a run lie in the store, so that `inspect` finds them later.
//!
//! A record is a small file `<store>/runs/<hash of folder and language>.json`. It names the input by its path, which the
//! report, made to be passed on, does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use redub_core::Language;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::job::Mode;
use crate::stages::faces::Seen;
use crate::stages::intake::Intake;
use crate::stages::judge::Judged;
use crate::stages::mouth::Mouth;
use crate::stages::render::Rendered;
use crate::stages::report::replace;
use crate::store::{Artifact, Key, KeyBuilder, Store};

/// One finished output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The source.
    pub input: PathBuf,
    /// Folder of the results.
    pub folder: PathBuf,
    /// Name of the finished file in it.
    pub file: String,
    /// Language of the output.
    pub language: String,
    /// As asked for.
    pub mode: Mode,
    /// Seconds since 1970.
    pub written: u64,
    /// Keys of the artifacts, by stage.
    pub keys: BTreeMap<String, String>,
}

impl Record {
    /// The key of a stage's artifact.
    pub fn key(&self, stage: &str) -> Option<Key> {
        Key::from_text(self.keys.get(stage)?)
    }
}

/// Writes the record of an output. A run whose record cannot be written is not worse for it.
pub(crate) fn write(
    cx: &Context<'_>,
    to: &Language,
    intake: &Artifact<Intake>,
    seen: Option<&Artifact<Seen>>,
    mouth: Option<&Artifact<Mouth>>,
    judged: Option<&Artifact<Judged>>,
    rendered: &Artifact<Rendered>,
) {
    let keys = [
        ("intake", Some(&intake.key)),
        ("faces", seen.map(|a| &a.key)),
        ("mouth", mouth.map(|a| &a.key)),
        ("bank", mouth.and_then(|a| a.value.bank.as_ref())),
        ("render", Some(&rendered.key)),
        ("report", judged.map(|a| &a.key)),
    ];
    let keys = keys.into_iter().filter_map(|(stage, key)| Some((stage.to_owned(), key?.as_str().to_owned())));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let record = Record {
        input: absolute(&cx.job.input),
        folder: absolute(&cx.job.output),
        file: rendered.value.output_name.clone(),
        language: to.to_string(),
        mode: cx.job.mode,
        written: now.as_secs(),
        keys: keys.collect(),
    };
    let folder = runs(cx.store);
    let name = KeyBuilder::new("run", 1).param("folder", &record.folder).param("language", to).finish();
    let written = serde_json::to_vec(&record).map_err(|e| e.to_string()).and_then(|text| {
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        replace(&folder.join(format!("{}.json", name.as_str())), &text).map_err(|e| e.to_string())
    });
    if let Err(why) = written {
        tracing::warn!("the run's record could not be written: {why}");
    }
}

/// Records of a results folder, or of a video: of that the latest per folder and language.
pub(crate) fn find(store: &Store, target: &Path) -> Vec<Record> {
    let wanted = absolute(target);
    let read = |entry: std::fs::DirEntry| {
        let text = std::fs::read(entry.path()).ok()?;
        serde_json::from_slice::<Record>(&text).ok()
    };
    let entries = std::fs::read_dir(runs(store)).into_iter().flatten().flatten();
    let mut found: Vec<Record> =
        entries.filter_map(read).filter(|r| r.folder == wanted || r.input == wanted).collect();
    found.sort_by(|a, b| b.written.cmp(&a.written).then_with(|| a.language.cmp(&b.language)));
    // Of a video that was dubbed into several folders: the folder written last.
    if let Some(folder) = found.first().map(|r| r.folder.clone()) {
        found.retain(|r| r.folder == folder);
    }
    found.sort_by(|a, b| a.language.cmp(&b.language));
    found
}

fn runs(store: &Store) -> PathBuf {
    store.root().join("runs")
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
