//! `redub glossary`: checking one, and finding terms for one.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use redub_core::captions::{parse_srt, parse_vtt};
use redub_core::report::Report;
use redub_translate::Glossary;
use redub_translate::glossary::{Candidate, candidates};

use crate::args::GlossaryCommand;
use crate::printer::Printer;

/// Runs the command; a glossary that contradicts itself fails.
///
/// # Errors
/// Files that cannot be read or understood.
pub fn run(command: GlossaryCommand, printer: &Printer) -> anyhow::Result<ExitCode> {
    match command {
        GlossaryCommand::Check { file } => {
            let glossary = Glossary::read(&file)?;
            let conflicts = glossary.conflicts();
            conflicts.iter().for_each(|c| printer.data(&c.to_string()));
            let waiting = glossary.entries.iter().filter(|e| e.wanted().trim().is_empty()).count();
            printer.note(&format!(
                "{} terms, {waiting} without a translation, {} contradictions",
                glossary.entries.len(),
                conflicts.len()
            ));
            Ok(if conflicts.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        GlossaryCommand::Candidates { file, glossary, json } => {
            let lines = lines(&file)?;
            let known = glossary.as_deref().map(Glossary::read).transpose()?.unwrap_or_default();
            let is_known = |c: &Candidate| {
                known.entries.iter().any(|e| e.source.to_lowercase() == c.term.to_lowercase())
            };
            let mut found = candidates(lines.iter().map(String::as_str));
            found.retain(|c| !is_known(c));
            if json {
                printer.json(&found)?;
                return Ok(ExitCode::SUCCESS);
            }
            printer.data("source,target,keep,count");
            for candidate in &found {
                let term = quoted(&candidate.term);
                printer.data(&format!(
                    "{term},,{},{}",
                    if candidate.name { "yes" } else { "" },
                    candidate.count
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The lines of a transcript, whatever it is written in.
fn lines(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let cannot = || format!("cannot understand {}", path.display());
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    Ok(match ending.as_str() {
        "srt" => parse_srt(&text).with_context(cannot)?.into_iter().map(|c| c.text).collect(),
        "vtt" => parse_vtt(&text).with_context(cannot)?.into_iter().map(|c| c.text).collect(),
        "json" => {
            let report: Report = serde_json::from_str(&text).with_context(cannot)?;
            let first = report.outputs.into_iter().next().map(|o| o.details).unwrap_or_default();
            first.into_iter().map(|d| d.source_text).collect()
        }
        _ => text.lines().map(str::to_owned).collect(),
    })
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
