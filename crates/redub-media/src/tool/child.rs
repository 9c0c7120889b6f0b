//! A running ffmpeg whose end is watched over.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::{Limits, Tool, running};
use crate::error::{MediaError, Result};

/// Lines of the error stream that are kept for the message.
const KEPT_LINES: usize = 6;
/// Bytes of one such line that are kept.
const KEPT_BYTES: u64 = 2000;

/// Which of the child's streams are pipes to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stdio3 {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
}

/// A child process that is killed when dropped; its error stream is read in a thread, so it can never block on it.
#[derive(Debug)]
pub(crate) struct Child {
    tool: Tool,
    task: String,
    process: std::process::Child,
    stderr: Option<JoinHandle<()>>,
    lines: Arc<Mutex<VecDeque<String>>>,
}

impl Child {
    /// Starts `tool`; `task` names what it does for messages (`decoding talk.mp4`).
    pub(crate) fn start(
        tool: Tool,
        task: &str,
        args: &[OsString],
        stdio: Stdio3,
        limits: Limits,
    ) -> Result<Self> {
        let pipe = |wanted| if wanted { Stdio::piped() } else { Stdio::null() };
        let mut command = limits.command(tool.program());
        command.args(args).stdin(pipe(stdio.stdin)).stdout(pipe(stdio.stdout)).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        tracing::debug!(?command, "starting a media tool");
        let mut process = command.spawn().map_err(|source| MediaError::NoTool {
            tool: tool.name().into(),
            variable: tool.variable(),
            source,
        })?;
        running::add(process.id());
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let stderr = process.stderr.take().map(|stream| {
            let lines = Arc::clone(&lines);
            std::thread::spawn(move || keep_last_lines(stream, &lines))
        });
        Ok(Self { tool, task: task.into(), process, stderr, lines })
    }

    /// The pipe into the child; none when not asked for or already taken.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.process.stdin.take()
    }

    /// The pipe out of the child; none when not asked for or already taken.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.process.stdout.take()
    }

    /// Whether the child has ended, and how.
    pub(crate) fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.process.try_wait().map_err(|source| self.lost(source))?;
        if status.is_some() {
            running::remove(self.process.id());
        }
        Ok(status)
    }

    /// Waits for the end; an error with the last lines unless it succeeded.
    pub(crate) fn finish(&mut self) -> Result<()> {
        let status = self.process.wait().map_err(|source| self.lost(source))?;
        running::remove(self.process.id());
        self.judge(status)
    }

    /// Whether an end with `status` is a success. ffmpeg 5 ends with 0 when only the end of its output could not be
    /// written, so what it said counts too.
    pub(crate) fn judge(&mut self, status: ExitStatus) -> Result<()> {
        let stderr = self.last_lines();
        if stderr.iter().any(|line| line.contains("No space left on device")) {
            return Err(MediaError::DiskFull {
                what: format!("{} stopped while {}", self.tool.name(), self.task),
            });
        }
        if status.success() && !stderr.iter().any(|line| is_lost_output(line)) {
            return Ok(());
        }
        Err(self.failure(status))
    }

    /// The error for an end with `status`.
    fn failure(&mut self, status: ExitStatus) -> MediaError {
        let stderr = self.last_lines();
        MediaError::Tool { tool: self.tool.name(), task: self.task.clone(), status: describe(status), stderr }
    }

    /// The last lines of the error stream, once the child has closed it.
    pub(crate) fn last_lines(&mut self) -> Vec<String> {
        if let Some(reader) = self.stderr.take() {
            let _ = reader.join();
        }
        self.lines.lock().map(|lines| lines.iter().cloned().collect()).unwrap_or_default()
    }

    /// Ends the child now.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        running::remove(self.process.id());
    }

    fn lost(&self, source: std::io::Error) -> MediaError {
        let status = format!("cannot wait for it: {source}");
        MediaError::Tool { tool: self.tool.name(), task: self.task.clone(), status, stderr: Vec::new() }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn keep_last_lines(stream: ChildStderr, lines: &Mutex<VecDeque<String>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        match stream.by_ref().take(KEPT_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim().to_string();
        if text.is_empty() {
            continue;
        }
        let Ok(mut kept) = lines.lock() else { return };
        if kept.len() == KEPT_LINES {
            kept.pop_front();
        }
        kept.push_back(text);
    }
}

/// Whether a line of the error stream says that output is missing.
fn is_lost_output(line: &str) -> bool {
    ["Error writing trailer", "av_interleaved_write_frame()", "Error submitting a packet to the muxer"]
        .iter()
        .any(|words| line.contains(words))
}

/// `exit status: 1` or, for a signal, what it most likely means.
fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        match status.signal() {
            Some(9) => return "killed; out of memory or processor time".into(),
            Some(24) => return "stopped at its processor time limit".into(),
            Some(signal) => return format!("died of signal {signal}"),
            None => {}
        }
    }
    status.to_string()
}
