//! `redub inspect`: pages that show why the mouths of a finished run look as they do.

use std::path::Path;
use std::process::ExitCode;

use redub_pipeline::{InspectOptions, Store};

use crate::printer::Printer;
use crate::settings::Settings;

/// Writes the pages and prints where they are.
///
/// # Errors
/// A run that is not known, moved no mouth, or whose stored results are gone.
pub fn run(
    target: &Path,
    options: &InspectOptions,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let store = Store::open(&settings.cache_dir.value)?;
    for shown in redub_pipeline::inspect(&store, target, options)? {
        printer.data(&shown.page.display().to_string());
        printer.note(&format!("contact sheet: {}", shown.sheet.display()));
    }
    Ok(ExitCode::SUCCESS)
}
