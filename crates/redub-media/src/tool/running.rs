//! The children that run now, so that a program that ends at once leaves none behind.
//!
//! They are in process groups of their own: a Ctrl-C in the terminal reaches this program only, which then decides
//! what becomes of them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Process ids of children that were started and not yet waited for.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Remembers a child.
pub(super) fn add(id: u32) {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
}

/// Forgets a child that was waited for: its id may be another's from now on.
pub(super) fn remove(id: u32) {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
}

/// Kills every ffmpeg and ffprobe that runs. For a program that is about to end without running destructors, as on
/// a second Ctrl-C; everywhere else dropping the reader or writer does it.
pub fn end_children() {
    for id in std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner)) {
        if let Ok(id) = i32::try_from(id) {
            // One that has just ended is none of our concern.
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}
