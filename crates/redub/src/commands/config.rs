//! `redub config`: every setting and where it comes from.

use std::process::ExitCode;

use serde::Serialize;

use crate::printer::Printer;
use crate::settings::{Origin, Setting, Settings};

/// Prints the settings.
///
/// # Errors
/// A value that cannot be printed as JSON.
pub fn run(json: bool, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    if json {
        let mut all = serde_json::to_value(settings)?;
        // As below: the secret is not for every eye.
        settings.server.each(&mut |name, setting| {
            all["server"][name.trim_start_matches("server.")] = serde_json::to_value(setting)?;
            Ok(())
        })?;
        printer.json(&all)?;
        return Ok(ExitCode::SUCCESS);
    }
    show(printer, "models_dir", &settings.models_dir)?;
    show(printer, "models_mirror", &settings.models_mirror)?;
    show(printer, "cache_dir", &settings.cache_dir)?;
    show(printer, "voices_dir", &settings.voices_dir)?;
    show(printer, "threads", &settings.threads)?;
    show(printer, "allow_private_hosts", &settings.allow_private_hosts)?;
    settings.server.each(&mut |name, setting| show(printer, name, setting))?;
    show(printer, "mouth_model", &settings.mouth_model)?;
    show(printer, "clone_model", &settings.clone_model)?;
    show(printer, "openai_base_url", &settings.openai_base_url)?;
    show(printer, "openai_model", &settings.openai_model)?;
    Ok(ExitCode::SUCCESS)
}

fn show<T: Serialize>(printer: &Printer, name: &str, setting: &Setting<T>) -> anyhow::Result<()> {
    let origin = match &setting.origin {
        Origin::Flag => "command line".to_owned(),
        Origin::Environment(name) => format!("environment {name}"),
        Origin::File(path) => path.display().to_string(),
        Origin::Default => "default".to_owned(),
    };
    let value = serde_json::to_string(&setting.value)?;
    printer.data(&format!("{name} = {value}  # {origin}"));
    Ok(())
}
