use serde::Deserialize;

use super::*;
use crate::voices::Voice;

/// What Python's onnxruntime made; see the script beside the file.
#[derive(Deserialize)]
struct Golden {
    phonemes: String,
    units: Vec<i64>,
    levels_db: Vec<f32>,
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
fn sounds_as_the_reference() {
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
    let level = |unit: &[f32]| {
        let power = unit.iter().map(|s| s * s).sum::<f32>() / unit.len() as f32;
        10.0 * (power + 1e-7).log10()
    };
    let ours: Vec<f32> = sound.chunks_exact(UNIT).map(level).collect();
    assert_eq!(ours.len(), golden.levels_db.len());
    // Integer kernels differ between processors (see the script); quiet units say little.
    let pairs = ours.iter().zip(&golden.levels_db).filter(|(a, b)| a.max(**b) > -45.0);
    let apart: Vec<f32> = pairs.map(|(a, b)| (a - b).abs()).collect();
    let mean = apart.iter().sum::<f32>() / apart.len() as f32;
    assert!(apart.len() > 20 && mean < 2.0, "{} units differ by {mean:.1} dB", apart.len());
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

#[test]
fn the_decoder_in_floats_speaks_as_the_installed_one() {
    let Some(engine) = engine() else { return };
    let line = request("Buenas noches y muchas gracias a todos por venir.");
    let ready = engine.prepare(std::slice::from_ref(&line)).unwrap().remove(0);
    let run = &ready.plans[0];
    let mut timbre = engine.styles.row(&line.voice, run.symbols.len()).unwrap();
    timbre.truncate(crate::voices::fitted::TIMBRE);
    let source = crate::voices::fitted::Source::of(&installed(&engine.store).unwrap()).unwrap();
    let own = Arc::new(crate::voices::fitted::Fitted::unchanged(timbre, source));
    let own = crate::voices::fitted::OwnVoice { voice: own, share: 1.0 };
    let own = SpeakRequest { own: Some(own), ..line.clone() };
    let stock = engine.synthesize(&engine.workers[0], run, &line).unwrap();
    let ours = engine.synthesize(&engine.workers[0], run, &own).unwrap();
    assert_eq!(stock.len(), ours.len());
    let level = |unit: &[f32]| 10.0 * (unit.iter().map(|s| s * s).sum::<f32>() / 300.0 + 1e-7).log10();
    let pairs = stock.chunks_exact(300).map(level).zip(ours.chunks_exact(300).map(level));
    let apart: Vec<f32> = pairs.filter(|(a, b)| a.max(*b) > -45.0).map(|(a, b)| (a - b).abs()).collect();
    let mean = apart.iter().sum::<f32>() / apart.len() as f32;
    // What is left is the rounding to 8 bits in the installed one.
    assert!(apart.len() > 80 && mean < 0.5, "{} levels differ by {mean:.2} dB", apart.len());
}
