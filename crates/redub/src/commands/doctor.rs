//! `redub doctor`: is everything there?

use std::path::Path;
use std::process::{Command, ExitCode};

use redub_media::doctor;
use redub_models::{Catalog, ModelState, ModelStore};
use redub_speech::phonemes::japanese;
use serde::Serialize;

use crate::printer::Printer;
use crate::settings::Settings;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Note,
    Bad,
}

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    name: String,
    verdict: Verdict,
    found: String,
    /// What to do about it.
    hint: Option<String>,
}

/// Free space below which a run is likely to fail, bytes.
const LITTLE_DISK: u64 = 2_000_000_000;

/// Runs all checks; fails when something needed is missing.
///
/// # Errors
/// A catalogue that cannot be read.
pub fn run(json: bool, hashes: bool, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let mut checks = programs();
    checks.extend(models(hashes, settings)?);
    checks.push(language_model(settings));
    checks.push(disk("models folder", &settings.models_dir.value));
    checks.push(disk("cache folder", &settings.cache_dir.value));
    checks.push(processors(settings));
    checks.push(gpu());
    if json {
        printer.json(&checks)?;
    } else {
        for check in &checks {
            let (colour, word) = match check.verdict {
                Verdict::Ok => ("32", "ok  "),
                Verdict::Note => ("33", "note"),
                Verdict::Bad => ("31", "BAD "),
            };
            printer.data(&format!("{} {:<20} {}", printer.paint(colour, word), check.name, check.found));
            if let Some(hint) = &check.hint {
                printer.data(&format!("     {:<20} try: {hint}", ""));
            }
        }
    }
    let bad = checks.iter().any(|c| c.verdict == Verdict::Bad);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn programs() -> Vec<Check> {
    let ffmpeg = match doctor::ffmpeg_version() {
        Ok(version) => ok("ffmpeg", version),
        Err(error) => bad("ffmpeg", error.to_string(), "apt-get install ffmpeg"),
    };
    let lacking: Vec<&str> = ["libx264", "aac"].into_iter().filter(|e| !doctor::has_encoder(e)).collect();
    let lacking_filters: Vec<&str> =
        ["rubberband", "subtitles"].into_iter().filter(|f| !doctor::has_filter(f)).collect();
    let parts = match (lacking.is_empty(), lacking_filters.is_empty()) {
        (true, true) => ok("ffmpeg parts", "libx264, aac, rubberband, subtitles".into()),
        (false, _) => {
            bad("ffmpeg parts", format!("no encoder {}", lacking.join(", ")), "install Debian's full ffmpeg")
        }
        (true, false) => note(
            "ffmpeg parts",
            format!("no filter {}", lacking_filters.join(", ")),
            "install Debian's full ffmpeg",
        ),
    };
    let espeak = version("espeak-ng", "--version").map_or_else(
        || bad("espeak-ng", "not installed".into(), "apt-get install espeak-ng"),
        |found| ok("espeak-ng", found),
    );
    let apertium = version("apertium", "-V").map_or_else(
        || note("apertium", "not installed: Spanish, Italian, French and Catalan need it".into(), "apt-get install apertium apertium-es-pt apertium-spa-ita apertium-fra-cat apertium-spa-cat apertium-por-cat"),
        |found| ok("apertium", found),
    );
    let mecab = match (version("mecab", "--version"), japanese::is_installed()) {
        (Some(found), true) => ok("mecab", found),
        _ => note(
            "mecab",
            "not installed, or without its dictionary: Japanese needs it".into(),
            "apt-get install mecab mecab-ipadic open-jtalk-mecab-naist-jdic",
        ),
    };
    vec![ffmpeg, parts, espeak, mecab, apertium]
}

/// What translates beside the engines. The libraries are opened, so that one that does not suit this machine shows here.
fn language_model(settings: &Settings) -> Check {
    let store = ModelStore::new(&settings.models_dir.value);
    let pull = "redub models pull llm";
    match redub_translate::LocalModel::check(&store) {
        Ok(()) => ok("language model", "on this machine".into()),
        Err(error) if redub_translate::LocalModel::installed(&store) => {
            bad("language model", error.to_string(), pull)
        }
        Err(_) => {
            ok("language model", format!("none on this machine (optional: {pull}, or --translator openai)"))
        }
    }
}

fn models(hashes: bool, settings: &Settings) -> anyhow::Result<Vec<Check>> {
    let catalog = Catalog::load(settings.catalog().as_deref())?;
    let store = ModelStore::new(&settings.models_dir.value);
    let mut checks = Vec::new();
    for model in catalog.models() {
        let name = format!("model {}", model.id);
        let pull = format!("redub models pull {}", model.id);
        match store.state(model) {
            ModelState::Installed if hashes => {
                let wrong: Vec<String> =
                    store.verify(model)?.into_iter().filter(|c| !c.ok).map(|c| c.file).collect();
                checks.push(match wrong.is_empty() {
                    true => ok(&name, "installed, hashes right".into()),
                    false => bad(&name, format!("wrong hash: {}", wrong.join(", ")), &pull),
                });
            }
            ModelState::Installed => checks.push(ok(&name, "installed".into())),
            ModelState::Partial { missing } => {
                checks.push(bad(&name, format!("incomplete: {missing:?}"), &pull))
            }
            ModelState::Absent if model.default => checks.push(bad(&name, "missing".into(), &pull)),
            ModelState::Absent => {}
        }
    }
    Ok(checks)
}

fn disk(name: &str, folder: &Path) -> Check {
    let existing = folder.ancestors().find(|f| f.exists()).unwrap_or(Path::new("/"));
    match fs4::available_space(existing) {
        Ok(free) => {
            let found = format!("{:.1} GB free at {}", free as f64 / 1e9, folder.display());
            if free < LITTLE_DISK {
                note(name, found, "free some space, or choose another folder")
            } else {
                ok(name, found)
            }
        }
        Err(error) => {
            note(name, format!("{}: {error}", folder.display()), "choose a folder that can be written")
        }
    }
}

fn processors(settings: &Settings) -> Check {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    ok("processors", format!("{cores}, of which engines use {}", settings.threads.value))
}

fn gpu() -> Check {
    match version("nvidia-smi", "-L") {
        Some(found) => ok("gpu", format!("{found} (not used by the installed engines)")),
        None => ok("gpu", "none; none is needed".into()),
    }
}

/// First line a program prints when asked.
fn version(program: &str, argument: &str) -> Option<String> {
    let out = Command::new(program).arg(argument).output().ok().filter(|out| out.status.success())?;
    let text = if out.stdout.is_empty() { out.stderr } else { out.stdout };
    let line = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().trim().to_owned();
    Some(line).filter(|l| !l.is_empty())
}

fn ok(name: &str, found: String) -> Check {
    Check { name: name.into(), verdict: Verdict::Ok, found, hint: None }
}

fn note(name: &str, found: String, hint: &str) -> Check {
    Check { name: name.into(), verdict: Verdict::Note, found, hint: Some(hint.into()) }
}

fn bad(name: &str, found: String, hint: &str) -> Check {
    Check { name: name.into(), verdict: Verdict::Bad, found, hint: Some(hint.into()) }
}
