//! chrF and speed of routes on line-aligned text.
//!
//! `cargo run --release -p redub-translate --example bench -- FROM TO SOURCE.txt REFERENCE.txt [LINES [SKIP]]`
//! prints a figure; with `--show` also the lines. Bracketed marks such as `[F]` in references are taken out.

use std::time::Instant;

use redub_core::Language;
use redub_models::ModelStore;
use redub_translate::{Mode, SourceLine, Translator, chrf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let [from, to, source, reference, rest @ ..] = words.as_slice() else {
        return Err("usage: bench FROM TO SOURCE REFERENCE [LINES [SKIP]] [--show] [--speed]".into());
    };
    let number = |i: usize, default| rest.get(i).map_or(Ok(default), |n: &String| n.parse::<usize>());
    let (count, skip) = (number(0, 100)?, number(1, 0)?);
    let read = |path: &str| -> std::io::Result<Vec<String>> {
        let text = std::fs::read_to_string(path)?;
        Ok(text.lines().skip(skip).take(count).map(|l| l.replace("[F]", "").replace("[/F]", "")).collect())
    };
    let (sources, references) = (read(source)?, read(reference)?);
    let (from, to): (Language, Language) = (from.parse()?, to.parse()?);
    let mode = if flags.iter().any(|f| f == "--speed") { Mode::Speed } else { Mode::Precision };

    let translator = Translator::open(&ModelStore::new(ModelStore::default_root()), &from, &to, mode)?;
    // Neighbouring lines are unrelated: each has its own speaker.
    let line = |(index, text): (usize, &String)| SourceLine {
        text: text.clone(),
        speaker: format!("S{index}"),
        index,
    };
    let lines: Vec<SourceLine> = sources.iter().enumerate().map(line).collect();
    let start = Instant::now();
    let translated = translator.translate(&lines)?;
    let seconds = start.elapsed().as_secs_f64();

    let pairs = translated.iter().zip(&references).map(|(t, r)| (t.text.as_str(), r.as_str()));
    let score = chrf::chrf(pairs);
    let words: usize = sources.iter().map(|s| s.split_whitespace().count()).sum();
    let flagged = translated.iter().filter(|t| !t.issues.is_empty()).count();
    println!(
        "{from}→{to} {}: chrF {score:.1}, {:.0} words/s, {flagged} of {} lines flagged",
        translator.name(),
        words as f64 / seconds,
        lines.len()
    );
    if flags.iter().any(|f| f == "--show") {
        for ((source, target), reference) in sources.iter().zip(&translated).zip(&references) {
            println!("\n  {source}\n> {}\n= {reference}", target.text);
            for issue in &target.issues {
                println!("! {issue:?}");
            }
        }
    }
    Ok(())
}
