//! How much a child may use.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Most pixels in either direction that are decoded.
pub(crate) const MAX_SIDE: usize = 8192;
/// Most streams a container may have.
pub(crate) const MAX_STREAMS: usize = 64;

/// What one ffmpeg child may use before it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space, in bytes. Threads of the encoders reserve far more than they touch.
    pub memory_bytes: u64,
    /// Processor seconds over all threads.
    pub cpu_seconds: u64,
    /// Seconds on the clock, for children that run to their end on their own; pipes are bound by their other side.
    pub wall: Duration,
}

impl Limits {
    /// For looking at a file.
    pub const PROBE: Limits =
        Limits { memory_bytes: 2 << 30, cpu_seconds: 60, wall: Duration::from_secs(90) };
    /// For decoding or encoding a whole file: 12 GiB, a day of processor time, twelve hours on the clock.
    pub const WORK: Limits =
        Limits { memory_bytes: 12 << 30, cpu_seconds: 24 * 3600, wall: Duration::from_secs(12 * 3600) };

    /// A command for `program` under these limits; without them where the system has no `prlimit`.
    pub(crate) fn command(&self, program: OsString) -> Command {
        let Some(prlimit) = prlimit() else {
            return Command::new(program);
        };
        let mut command = Command::new(prlimit);
        command.arg(format!("--as={}", self.memory_bytes));
        command.arg(format!("--cpu={}", self.cpu_seconds));
        command.arg("--core=0").arg("--").arg(program);
        command
    }
}

/// The `prlimit` program of util-linux; it becomes ffmpeg by exec, so the child's id stays the same.
fn prlimit() -> Option<&'static Path> {
    ["/usr/bin/prlimit", "/bin/prlimit"].map(Path::new).into_iter().find(|path| path.is_file())
}
