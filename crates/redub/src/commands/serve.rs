//! `redub serve` and `redub worker`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use redub_models::{Catalog, ModelStore};
use redub_server::Role;

use crate::args::RoleArg;
use crate::printer::Printer;
use crate::server_settings::config;
use crate::settings::Settings;

/// Serves the API until it is told to stop.
///
/// # Errors
/// Settings, folders or addresses that cannot be used.
pub fn serve(role: RoleArg, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let config = config(settings, if role == RoleArg::All { Role::All } else { Role::Api })?;
    let data_dir = config.data_dir.display().to_string();
    let (models, catalog) = models(settings)?;
    let ready = |address: std::net::SocketAddr| {
        printer
            .note(&format!("redub serves http://{address} (data in {data_dir}); its API is shown at /docs"));
    };
    runtime()?.block_on(redub_server::serve(config, models, catalog, ready))?;
    Ok(ExitCode::SUCCESS)
}

/// Works for servers that share the data folder until it is told to stop.
///
/// # Errors
/// Settings or folders that cannot be used.
pub fn work(settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let config = config(settings, Role::All)?;
    let data_dir = config.data_dir.display().to_string();
    let (models, catalog) = models(settings)?;
    let ready = || printer.note(&format!("redub works on the jobs in {data_dir}"));
    runtime()?.block_on(redub_server::work(config, models, catalog, ready))?;
    Ok(ExitCode::SUCCESS)
}

fn models(settings: &Settings) -> anyhow::Result<(Arc<ModelStore>, Catalog)> {
    let catalog = Catalog::load(settings.catalog().as_deref())?;
    Ok((Arc::new(ModelStore::new(&settings.models_dir.value)), catalog))
}

pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")
}
