//! `redub bench`: figures of the engines on this machine.

mod pace;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use redub_models::ModelStore;
use redub_translate::bench::{self, PairFigures, References};
use serde::Serialize;

use super::translation;
use crate::args::{BenchCommand, BenchTranslationArgs};
use crate::printer::Printer;
use crate::settings::Settings;

/// What is printed with `--json`.
#[derive(Debug, Serialize)]
struct Figures {
    mode: redub_translate::Mode,
    register: Option<redub_translate::Register>,
    lines: usize,
    threads: usize,
    pairs: Vec<PairFigures>,
    /// Peak resident memory of the program itself, MiB.
    peak_memory_mb: Option<u64>,
}

/// Runs a bench.
///
/// # Errors
/// References or engines that are missing.
pub fn run(command: BenchCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    match command {
        BenchCommand::Translation(args) => translation_bench(&args, settings, printer),
    }
}

fn translation_bench(
    args: &BenchTranslationArgs,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let mut options = translation::options(&args.translation, settings, printer)?;
    options.mode = args.mode.into();
    let store = Arc::new(ModelStore::new(&settings.models_dir.value));
    let references = References::new(&args.references);
    if args.strategies {
        return strategies_bench(args, &store, &references, &options, printer);
    }
    let mut pairs = Vec::new();
    let voices = args.budgets.map(|words| pace::Voices::open(&store, words)).transpose()?;
    let pace = voices.as_ref().map(|v| bench::Paced { pace: v, pause: args.pause });
    let how = bench::Measure { lines: args.lines.into(), pace };
    for pair in &args.pairs {
        printer.note(&format!("{}-{}", pair.from, pair.to));
        let name = format!("{}-{}", pair.from, pair.to);
        let mut written = Ok(());
        let mut keep = |set: &str, sources: &[String], texts: &[String]| {
            if let Some(folder) = &args.texts {
                written = write(&folder.join(format!("{name}.{set}.tsv")), sources, texts);
            }
        };
        pairs.push(bench::bench(&store, &references, pair, how, &options, &mut keep)?);
        written?;
    }
    for note in pairs.iter().flat_map(|p: &PairFigures| &p.notes) {
        printer.warn(note);
    }
    let peak_memory_mb = redub_pipeline::peak_memory_mb();
    if args.json {
        let (mode, register, lines) = (options.mode, options.register, args.lines.into());
        let threads = settings.threads.value;
        printer.json(&Figures { mode, register, lines, threads, pairs, peak_memory_mb })?;
        return Ok(ExitCode::SUCCESS);
    }
    printer.data(bench::markdown(&pairs).trim_end());
    if let Some(peak) = peak_memory_mb {
        printer.data(&format!("\nPeak memory {peak} MiB, {} threads", settings.threads.value));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a language model adds to the drafts, pair by pair.
fn strategies_bench(
    args: &BenchTranslationArgs,
    store: &ModelStore,
    references: &References,
    options: &redub_translate::Options,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let mut rows = Vec::new();
    for pair in &args.pairs {
        let name = format!("{}-{}", pair.from, pair.to);
        printer.note(&name);
        let mut written = Ok(());
        let mut keep = |set: &str, lines: &[Vec<String>]| {
            if let Some(folder) = &args.texts {
                let split = |row: &Vec<String>| (row[0].clone(), row[1..].join("\t"));
                let (sources, rest): (Vec<String>, Vec<String>) = lines.iter().map(split).unzip();
                written = write(&folder.join(format!("{name}.{set}.strategies.tsv")), &sources, &rest);
            }
        };
        rows.extend(bench::strategies(store, references, pair, args.lines.into(), options, &mut keep)?);
        written?;
    }
    if args.json {
        printer.json(&rows)?;
    } else {
        printer.data(bench::strategies_markdown(&rows).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, sources: &[String], texts: &[String]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut file = std::fs::File::create(path).with_context(cannot)?;
    for (source, text) in sources.iter().zip(texts) {
        writeln!(file, "{source}\t{text}").with_context(cannot)?;
    }
    Ok(())
}
