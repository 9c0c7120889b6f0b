//! How well mouth shapes are heard, against speech whose phonemes' times are known.
//!
//! `cargo run --release -p redub-pipeline --example visemes -- FOLDER` where FOLDER holds pairs `NAME.wav` (16 kHz mono) and `NAME.json`
//! (`{"language", "text", "phones": [[sound, start, end], …]}`), as `tools/visemes/corpus.py --judge FOLDER` writes them.
//!
//! Three ways are compared: *words* shares the phonemes of the recognised words out over the words' times, *heard* takes the
//! mouth shapes as the network hears them, *placed* is what the program does: the recognised words' phonemes placed by the
//! network, heard shapes where they do not fit. Printed are the share of speech frames (10 ms) with the right shape, recall and
//! precision of lip closures within 40 ms, and the correlation of the lips' opening.

use std::error::Error;
use std::sync::Arc;

use redub_core::{GLIDE_AT, Language, PhoneSpan, Span, Viseme, Word, glide};
use redub_models::ModelStore;
use redub_speech::phonemes::phonemize_many;
use redub_speech::transcribe::{Transcribe, Whisper};
use redub_speech::turns::{SileroVad, VadSettings};
use redub_speech::visemes::VisemeNet;
use redub_vision::mouth::openings;
use serde::Deserialize;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Closures this near are the same, seconds.
const NEAR: f64 = 0.04;

#[derive(Deserialize)]
struct Facts {
    language: String,
    phones: Vec<(String, f64, f64)>,
}

/// Sums of one way.
#[derive(Default)]
struct Score {
    frames: (usize, usize),
    recall: (usize, usize),
    precision: (usize, usize),
    opening: Vec<f64>,
}

fn main() -> Outcome<()> {
    let folder = std::env::args().nth(1).ok_or("usage: visemes FOLDER")?;
    let store = ModelStore::new(ModelStore::default_root());
    let (net, vad) = (VisemeNet::load(&store)?, SileroVad::load(&store)?);
    let whisper = Arc::new(Whisper::load(&store)?);
    let mut scores = [("words", Score::default()), ("heard", Score::default()), ("placed", Score::default())];
    let mut names: Vec<_> = std::fs::read_dir(&folder)?
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "wav"))
        .collect();
    names.sort();
    let mut misheard = 0;
    for path in &names {
        let sound = redub_media::audio::read_wav(path)?;
        let facts: Facts = serde_json::from_slice(&std::fs::read(path.with_extension("json"))?)?;
        let language: Language = facts.language.parse()?;
        let truth: Vec<PhoneSpan> = facts.phones.iter().flat_map(|(s, a, b)| parts(s, *a, *b)).collect();
        let speech = vad.speech(&sound.samples, &VadSettings::default())?;
        let reading = net.read(&sound.samples)?;
        let all = Span::new(0.0, sound.seconds());
        let heard = reading.phones(all);
        let mut go_on = |_: f32| std::ops::ControlFlow::Continue(());
        let words = whisper.transcribe(&sound.samples, &speech, Some(&language), &mut go_on)?.words;
        let sounds = sounds(&words, &language)?;
        let shared = shared(&words, &sounds);
        let span = words
            .first()
            .zip(words.last())
            .map_or(all, |(a, b)| Span::new((a.span.start - 0.15).max(0.0), b.span.end + 0.15));
        let placed = reading.align(span, &sounds);
        misheard += usize::from(placed.is_none());
        let placed = placed.unwrap_or_else(|| reading.phones(span));
        for ((_, score), phones) in scores.iter_mut().zip([&shared, &heard, &placed]) {
            score.add(&truth, phones, sound.seconds());
        }
    }
    println!("{} sounds, {misheard} whose words did not fit", names.len());
    println!("{:<8} {:>7} {:>8} {:>10} {:>8}", "way", "frames", "recall", "precision", "opening");
    let share = |(a, b): (usize, usize)| a as f64 / b.max(1) as f64;
    for (name, score) in &scores {
        let opening = score.opening.iter().sum::<f64>() / score.opening.len().max(1) as f64;
        println!(
            "{name:<8} {:>7.3} {:>8.3} {:>10.3} {opening:>8.3}",
            share(score.frames),
            share(score.recall),
            share(score.precision)
        );
    }
    Ok(())
}

