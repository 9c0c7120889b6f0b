//! Which room speech is heard in.
//!
//! `cargo run --release --workspace --example room -- CLIP… [--in SECONDS,DB]`
//!
//! Compares every clip with sentences of `bench/sentences` said by a stock voice, as the mix compares a source with its dub, and
//! prints the room found. `--in` puts the clips into a made-up room first, whose echoes the estimate knows nothing of. Needs ffmpeg and
//! the models.

use std::sync::Arc;

use redub_core::Audio;
use redub_models::ModelStore;
use redub_speech::room::Reverb;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::voices::Voice;

#[path = "../tests/clips/mod.rs"]
mod clips;

/// Sentences the stock voice says.
const SENTENCES: usize = 8;
/// Silence behind each, seconds.
const BEHIND: f32 = 0.3;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let (mut made_up, mut files) = (None, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        if arg == "--in" {
            let value = args.next().ok_or("--in needs SECONDS,DB")?;
            let (seconds, level_db) = value.split_once(',').ok_or("--in needs SECONDS,DB")?;
            made_up = Some((seconds.parse::<f32>()?, level_db.parse::<f32>()?));
        } else {
            files.push(arg);
        }
    }
    let dry = dry()?;
    for file in files {
        let mut heard = clips::decode(std::path::Path::new(&file))?;
        if let Some((seconds, level_db)) = made_up {
            heard = in_room(&heard, seconds, level_db);
        }
        let found = match Reverb::between(&Audio::new(16_000, 1, heard), &dry)? {
            Some(room) => format!("{:.2} s at {:.0} dB", room.seconds, room.level_db),
            None => "none".into(),
        };
        println!("{file}: {found}");
    }
    Ok(())
}

/// What a voice sounds like in no room.
fn dry() -> Result<Audio, Failure> {
    let kokoro = Kokoro::open(&Arc::new(ModelStore::new(ModelStore::default_root())))?;
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/sentences/en.txt"))?;
    let line = |text: &str| {
        Ok::<_, Failure>(SpeakRequest::new(text, "en".parse()?, Voice::named("af_heart".to_owned())))
    };
    let lines = text.lines().take(SENTENCES).map(line).collect::<Result<Vec<_>, _>>()?;
    let mut all = Vec::new();
    let mut rate = 0;
    for said in kokoro.speak(&lines)? {
        rate = said.audio.rate;
        all.extend(said.audio.samples);
        all.resize(all.len() + (BEHIND * rate as f32) as usize, 0.0);
    }
    Ok(Audio::new(rate, 1, all))
}

/// Sparse echoes of either sign, four thousand a second, dying away (velvet noise, Karjalainen and Järveläinen 2007): nothing
/// in common with the response that the mix would use.
fn in_room(dry: &[f32], seconds: f32, level_db: f32) -> Vec<f32> {
    let mut state = 12_345u32;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (state >> 16) as f32 / 65_536.0
    };
    let (mut echoes, mut at) = (Vec::new(), 0.005);
    while at < 1.2 * seconds {
        let sign = if next() < 0.5 { -1.0 } else { 1.0 };
        echoes.push(((at * 16_000.0) as usize, sign * 10f32.powf(-3.0 * at / seconds)));
        at += next() * 2.0 / 4000.0;
    }
    let energy: f32 = echoes.iter().map(|(_, gain)| gain * gain).sum();
    let scale = 10f32.powf(level_db / 20.0) / energy.sqrt();
    let mut wet = dry.to_vec();
    for (delay, gain) in echoes {
        wet.iter_mut().skip(delay).zip(dry).for_each(|(w, d)| *w += gain * scale * d);
    }
    wet
}
