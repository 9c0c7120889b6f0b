//! Prints word (or character) error rates and speed of the recogniser on the judging clips, by full transcription and
//! by listening back (needs ffmpeg and the models). `REDUB_WHISPER` names another model of the store.

use std::time::Instant;

use redub_core::Language;
use redub_models::ModelStore;
use redub_speech::transcribe::lines::join;
use redub_speech::transcribe::wer::error_rate;
use redub_speech::transcribe::{Transcribe, Whisper};
use redub_speech::turns::{SileroVad, VadSettings};

#[path = "../tests/clips/mod.rs"]
mod clips;

/// Name of a set, its language and its clips (without ending; the text stands beside).
fn sets() -> Vec<(String, &'static str, Vec<String>)> {
    let fleurs = ["en", "es", "pt", "fr", "de"].map(|language| {
        let names = (0..6).map(|i| format!("audio/fleurs/fleurs-{language}-{i:03}.ogg")).collect();
        (format!("fleurs {language}"), language, names)
    });
    let leopard = ["en", "de", "es", "ja", "pt"].map(|language| {
        (
            format!("leopard {language}"),
            language,
            vec![format!("audio/picovoice/leopard_test_{language}.wav")],
        )
    });
    let others = [
        ("jfk".to_owned(), "en", vec!["audio/other/en_jfk.wav".to_owned()]),
        ("aishell zh".to_owned(), "zh", vec!["audio/other/zh_aishell_BAC009S0724W0121.wav".to_owned()]),
    ];
    fleurs.into_iter().chain(leopard).chain(others).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = ModelStore::new(ModelStore::default_root());
    let vad = SileroVad::load(&store)?;
    let model = std::env::var("REDUB_WHISPER").unwrap_or_else(|_| "whisper-base".to_owned());
    let whisper = Whisper::load_model(&store, &model)?;
    println!(
        "{:<12} {:>6} {:>10} {:>10} {:>12} {:>12}",
        "set", "found", "transcribe", "listen", "s/s", "listen s/s"
    );
    for (set, language, names) in sets() {
        let expected: Language = language.parse()?;
        let (mut errors, mut listened, mut seconds, mut work, mut found) = (0.0, 0.0, 0.0, 0.0, 0);
        let (mut audios, mut texts) = (Vec::new(), Vec::new());
        for name in &names {
            let Some(path) = clips::clip(name) else { continue };
            audios.push(clips::decode(&path)?);
            texts.push(std::fs::read_to_string(path.with_extension("txt"))?);
        }
        for (audio, text) in audios.iter().zip(&texts) {
            let speech = vad.speech(audio, &VadSettings::default())?;
            let clock = Instant::now();
            let heard =
                whisper.transcribe(audio, &speech, Some(&expected), &mut redub_speech::progress::on)?;
            work += clock.elapsed().as_secs_f64();
            seconds += audio.len() as f64 / 16_000.0;
            errors += error_rate(language, text, &join(&heard.words));
            found += usize::from(
                whisper.detect_language(audio, &speech)?.first().is_some_and(|l| l.0 == expected),
            );
        }
        let clock = Instant::now();
        let refs: Vec<&[f32]> = audios.iter().map(Vec::as_slice).collect();
        for (text, heard) in texts.iter().zip(whisper.listen_many(&refs, &expected)?) {
            listened += error_rate(language, text, &heard);
        }
        let n = audios.len().max(1) as f64;
        println!(
            "{set:<12} {found:>4}/{} {:>10.3} {:>10.3} {:>12.3} {:>12.3}",
            audios.len(),
            errors / n,
            listened / n,
            work / seconds,
            clock.elapsed().as_secs_f64() / seconds
        );
    }
    Ok(())
}