impl Score {
    fn add(&mut self, truth: &[PhoneSpan], phones: &[PhoneSpan], seconds: f64) {
        let shape = |phones: &[PhoneSpan], t: f64| {
            phones.iter().find(|p| p.span.contains(t)).map_or(Viseme::Rest, PhoneSpan::viseme)
        };
        for i in 0..(seconds * 100.0) as usize {
            let t = i as f64 / 100.0;
            let real = shape(truth, t);
            if real != Viseme::Rest {
                self.frames.0 += usize::from(shape(phones, t) == real);
                self.frames.1 += 1;
            }
        }
        let closures = |phones: &[PhoneSpan]| -> Vec<Span> {
            phones.iter().filter(|p| p.viseme() == Viseme::Closed).map(|p| p.span).collect()
        };
        let met = |a: &[Span], b: &[Span]| {
            a.iter()
                .filter(|s| b.iter().any(|o| o.start - NEAR < s.middle() && s.middle() < o.end + NEAR))
                .count()
        };
        let (real, found) = (closures(truth), closures(phones));
        self.recall = (self.recall.0 + met(&real, &found), self.recall.1 + real.len());
        self.precision = (self.precision.0 + met(&found, &real), self.precision.1 + found.len());
        let times: Vec<f64> = (0..(seconds * 25.0) as usize).map(|i| i as f64 / 25.0).collect();
        self.opening.push(correlation(&openings(truth, None, &times), &openings(phones, None, &times)));
    }
}

fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let mean = |v: &[f32]| v.iter().map(|x| f64::from(*x)).sum::<f64>() / v.len().max(1) as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| {
        a.iter().zip(b).map(|(x, y)| f(f64::from(*x) - ma, f64::from(*y) - mb)).sum::<f64>()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt().max(1e-12)
}

/// A true sound, or the two of a diphthong.
fn parts(symbol: &str, start: f64, end: f64) -> Vec<PhoneSpan> {
    let phone = |symbol: &str, a, b| PhoneSpan { symbol: symbol.to_owned(), span: Span::new(a, b) };
    match glide(symbol) {
        Some((a, b)) => {
            let middle = start + GLIDE_AT * (end - start);
            vec![phone(a, start, middle), phone(b, middle, end)]
        }
        None => vec![phone(symbol, start, end)],
    }
}

fn sounds(words: &[Word], language: &Language) -> Outcome<Vec<Vec<String>>> {
    let texts: Vec<String> = words.iter().map(|w| w.text.clone()).collect();
    let spoken = phonemize_many(&texts, language)?;
    let word = |p: redub_speech::phonemes::Phonemes| {
        let symbols = p.symbols.iter().map(|s| s.symbol.to_string());
        symbols.filter(|s| Viseme::of(s) != Viseme::Rest).collect()
    };
    Ok(spoken.into_iter().map(word).collect())
}

/// Phonemes over their word's time, vowels half as long again as consonants.
fn shared(words: &[Word], sounds: &[Vec<String>]) -> Vec<PhoneSpan> {
    let weight = |s: &String| match Viseme::of(s) {
        Viseme::Open | Viseme::Mid | Viseme::Spread | Viseme::RoundOpen | Viseme::RoundNarrow => 1.5,
        _ => 1.0,
    };
    let mut phones = Vec::new();
    for (word, symbols) in words.iter().zip(sounds) {
        let total: f64 = symbols.iter().map(weight).sum();
        let mut at = word.span.start;
        for symbol in symbols {
            let end = at + word.span.seconds() * weight(symbol) / total;
            phones.extend(parts(symbol, at, end));
            at = end;
        }
    }
    phones
}
