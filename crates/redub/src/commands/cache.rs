//! `redub cache`: what is stored of earlier runs, and making room.

use std::process::ExitCode;
use std::time::Duration;

use redub_pipeline::{Limit, Store};

use super::megabytes;
use crate::args::CacheCommand;
use crate::printer::{Printer, usage};
use crate::settings::Settings;

/// Runs a `redub cache` command.
///
/// # Errors
/// A store that cannot be read or written.
pub fn run(command: CacheCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let store = Store::open(&settings.cache_dir.value)?;
    match command {
        CacheCommand::Show { json } => show(&store, json, printer)?,
        CacheCommand::Path => printer.data(&store.root().display().to_string()),
        CacheCommand::Clear => {
            let removed = store.clear()?;
            printer.note(&format!("{} results removed, {}", removed.artifacts, megabytes(removed.bytes)));
        }
        CacheCommand::Prune { unused_days, max_gb, dry_run } => {
            if unused_days.is_none() && max_gb.is_none() {
                return Err(usage("say what may go: --unused-days DAYS, --max-gb GB, or both"));
            }
            let limit = Limit {
                unused_for: unused_days.map(|days| Duration::from_secs(u64::from(days) * 24 * 3600)),
                max_bytes: max_gb.map(|gb| (gb * 1e9) as u64),
            };
            let tidied = store.tidy(limit, dry_run)?;
            let (removed, kept) = (tidied.removed, tidied.kept);
            let verb = if dry_run { "would be removed" } else { "removed" };
            printer.note(&format!(
                "{} results {verb}, {}; {} stay, {}",
                removed.artifacts,
                megabytes(removed.bytes),
                kept.artifacts,
                megabytes(kept.bytes)
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(store: &Store, json: bool, printer: &Printer) -> anyhow::Result<()> {
    let holdings = store.holdings();
    if json {
        return printer.json(&holdings);
    }
    for (stage, holding) in &holdings {
        printer.data(&format!("{stage:<12} {:>6}  {:>10}", holding.artifacts, megabytes(holding.bytes)));
    }
    let bytes = holdings.values().map(|h| h.bytes).sum();
    let artifacts: usize = holdings.values().map(|h| h.artifacts).sum();
    printer.data(&format!("{:<12} {artifacts:>6}  {:>10}", "all", megabytes(bytes)));
    printer.note(&format!("in {}", store.root().display()));
    Ok(())
}
