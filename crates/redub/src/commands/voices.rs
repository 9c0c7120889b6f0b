//! `redub voices`: the voices there are, and how they sound.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use redub_core::{Gender, Language};
use redub_media::audio;
use redub_models::ModelStore;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::voices::{Accent, Bank, StockVoice, Voice, catalog};
use serde::Serialize;

use crate::args::VoicesCommand;
use crate::printer::{Printer, usage};
use crate::settings::Settings;

/// A stock voice as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    gender: &'static str,
    /// Tag of the language it was trained on.
    language: &'static str,
    language_name: String,
    pitch_hz: Option<f32>,
}

/// Runs `list`, `show` or `try`.
///
/// # Errors
/// A voice that is not there, missing models, or a file that cannot be written.
pub fn run(command: VoicesCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    match command {
        VoicesCommand::List { language, json } => list(language.as_ref(), json, printer),
        VoicesCommand::Show { voice, json } => show(&voice, json, printer),
        VoicesCommand::Try { voice, text, language, pitch, output } => {
            speak(&voice, &text, language, pitch, &output, settings, printer)
        }
    }
}

fn list(language: Option<&Language>, json: bool, printer: &Printer) -> anyhow::Result<ExitCode> {
    let bank = Bank::load()?;
    let accent = language.map(|l| {
        catalog::native_accent(l).ok_or_else(|| {
            usage(format!("no voice was trained on {}: leave --language out to see all voices", l.name()))
        })
    });
    let accent = accent.transpose()?;
    let rows: Vec<Row> =
        catalog::all().filter(|v| accent.is_none_or(|a| a == v.accent)).map(|v| row(v, &bank)).collect();
    if json {
        printer.json(&rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    for row in rows {
        printer.data(&line(&row));
    }
    Ok(ExitCode::SUCCESS)
}

fn show(voice: &Voice, json: bool, printer: &Printer) -> anyhow::Result<ExitCode> {
    let bank = Bank::load()?;
    let parts = parts(voice)?;
    let rows: Vec<Row> = parts.iter().map(|(stock, _)| row(*stock, &bank)).collect();
    let own = bank.print(voice).unwrap_or_default();
    let mut near: Vec<(&str, f32)> = catalog::all()
        .filter(|v| !parts.iter().any(|(p, _)| p.name == v.name))
        .filter_map(|v| {
            Some((v.name, redub_speech::voices::bank::cosine(&own, &bank.print(&Voice::named(v.name))?)))
        })
        .collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    near.truncate(3);
    if json {
        let pitch = bank.pitch_hz(voice);
        printer.json(&serde_json::json!({
            "voice": voice.to_string(), "pitch_hz": pitch, "parts": rows, "nearest": near,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (row, (_, weight)) in rows.iter().zip(&parts) {
        let share = if parts.len() > 1 { format!("  {:.0} %", weight * 100.0) } else { String::new() };
        printer.data(&format!("{}{share}", line(row)));
    }
    let near: Vec<String> = near.iter().map(|(name, c)| format!("{name} ({c:.2})")).collect();
    printer.data(&format!("sounds most like {}", near.join(", ")));
    Ok(ExitCode::SUCCESS)
}

fn speak(
    voice: &Voice,
    text: &str,
    language: Option<Language>,
    pitch: f32,
    output: &Path,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let parts = parts(voice)?;
    let language = match (language, parts.first()) {
        (Some(language), _) => language,
        (None, Some((first, _))) => tag(first.accent).parse()?,
        (None, None) => return Err(usage("the voice has no parts")),
    };
    let store = Arc::new(ModelStore::new(&settings.models_dir.value));
    let kokoro = Kokoro::open(&store)?;
    let request = SpeakRequest { f0_scale: pitch, ..SpeakRequest::new(text, language, voice.clone()) };
    let spoken = kokoro.speak(std::slice::from_ref(&request))?;
    let sound = spoken.into_iter().next().map(|s| s.audio).filter(|a| a.frames() > 0);
    let sound = sound.ok_or_else(|| usage("there is nothing to say in that text"))?;
    audio::write_wav(output, &sound).with_context(|| format!("cannot write {}", output.display()))?;
    printer.data(&output.display().to_string());
    Ok(ExitCode::SUCCESS)
}

/// The stock voices of a mixture with their shares.
fn parts(voice: &Voice) -> anyhow::Result<Vec<(StockVoice, f32)>> {
    let part = |(name, weight): &(String, f32)| {
        let stock = catalog::find(name)
            .ok_or_else(|| usage(format!("there is no voice '{name}': redub voices list shows them all")))?;
        Ok((stock, *weight))
    };
    voice.parts().iter().map(part).collect()
}

fn row(voice: StockVoice, bank: &Bank) -> Row {
    let language = tag(voice.accent);
    let named = language.parse::<Language>().map_or_else(|_| language.to_owned(), |l| l.name());
    Row {
        name: voice.name,
        gender: if voice.gender == Gender::Female { "woman" } else { "man" },
        language,
        language_name: named,
        pitch_hz: bank.pitch_hz(&Voice::named(voice.name)),
    }
}

fn line(row: &Row) -> String {
    let pitch = row.pitch_hz.map_or(String::new(), |hz| format!("{hz:.0} Hz"));
    format!("{:<14} {:<6} {:>6}  {} ({})", row.name, row.gender, pitch, row.language_name, row.language)
}

/// The language an accent belongs to.
fn tag(accent: Accent) -> &'static str {
    match accent {
        Accent::American => "en-US",
        Accent::British => "en-GB",
        Accent::Spanish => "es",
        Accent::French => "fr",
        Accent::Hindi => "hi",
        Accent::Italian => "it",
        Accent::Japanese => "ja",
        Accent::Brazilian => "pt-BR",
        Accent::Mandarin => "zh",
    }
}
