//! What `redub voices` is told.

use std::path::PathBuf;

use clap::Subcommand;
use redub_core::Language;
use redub_speech::voices::Voice;

use super::seconds;

/// `redub voices`.
#[derive(Debug, Subcommand)]
pub enum VoicesCommand {
    /// List the voices with gender, pitch and the language they were trained on.
    List {
        /// Only those trained on this language.
        #[arg(long, value_name = "LANG")]
        language: Option<Language>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Learn a person's voice from a video or sound, and keep it by name. You need their consent: see docs/guide/consent.md.
    Learn {
        /// The file or http(s) address; 16 seconds of clear speech are best, 5 are enough.
        input: String,
        /// What to call the voice: letters, digits and _.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// Whose voice, where several are heard: S1 is who speaks first.
        #[arg(long, value_name = "SPEAKER")]
        speaker: Option<String>,
        /// Language spoken [default: heard]
        #[arg(long, value_name = "LANG")]
        from: Option<Language>,
        /// How many people speak, as a hint.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=10))]
        speaker_num: Option<u8>,
        /// Listen from this second on.
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        start: Option<f64>,
        /// Listen up to this second.
        #[arg(long, value_name = "SECONDS", value_parser = seconds)]
        end: Option<f64>,
    },
    /// Forget a voice that was learnt.
    Forget {
        /// Its name.
        name: String,
    },
    /// Show what a voice or a mixture is made of, and which others are near it.
    Show {
        /// A name such as em_alex, or a mixture such as em_alex*0.7+em_santa*0.3.
        voice: Voice,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Speak a text with a voice.
    Try {
        /// A name or a mixture.
        voice: Voice,
        /// What to say.
        text: String,
        /// In which language [default: the voice's own]
        #[arg(long, value_name = "LANG")]
        language: Option<Language>,
        /// Factor on the voice's pitch, 0.5 to 2.
        #[arg(long, default_value = "1", value_name = "FACTOR", value_parser = pitch)]
        pitch: f32,
        /// The wav file to write.
        #[arg(long, short, value_name = "FILE", default_value = "voice.wav")]
        output: PathBuf,
    },
}

fn pitch(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "expected a factor such as 1.1".to_owned())?;
    if (0.5..=2.0).contains(&value) { Ok(value) } else { Err("expected a factor from 0.5 to 2".to_owned()) }
}
