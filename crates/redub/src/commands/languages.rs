//! `redub languages`: what can be heard, translated and spoken with what is installed.

use std::collections::BTreeSet;
use std::process::ExitCode;

use redub_core::Language;
use redub_models::ModelStore;
use redub_speech::phonemes;
use serde::Serialize;

use crate::printer::Printer;
use crate::settings::Settings;

/// A pair of languages that can be dubbed.
#[derive(Debug, Serialize)]
struct Pair {
    from: String,
    to: String,
    name: String,
    translation: redub_translate::Quality,
    speech: phonemes::Quality,
    engine: String,
    chrf_news: Option<f32>,
    chrf_speech: Option<f32>,
    licence: String,
    /// What precision mode uses instead, where it was measured to be better.
    precision: Option<redub_translate::route::Precision>,
    better: String,
    installed: bool,
    note: String,
}

/// Prints the table.
///
/// # Errors
/// A value that cannot be printed as JSON.
pub fn run(json: bool, markdown: bool, settings: &Settings, printer: &Printer) -> anyhow::Result<ExitCode> {
    let store = ModelStore::new(&settings.models_dir.value);
    let voices = phonemes::language::supported();
    let speech = |tag: &str| voices.iter().find(|v| v.language.primary() == tag).map(|v| v.quality);
    let pairs: Vec<Pair> = redub_translate::coverage(&store)
        .into_iter()
        .filter_map(|route| {
            let speech = speech(&route.to)?;
            let name = route.to.parse::<Language>().map(|l| l.name()).unwrap_or_else(|_| route.to.clone());
            let redub_translate::Route { from, to, engine, quality, note, installed, .. } = route;
            let (chrf_news, chrf_speech, licence, better) =
                (route.chrf_news, route.chrf_speech, route.licence, route.better);
            let (translation, precision) = (quality, route.precision);
            Some(Pair {
                from,
                to,
                name,
                translation,
                speech,
                engine,
                chrf_news,
                chrf_speech,
                licence,
                precision,
                better,
                installed,
                note,
            })
        })
        .collect();
    if json {
        printer.json(&pairs)?;
        return Ok(ExitCode::SUCCESS);
    }
    if markdown {
        printer.data(&table(&pairs));
        return Ok(ExitCode::SUCCESS);
    }
    printer
        .data(&format!("{:<6} {:<4} {:<22} {:<12} {:<13} engine", "from", "to", "", "translation", "voices"));
    for pair in &pairs {
        let translation = if pair.installed { word(&pair.translation) } else { "missing".to_owned() };
        let engine = if pair.installed { &pair.engine } else { &pair.note };
        let speech = word(&pair.speech);
        printer.data(&format!(
            "{:<6} {:<4} {:<22} {translation:<12} {speech:<13} {engine}",
            pair.from, pair.to, pair.name
        ));
    }
    printer.note(
        "\nGood is spoken as it is, review wants a look, draft has mistakes in most lines. For review and draft a direct model \
         (redub models pull firefox-FROM-TO) or a large language model (--translator llm --llm-model FILE, --translator \
         openai) is better. --json has chrF and licences, --markdown the whole table.",
    );
    let targets: BTreeSet<&str> = pairs.iter().map(|p| p.to.as_str()).collect();
    let only_spoken: Vec<String> = voices
        .iter()
        .filter(|v| !targets.contains(v.language.primary()))
        .map(|v| format!("{} ({})", v.language.name(), word(&v.quality)))
        .collect();
    if !only_spoken.is_empty() {
        printer.note(&format!(
            "\nvoices without a translation engine (use --srt FILE --srt-role output): {}",
            only_spoken.join(", ")
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The coverage as a Markdown table.
fn table(pairs: &[Pair]) -> String {
    let figure = |value: Option<f32>| value.map_or("-".to_owned(), |v| format!("{v:.1}"));
    let row = |p: &Pair| {
        let state = if p.installed { word(&p.translation) } else { format!("missing ({})", p.note) };
        let (news, speech) = (figure(p.chrf_news), figure(p.chrf_speech));
        let voices = word(&p.speech);
        let precision = p.precision.as_ref().map_or("the same".to_owned(), |model| {
            let missing = if model.installed { "" } else { ", redub models pull llm" };
            format!("{} ({} on speech{missing})", model.engine, figure(model.chrf_speech))
        });
        format!(
            "| {} | {} | {state} | {news} | {speech} | {} | {precision} | {} | {voices} | {} |",
            p.from, p.to, p.engine, p.licence, p.better
        )
    };
    let head = "| from | to | translation | chrF news | chrF speech | engine | in precision mode | licence | voices | better |\n\
                |---|---|---|---|---|---|---|---|---|---|";
    std::iter::once(head.to_owned()).chain(pairs.iter().map(row)).collect::<Vec<_>>().join("\n")
}

fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
