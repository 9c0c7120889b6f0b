//! Prints what is said in a file, by whom and when: `hear FILE [speakers]` (needs ffmpeg and the models).

use std::process::ExitCode;
use std::time::Instant;

use redub_models::ModelStore;
use redub_speech::transcribe::{Transcribe, Whisper, lines};
use redub_speech::turns::{Diarize, NeuralDiarizer};

#[path = "../tests/clips/mod.rs"]
mod clips;

fn main() -> ExitCode {
    match hear() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn hear() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("usage: hear FILE [speakers]")?;
    let hint = args.next().map(|n| n.parse()).transpose()?;
    let audio = clips::decode(file.as_ref())?;
    let seconds = audio.len() as f64 / 16_000.0;
    let store = ModelStore::new(ModelStore::default_root());

    let diarizer = NeuralDiarizer::load(&store)?;
    let clock = Instant::now();
    let turns = diarizer.turns(&audio, hint)?;
    println!(
        "{seconds:.1} s, {} speakers, {:.1} s of speech ({:.2} s)",
        turns.speakers,
        turns.speech_seconds(),
        clock.elapsed().as_secs_f64()
    );
    if let Some(note) = &turns.note {
        println!("note: {note}");
    }

    let whisper = Whisper::load(&store)?;
    let clock = Instant::now();
    let heard = match whisper.transcribe(&audio, &turns.speech, None, &mut redub_speech::progress::on) {
        Err(redub_speech::SpeechError::NoSpeech) => {
            println!("no speech");
            return Ok(());
        }
        other => other?,
    };
    println!(
        "{} ({:.2}), {:.2} s",
        heard.language,
        heard.language_probability,
        clock.elapsed().as_secs_f64()
    );
    for part in &heard.segments {
        println!(
            "  {:6.2}-{:6.2} no-speech {:.2} log-probability {:.2} compression {:.2}",
            part.span.start,
            part.span.end,
            part.no_speech_probability,
            part.average_logprob,
            part.compression
        );
    }
    for part in &heard.dropped {
        println!("  dropped {:6.2}-{:6.2} {:?}: {}", part.span.start, part.span.end, part.text, part.reason);
    }
    let (lines, speakers) = lines(&heard.words, &turns);
    for line in &lines {
        println!("{:7.2}-{:7.2} {} {}", line.span.start, line.span.end, line.speaker, line.text);
        if std::env::var_os("HEAR_WORDS").is_some() {
            for word in &line.words {
                println!(
                    "      {:7.2}-{:7.2} {:.2} {}",
                    word.span.start, word.span.end, word.probability, word.text
                );
            }
        }
    }
    for speaker in speakers {
        println!("{}: {:.1} s", speaker.id, speaker.seconds);
    }
    Ok(())
}
