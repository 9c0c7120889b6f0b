//! One file per command.

mod bench;
mod cache;
mod config;
mod doctor;
mod glossary;
mod input;
mod inspect;
mod keys;
mod languages;
mod lipsync;
mod models;
mod report;
mod serve;
mod translate;
mod translation;
mod voices;

use std::process::ExitCode;

use redub_pipeline::InspectOptions;

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
        Command::Glossary(command) => glossary::run(command, printer),
        Command::Bench(command) => bench::run(command, settings, printer),
        Command::Lipsync(args) => lipsync::run(*args, settings, printer),
        Command::Models(command) => models::run(command, settings, printer),
        Command::Languages { json, markdown } => languages::run(json, markdown, settings, printer),
        Command::Voices(command) => voices::run(command, settings, printer),
        Command::Doctor { json, hashes } => doctor::run(json, hashes, settings, printer),
        Command::Serve { role, .. } => serve::serve(role, settings, printer),
        Command::Worker(_) => serve::work(settings, printer),
        Command::Keys { command, .. } => keys::run(command, settings, printer),
        Command::Report { dir, json } => report::run(&dir, json, printer),
        Command::Inspect { target, frames, at, language, output } => {
            let language = language.map(|l| l.to_string());
            let options = InspectOptions { frames: frames.into(), at, language, output };
            inspect::run(&target, &options, settings, printer)
        }
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
