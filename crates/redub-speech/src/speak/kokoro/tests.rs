use serde::Deserialize;

use super::*;
use crate::voices::Voice;

/// What Python's onnxruntime made; see the script beside the file.
#[derive(Deserialize)]
struct Golden {
    phonemes: String,
    units: Vec<i64>,
    every: usize,
    samples: Vec<f32>,
}

fn engine() -> Option<Kokoro> {
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    match Kokoro::with_workers(&store, 1, 1) {
        Ok(engine) => Some(engine),
        Err(error) => {
            println!("skipped: {error}");
            None
        }
    }
}

fn request(text: &str) -> SpeakRequest {
    SpeakRequest::new(text, "es".parse().unwrap(), Voice::named("em_alex"))
}

#[test]
fn equals_the_reference_to_a_hundredth() {
    let Some(engine) = engine() else { return };
    let golden: Golden =
        serde_json::from_str(include_str!("../../../tests/golden/kokoro_line.json")).unwrap();
    let word = |c: char| (!matches!(c, ' ' | ',' | '.')).then_some(0);
    let symbols = golden.phonemes.chars().map(|symbol| Symbol { symbol, word: word(symbol) }).collect();
    let line = request("");
    let ready = engine.plan(Phonemes { words: vec!["x".into()], symbols }, &line).unwrap();
    assert_eq!(ready.plans[0].plan.units, golden.units);
    let sound = engine.synthesize(&engine.workers[0], &ready.plans[0], &line).unwrap();
    assert_eq!(sound.len() as i64, (golden.units.iter().sum::<i64>() + 1) * UNIT as i64);
    let ours: Vec<f32> = sound.iter().step_by(golden.every).copied().collect();
    let error = ours.iter().zip(&golden.samples).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
    let energy = golden.samples.iter().map(|s| s * s).sum::<f32>();
    assert!(error < 1e-4 * energy, "differs by {:.1} dB", 10.0 * (error / energy).log10());
}

#[test]
fn lines_fit_their_time_and_phones_cover_them() {
    let Some(engine) = engine() else { return };
    let text = "Hola, buenos días.";
    let fitted = SpeakRequest { target_seconds: Some(1.6), ..request(text) };
    let too_short = SpeakRequest { target_seconds: Some(0.1), ..request(text) };
    let lines = [fitted, too_short, request("…"), request(text)];
    if let Err(error) = phonemes::phonemize(text, &lines[0].language) {
        println!("skipped: {error}");
        return;
    }
    let measured = engine.measure(&lines).unwrap();
    let spoken = engine.speak(&lines).unwrap();
    for (line, seconds) in spoken.iter().zip(measured) {
        assert!((line.audio.seconds() - seconds).abs() < 1e-9);
    }
    assert!((spoken[0].audio.seconds() - 1.6).abs() < 1e-9);
    let fastest = spoken[1].natural_seconds / 1.4;
    assert!((spoken[1].audio.seconds() - fastest).abs() < 0.03);
    assert!(spoken[2].audio.samples.is_empty() && spoken[2].phones.is_empty());
    assert!((spoken[3].audio.seconds() - spoken[3].natural_seconds).abs() < 1e-9);
    let phones = &spoken[0].phones;
    assert!(phones.windows(2).all(|p| (p[0].span.end - p[1].span.start).abs() < 1e-9));
    assert!((phones[phones.len() - 1].span.end - 1.6).abs() < 1e-9);
    assert_eq!(spoken[0].words.len(), 3);
    assert!(spoken[0].words.windows(2).all(|w| w[0].1.end <= w[1].1.start + 1e-9));
}
