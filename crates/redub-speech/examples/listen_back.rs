//! Speaks sentences and listens back to them: word error rate (character error rate in Japanese and Chinese) by language.
//!
//! `cargo run --release -p redub-speech --example listen_back -- bench/sentences [es,fr] [VOICE] [--all]`
//! The folder holds one `LANGUAGE.txt` a language, one sentence a line. The language's voices take turns, or one is given. Every sentence that is not
//! understood word by word is printed; with `--all` every sentence is.

use std::sync::Arc;

use redub_core::Language;
use redub_models::ModelStore;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::transcribe::{Transcribe, Whisper, wer};
use redub_speech::voices::{Voice, catalog};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let all = args.iter().any(|a| a == "--all");
    args.retain(|a| a != "--all");
    let folder = args.first().ok_or("usage: listen_back FOLDER [LANGUAGES]")?;
    let wanted = args.get(1).map_or("en,es,fr,pt,it", String::as_str);
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    let (kokoro, whisper) = (Kokoro::open(&store)?, Whisper::load(&store)?);
    println!("| language | sentences | error rate | perfect |\n|---|---|---|---|");
    for tag in wanted.split(',') {
        let language: Language = tag.parse()?;
        let text = std::fs::read_to_string(format!("{folder}/{tag}.txt"))?;
        let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
        let native = catalog::native_accent(&language);
        let voices: Vec<Voice> = catalog::all()
            .filter(|v| args.get(2).map_or(Some(v.accent) == native, |name| v.name == name))
            .map(|v| Voice::named(v.name))
            .collect();
        let request = |(i, line): (usize, &&str)| {
            SpeakRequest::new(*line, language.clone(), voices[i % voices.len()].clone())
        };
        let requests: Vec<SpeakRequest> = lines.iter().enumerate().map(request).collect();
        let spoken = kokoro.speak(&requests)?;
        let clips: Vec<Vec<f32>> = spoken.iter().map(|s| third_of_two(&s.audio.samples)).collect();
        let slices: Vec<&[f32]> = clips.iter().map(Vec::as_slice).collect();
        let heard = whisper.listen_many(&slices, &language)?;
        let mut rates = Vec::new();
        for ((line, heard), request) in lines.iter().zip(&heard).zip(&requests) {
            let rate = wer::spoken_error_rate(&language, line, heard);
            if all || rate > 0.0 {
                println!("    {rate:.2} {} | {line} | {heard}", request.voice);
            }
            rates.push(rate);
        }
        let mean = rates.iter().sum::<f64>() / rates.len().max(1) as f64;
        let perfect = rates.iter().filter(|r| **r == 0.0).count();
        println!("| {tag} | {} | {mean:.3} | {perfect} |", rates.len());
    }
    Ok(())
}

/// 24 kHz to 16 kHz by a windowed sinc.
fn third_of_two(samples: &[f32]) -> Vec<f32> {
    const HALF: i64 = 24;
    let at = |i: i64| usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    let tap = |x: f64| {
        let sinc = if x.abs() < 1e-9 {
            1.0
        } else {
            (std::f64::consts::PI * x * 0.64).sin() / (std::f64::consts::PI * x * 0.64)
        };
        let window = 0.5 + 0.5 * (std::f64::consts::PI * x / (HALF as f64 + 1.0)).cos();
        (0.64 * sinc * window) as f32
    };
    (0..samples.len() * 2 / 3)
        .map(|n| {
            let centre = n as f64 * 1.5;
            let first = centre.floor() as i64;
            (first - HALF..=first + HALF).map(|i| at(i) * tap(i as f64 - centre)).sum()
        })
        .collect()
}
