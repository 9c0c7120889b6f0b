//! `redub voices`: the voices there are, and how they sound.

pub mod learnt;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use redub_core::{Gender, Language};
use redub_media::audio;
use redub_models::ModelStore;
use redub_pipeline::Job;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::voices::{Accent, Bank, StockVoice, Voice, catalog};
use serde::Serialize;

use crate::args::VoicesCommand;
use crate::printer::{Printer, usage};
use crate::settings::Settings;

/// A stock voice as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    gender: &'static str,
    /// Tag of the language it was trained on, or learnt from.
    language: String,
    language_name: String,
    pitch_hz: Option<f32>,
    /// Whether it is a person's, learnt by `redub voices learn`.
    learnt: bool,
}

/// Runs `list`, `show` or `try`.
///
/// # Errors
/// A voice that is not there, missing models, or a file that cannot be written.
pub fn run(command: VoicesCommand, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    match command {
        VoicesCommand::List { language, json } => list(language.as_ref(), json, settings, printer),
        VoicesCommand::Show { voice, json } => match learnt::of(&voice, settings)? {
            Some((name, saved)) => learnt::show(&name, &saved, json, settings, printer),
            None => show(&voice, json, printer),
        },
        VoicesCommand::Learn { input, name, speaker, from, speaker_num, start, end } => {
            let speaker = speaker.map(|s| s.trim().to_uppercase());
            let input = super::input::local(&input, settings, printer)?;
            let job = Job {
                from,
                speaker_num: speaker_num.map(usize::from),
                start,
                end,
                ..Job::new(input.path, input.name, std::env::temp_dir())
            };
            learnt::learn(&job, &name, speaker.as_deref(), settings, printer)
        }
        VoicesCommand::Forget { name } => learnt::forget(&name, settings, printer),
        VoicesCommand::Try { voice, text, language, pitch, output } => {
            speak(&voice, &text, language, pitch, &output, settings, printer)
        }
    }
}

fn list(
    language: Option<&Language>,
    json: bool,
    settings: &Settings,
    printer: &Printer,
) -> anyhow::Result<ExitCode> {
    let bank = Bank::load()?;
    let accent = language.map(|l| {
        catalog::native_accent(l).ok_or_else(|| {
            usage(format!("no voice was trained on {}: leave --language out to see all voices", l.name()))
        })
    });
    let accent = accent.transpose()?;
    let mut rows: Vec<Row> =
        catalog::all().filter(|v| accent.is_none_or(|a| a == v.accent)).map(|v| row(v, &bank)).collect();
    // Voices of people speak every language.
    rows.extend(learnt::rows(settings, printer)?);
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
    let request = match learnt::of(voice, settings)? {
        Some((_, saved)) => learnt::request(&saved, text, language)?,
        None => stock_request(voice, text, language)?,
    };
    let request = SpeakRequest { f0_scale: request.f0_scale * pitch, ..request };
    let store = Arc::new(ModelStore::new(&settings.models_dir.value));
    let kokoro = Kokoro::open(&store)?;
    let spoken = kokoro.speak(std::slice::from_ref(&request))?;
    let sound = spoken.into_iter().next().map(|s| s.audio).filter(|a| a.frames() > 0);
    let sound = sound.ok_or_else(|| usage("there is nothing to say in that text"))?;
    audio::write_wav(output, &sound).with_context(|| format!("cannot write {}", output.display()))?;
    printer.data(&output.display().to_string());
    Ok(ExitCode::SUCCESS)
}

fn stock_request(voice: &Voice, text: &str, language: Option<Language>) -> anyhow::Result<SpeakRequest> {
    let parts = parts(voice)?;
    let language = match (language, parts.first()) {
        (Some(language), _) => language,
        (None, Some((first, _))) => tag(first.accent).parse()?,
        (None, None) => return Err(usage("the voice has no parts")),
    };
    Ok(SpeakRequest::new(text, language, voice.clone()))
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
        name: voice.name.to_owned(),
        gender: called(Some(voice.gender)),
        language: language.to_owned(),
        language_name: named,
        pitch_hz: bank.pitch_hz(&Voice::named(voice.name)),
        learnt: false,
    }
}

fn line(row: &Row) -> String {
    let pitch = row.pitch_hz.map_or(String::new(), |hz| format!("{hz:.0} Hz"));
    let learnt = if row.learnt { ", learnt" } else { "" };
    format!(
        "{:<14} {:<6} {:>6}  {} ({}){learnt}",
        row.name, row.gender, pitch, row.language_name, row.language
    )
}

fn called(gender: Option<Gender>) -> &'static str {
    match gender {
        Some(Gender::Female) => "woman",
        Some(Gender::Male) => "man",
        None => "-",
    }
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
