//! ffmpeg and ffprobe as children that a hostile file cannot use against us.
//!
//! Every child gets no terminal, the `file` and `pipe` protocols only, a list of allowed containers (so that a
//! playlist cannot name other files), a ceiling on memory and processor time through `prlimit`, and is killed when
//! its handle is dropped. It is in a process group of its own, out of the reach of a Ctrl-C in the terminal.

mod args;
mod child;
pub(crate) mod limits;
mod once;
mod running;

pub(crate) use args::{Input, input, quiet, seconds, url};
pub(crate) use child::{Child, Stdio3};
pub use limits::Limits;
pub(crate) use once::run;
pub use running::end_children;

use std::ffi::OsString;

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Ffmpeg,
    Ffprobe,
}

impl Tool {
    /// The name used in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Tool::Ffmpeg => "ffmpeg",
            Tool::Ffprobe => "ffprobe",
        }
    }

    /// The environment variable that names another program.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Tool::Ffmpeg => "REDUB_FFMPEG",
            Tool::Ffprobe => "REDUB_FFPROBE",
        }
    }

    /// What to start.
    pub(crate) fn program(self) -> OsString {
        std::env::var_os(self.variable()).filter(|v| !v.is_empty()).unwrap_or_else(|| self.name().into())
    }
}
