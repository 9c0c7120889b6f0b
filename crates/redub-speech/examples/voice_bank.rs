//! Measures every stock voice and writes `src/voices/bank.json`.
//!
//! `cargo run --release -p redub-speech --example voice_bank > crates/redub-speech/src/voices/bank.json`
//! All voices say the same English sentence, so that their voice prints differ by voice alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use redub_core::Language;
use redub_models::ModelStore;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::turns::VoicePrint;
use redub_speech::voices::bank::{Measured, SCALE};
use redub_speech::voices::{Voice, catalog, pitch};

const SENTENCE: &str = "We were away a year ago, and nobody knew where the old yellow boat had gone.";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    let kokoro = Kokoro::open(&store)?;
    let prints = VoicePrint::load(&store, 1)?;
    let voices: Vec<_> = catalog::all().collect();
    let language: Language = "en".parse()?;
    let say = |name: &str| SpeakRequest::new(SENTENCE, language.clone(), Voice::named(name));
    let spoken = kokoro.speak(&voices.iter().map(|v| say(v.name)).collect::<Vec<_>>())?;
    let mut bank = BTreeMap::new();
    for (voice, spoken) in voices.iter().zip(spoken) {
        let audio = to_16k(&spoken.audio.samples);
        let print = prints.of(&audio)?.ok_or("too short")?;
        let pitch_hz = pitch::pitch(&audio).ok_or("not voiced")?.median_hz;
        let print = print.iter().map(|v| (v * SCALE).round() as i16).collect();
        eprintln!("{} {pitch_hz:.0} Hz", voice.name);
        bank.insert(voice.name, Measured { pitch_hz: pitch_hz.round(), print });
    }
    let row = |(name, m): (&&str, &Measured)| Ok(format!("\"{name}\":{}", serde_json::to_string(m)?));
    let rows = bank.iter().map(row).collect::<Result<Vec<String>, serde_json::Error>>()?;
    println!("{{\n{}\n}}", rows.join(",\n"));
    Ok(())
}

/// 24 kHz to 16 kHz by a Hann-windowed sinc that stops at 8 kHz.
fn to_16k(samples: &[f32]) -> Vec<f32> {
    const REACH: isize = 24;
    let at = |i: isize| usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    let kernel = |x: f64| {
        let sinc = if x == 0.0 {
            1.0
        } else {
            (std::f64::consts::PI * x / 1.5).sin() / (std::f64::consts::PI * x / 1.5)
        };
        sinc / 1.5 * (0.5 + 0.5 * (std::f64::consts::PI * x / REACH as f64).cos())
    };
    (0..samples.len() * 2 / 3)
        .map(|n| {
            let centre = n as f64 * 1.5;
            let first = centre.floor() as isize - REACH + 1;
            (first..first + 2 * REACH).map(|i| f64::from(at(i)) * kernel(i as f64 - centre)).sum::<f64>()
                as f32
        })
        .collect()
}
