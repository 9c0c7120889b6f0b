//! One file per command.

mod cache;
mod config;
mod doctor;
mod input;
mod languages;
mod models;
mod report;
mod translate;
mod voices;

use std::process::ExitCode;

use crate::args::Command;
use crate::printer::Printer;
use crate::settings::Settings;

/// Runs a command.
///
/// # Errors
/// Whatever stopped it; the caller prints it and chooses the exit code.
pub fn run(command: Command, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    match command {
        Command::Translate(args) => translate::run(*args, settings, printer),
        Command::Models(command) => models::run(command, settings, printer),
        Command::Languages { json } => languages::run(json, settings, printer),
        Command::Voices(command) => voices::run(command, settings, printer),
        Command::Doctor { json, hashes } => doctor::run(json, hashes, settings, printer),
        Command::Report { dir, json } => report::run(&dir, json, printer),
        Command::Cache(command) => cache::run(command, settings, printer),
        Command::Config { json } => config::run(json, settings, printer),
    }
}

/// Bytes as people read them: in units of 10⁶.
fn megabytes(bytes: u64) -> String {
    match bytes {
        b if b < 100_000 => format!("{:.1} kB", b as f64 / 1e3),
        b => format!("{:.1} MB", b as f64 / 1e6),
    }
}
