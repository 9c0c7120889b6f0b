//! Hears speakers in 16 kHz mono WAV files (one speaker each) and gives each a voice.
//!
//! `cargo run --release -p redub-speech --example match_voices -- es a.wav b.wav`

use redub_models::ModelStore;
use redub_speech::turns::VoicePrint;
use redub_speech::voices::{Bank, Matching, SpeakerSample, assign, gender, pitch, tract};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let language = args.next().ok_or("usage: match_voices LANGUAGE FILE…")?.parse()?;
    let store = ModelStore::new(ModelStore::default_root());
    let (prints, bank) = (VoicePrint::load(&store, 1)?, Bank::load()?);
    let mut speakers = Vec::new();
    for path in args {
        let mut file = hound::WavReader::open(&path)?;
        let audio =
            file.samples::<i16>().map(|s| s.map(|v| f32::from(v) / 32768.0)).collect::<Result<_, _>>()?;
        speakers.push(SpeakerSample { id: path, audio, gender: None });
    }
    for (choice, sample) in
        assign(&speakers, &language, Matching::Matched, &prints, &bank)?.iter().zip(&speakers)
    {
        let (heard, spacing) = (pitch::pitch(&sample.audio), tract::formant_spacing(&sample.audio)?);
        println!(
            "{:20} {:+.2} (low {:.0} Hz {:+.2}, formants {:.0} Hz {:+.2}) {} f0 x{:.2}: {}",
            choice.speaker.rsplit('/').next().unwrap_or_default(),
            gender::evidence(heard, spacing),
            heard.map_or(0.0, |p| p.low_hz),
            gender::evidence(heard, None),
            spacing.unwrap_or_default(),
            gender::evidence(None, spacing),
            choice.voice,
            choice.f0_scale,
            choice.reason
        );
    }
    Ok(())
}
