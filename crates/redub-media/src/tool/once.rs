//! Runs a tool to its end.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use super::{Child, Limits, Stdio3, Tool};
use crate::error::{MediaError, Result};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Runs `tool`, feeds it `stdin` and returns what it wrote to its output.
///
/// # Errors
/// The tool is missing, ended with an error or went over `limits`.
pub(crate) fn run(
    tool: Tool,
    task: &str,
    args: &[OsString],
    stdin: Option<Vec<u8>>,
    limits: Limits,
) -> Result<Vec<u8>> {
    let stdio = Stdio3 { stdin: stdin.is_some(), stdout: true };
    let mut child = Child::start(tool, task, args, stdio, limits)?;
    let feeder = child.take_stdin().zip(stdin).map(|(mut pipe, bytes)| {
        // A child that ends early closes the pipe: its own status says why, so the write error is not needed.
        thread::spawn(move || drop(pipe.write_all(&bytes)))
    });
    let drain = child.take_stdout().map(|mut pipe| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            bytes
        })
    });
    let deadline = Instant::now() + limits.wall;
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= deadline {
            child.kill();
            return Err(MediaError::TooSlow {
                tool: tool.name(),
                task: task.into(),
                seconds: limits.wall.as_secs(),
            });
        }
        thread::sleep(pause);
        pause = (pause * 2).min(TICK);
    };
    if let Some(feeder) = feeder {
        let _ = feeder.join();
    }
    let output = drain.and_then(|thread| thread.join().ok()).unwrap_or_default();
    child.judge(status).map(|()| output)
}
