//! `redub keys`: who may use the server.

use std::process::ExitCode;

use anyhow::{Context, bail};
use redub_server::{db, keys, time};

use super::serve::runtime;
use crate::args::KeysCommand;
use crate::printer::Printer;
use crate::server_settings::config;
use crate::settings::Settings;

/// Makes, lists or revokes API keys.
///
/// # Errors
/// A data folder that cannot be used, or no such key.
pub fn run(command: KeysCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let config = config(settings, redub_server::Role::All)?;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot make {}", config.data_dir.display()))?;
    runtime()?.block_on(async {
        let database = db::open(&config.database()).await.context("the database cannot be used")?;
        match command {
            KeysCommand::Create { name } => {
                let (id, key) = keys::create(&database, &name).await?;
                printer.note(&format!("key {id} ({name}); it is shown this once:"));
                printer.data(&key);
            }
            KeysCommand::List { json } => {
                let keys = keys::list(&database).await?;
                if json {
                    printer.json(&keys)?;
                } else {
                    for key in keys {
                        let state =
                            key.revoked_at.map_or("good".to_owned(), |t| format!("revoked {}", time::iso(t)));
                        printer.data(&format!(
                            "{:<14} {:<24} made {}  {state}",
                            key.id,
                            key.name,
                            time::iso(key.created_at)
                        ));
                    }
                }
            }
            KeysCommand::Revoke { key } => {
                if keys::revoke(&database, &key).await? == 0 {
                    bail!("no good key has the id or name {key}: `redub keys list` shows them");
                }
                printer.note(&format!("{key} is revoked"));
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
