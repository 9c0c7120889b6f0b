//! Everything that is printed goes through here: data to stdout, all else to stderr.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;

/// Exit code of a run that was stopped: 128 and the number of the signal of Ctrl-C, as shells have it.
pub const INTERRUPTED: u8 = 130;

/// Knows what may be printed and where.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
    colour: bool,
    terminal: bool,
}

impl Printer {
    /// Colour only on a terminal and without `NO_COLOR`.
    pub fn new(quiet: bool, verbose: u8) -> Self {
        let level = ["warn", "info", "debug"][usize::from(verbose).min(2)];
        let filter =
            tracing_subscriber::EnvFilter::try_from_env("REDUB_LOG").unwrap_or_else(|_| level.into());
        let log =
            tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
        let _ = log.try_init();
        let terminal = std::io::stderr().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        Self { quiet, colour: terminal && !plain, terminal }
    }

    /// Whether stderr is a terminal that progress may be redrawn on.
    pub fn is_live(&self) -> bool {
        self.terminal && !self.quiet
    }

    /// Whether only results are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A line of data, on stdout. A reader that went away is no error.
    pub fn data(&self, line: &str) {
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    /// A value as JSON, on stdout.
    ///
    /// # Errors
    /// A value that cannot be serialised.
    pub fn json<T: Serialize>(&self, value: &T) -> anyhow::Result<()> {
        self.data(&serde_json::to_string_pretty(value)?);
        Ok(())
    }

    /// A line for people, on stderr.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }

    /// A warning, on stderr.
    pub fn warn(&self, text: &str) {
        eprintln!("{} {text}", self.paint("33", "warning:"));
    }

    /// An error and what caused it; gives the exit code for a failure.
    pub fn fail(&self, error: &anyhow::Error) -> ExitCode {
        let mut text = error.to_string();
        for cause in error.chain().skip(1) {
            let cause = cause.to_string();
            if !text.contains(&cause) {
                text = format!("{text}: {cause}");
            }
        }
        eprintln!("{} {text}", self.paint("31", "error:"));
        let interrupted =
            error.downcast_ref().is_some_and(|e| matches!(e, redub_pipeline::PipelineError::Interrupted));
        ExitCode::from(match (error.is::<Usage>(), interrupted) {
            (true, _) => 2,
            (_, true) => INTERRUPTED,
            _ => 1,
        })
    }

    /// Text in a terminal colour, where colours are wanted.
    pub fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A wrong use of the command that the argument parser cannot see; exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// A usage error as an [`anyhow::Error`].
pub fn usage(text: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(text.into()))
}
