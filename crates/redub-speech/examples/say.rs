//! Speaks a text and prints its words and sounds with their times.
//!
//! `cargo run --release -p redub-speech --example say -- "Hola a todos" --language es --voice em_alex -o out.wav`
//! Every further text gives a numbered file of its own; `--seconds` fits each to a length, `--measure` only
//! prints lengths, `--rate` and `--pitch` are factors.

use std::sync::Arc;
use std::time::Instant;

use redub_models::ModelStore;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut texts = Vec::new();
    let (mut language, mut voice, mut out) = ("en".to_owned(), "af_heart".to_owned(), "out.wav".to_owned());
    let (mut seconds, mut rate, mut pitch, mut measure, mut workers) = (None, 1.0, 1.0, false, None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--language" => language = value()?,
            "--voice" => voice = value()?,
            "-o" => out = value()?,
            "--seconds" => seconds = Some(value()?.parse()?),
            "--rate" => rate = value()?.parse()?,
            "--pitch" => pitch = value()?.parse()?,
            "--workers" => workers = Some(value()?.parse()?),
            "--lines" => texts.extend(std::fs::read_to_string(value()?)?.lines().map(str::to_owned)),
            "--measure" => measure = true,
            _ => texts.push(arg),
        }
    }
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    let kokoro = match workers {
        Some(workers) => Kokoro::with_workers(&store, workers, (2 / workers).max(1))?,
        None => Kokoro::open(&store)?,
    };
    let (language, voice) = (language.parse()?, voice.parse()?);
    let request = |text: &String| SpeakRequest {
        rate,
        f0_scale: pitch,
        target_seconds: seconds,
        ..SpeakRequest::new(text, Clone::clone(&language), Clone::clone(&voice))
    };
    let lines: Vec<SpeakRequest> = texts.iter().map(request).collect();

    let started = Instant::now();
    if measure {
        println!("{:.3?} in {:.3} s", kokoro.measure(&lines)?, started.elapsed().as_secs_f64());
        return Ok(());
    }
    let spoken = kokoro.speak(&lines)?;
    let (work, sound) =
        (started.elapsed().as_secs_f64(), spoken.iter().map(|s| s.audio.seconds()).sum::<f64>());
    eprintln!("{sound:.2} s of speech in {work:.2} s (RTF {:.2})", work / sound);
    for (i, line) in spoken.iter().enumerate() {
        let path = if i == 0 { out.clone() } else { out.replace(".wav", &format!("-{i}.wav")) };
        write(&path, line.audio.rate, &line.audio.samples)?;
        println!(
            "{path}: {:.3} s, {:.3} s at the voice's own rate",
            line.audio.seconds(),
            line.natural_seconds
        );
        let words = line.words.iter().map(|(w, s)| format!("{w}[{:.2}-{:.2}]", s.start, s.end));
        println!("  {}", words.collect::<Vec<_>>().join(" "));
        let phones = line.phones.iter().map(|p| format!("{}:{:.0}", p.symbol, 1000.0 * p.span.seconds()));
        println!("  {}", phones.collect::<Vec<_>>().join(" "));
    }
    Ok(())
}

fn write(path: &str, rate: u32, samples: &[f32]) -> Result<(), hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec)?;
    samples.iter().try_for_each(|s| file.write_sample(*s))?;
    file.finalize()
}
