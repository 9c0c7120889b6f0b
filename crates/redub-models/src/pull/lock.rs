//! One pull into a store at a time.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::options::PullEvent;
use crate::error::ModelError;

/// Takes the store's lock, waiting for its holder; it is given back when the file is dropped, or when the
/// process dies.
pub(super) fn take(root: &Path, on_event: &mut dyn FnMut(PullEvent)) -> Result<File, ModelError> {
    let path = root.join(".lock");
    let file = File::create(&path).map_err(ModelError::io("create", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            on_event(PullEvent::Waiting);
            file.lock().map_err(ModelError::io("lock", &path))?;
        }
        Err(TryLockError::Error(source)) => return Err(ModelError::io("lock", &path)(source)),
    }
    Ok(file)
}
