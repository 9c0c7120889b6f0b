//! Voice bench: how like eight speakers of the media folder their dub sounds, with the stock voice chosen today and with it
//! fitted to them.
//!
//! `cargo run --release -p redub-speech --example voice_likeness -- [--steps 24] [--window 64] [--rates 0.02,0.02,0.004] [--print 1] [--share 0.85] [--sentences 10] [--out FOLDER]
//! [NAME …]`
//!
//! Every speaker's clip is transcribed, a voice is chosen as the program would, and the decoder is fitted to what they say. Then it
//! says sentences of `bench/sentences` in another language. Likeness is the cosine of CAM++ and GE2E voice prints of
//! dub and clip; fitting looks at GE2E, so CAM++ is the judge. `nearest` says whether the speaker is, of all, the one the dub is most like
//! (CAM++). `guarded` is what the program gives: a sentence that is not clear is said in a softer voice, and one that is not understood in
//! the stock voice; `in its room` is that with the reverberation of the clip, as the mix has it. Needs ffmpeg and the models.

use std::sync::Arc;
use std::time::Instant;

use redub_core::{Audio, Language, Span};
use redub_models::ModelStore;
use redub_speech::room::Reverb;
use redub_speech::speak::{Kokoro, Speak, SpeakRequest};
use redub_speech::transcribe::{Transcribe, Whisper, lines, wer};
use redub_speech::turns::{Diarize, NeuralDiarizer, VoicePrint};
use redub_speech::voices::fitted::{CLEAR, Course, OwnVoice, Piece, SHARE, SOFTER, chosen, learn};
use redub_speech::voices::ge2e::likeness;
use redub_speech::voices::{Bank, Ge2e, Matching, SpeakerSample, assign};

#[path = "../tests/clips/mod.rs"]
mod clips;

/// Clips of one speaker each, with their language and that of the dub.
const SPEAKERS: &[(&str, &str, &str)] = &[
    ("video/en_obama_address_450p_20s.mp4", "en", "es"),
    ("video/en_ted_multishot_burnedsubs_40s.mp4", "en", "es"),
    ("audio/fleurs/fleurs-en-002.ogg", "en", "es"),
    ("video/en_studio_beard_gestures_1080p_10s.mp4", "en", "es"),
    ("audio/fleurs/fleurs-fr-001.ogg", "fr", "en"),
    ("audio/azure_read/azure_es-ES.wav", "es", "en"),
    ("audio/azure_read/azure_pt-BR.wav", "pt", "en"),
    ("audio/fleurs/fleurs-pt-005.ogg", "pt", "es"),
];
/// Sentences spoken in the dub.
const SENTENCES: usize = 10;
/// The ways of speaking that are compared.
const WAYS: [&str; 4] = ["stock", "fitted", "guarded", "in its room"];
/// Error rate from which the program says a line of a fitted voice again in the stock voice.
const UNDERSTOOD: f64 = 0.2;

type Failure = Box<dyn std::error::Error>;

/// Everything that is loaded once.
struct Bench {
    kokoro: Kokoro,
    whisper: Whisper,
    prints: VoicePrint,
    second: Ge2e,
    diarizer: NeuralDiarizer,
    bank: Bank,
    course: Course,
    share: f32,
    sentences: usize,
    store: Arc<ModelStore>,
    out: Option<String>,
}

/// One way of speaking: its figures, and its voice print.
struct Figures {
    campplus: f32,
    ge2e: f32,
    errors: f64,
    print: Vec<f32>,
}

fn main() -> Result<(), Failure> {
    let (mut course, mut share, mut sentences) = (Course::default(), SHARE, SENTENCES);
    let (mut out, mut names) = (None, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--share" => share = value()?.parse()?,
            "--steps" => course.steps = value()?.parse()?,
            "--window" => course.window = value()?.parse()?,
            "--sentences" => sentences = value()?.parse()?,
            "--print" => course.print = value()?.parse()?,
            "--rates" => {
                let text = value()?;
                let mut rates = text.split(',').map(str::parse);
                course.rates = [(); 3].map(|()| rates.next().and_then(Result::ok).unwrap_or(1e-3));
            }
            "--out" => out = Some(value()?),
            _ => names.push(arg),
        }
    }
    let store = Arc::new(ModelStore::new(ModelStore::default_root()));
    let bench = Bench {
        kokoro: Kokoro::open(&store)?,
        whisper: Whisper::load(&store)?,
        prints: VoicePrint::load(&store, 1)?,
        second: Ge2e::load(&store, 1)?,
        diarizer: NeuralDiarizer::load(&store)?,
        bank: Bank::load()?,
        course,
        share,
        sentences,
        store,
        out,
    };
    println!(
        "| speaker | voice | seconds | stock: CAM++ | GE2E | WER | fitted | | | guarded | | | in its room | | | fit s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let (mut ways, mut owners) = (WAYS.map(|_| Vec::new()), Vec::new());
    for (file, from, to) in SPEAKERS {
        let wanted = names.is_empty() || names.iter().any(|n| file.contains(n.as_str()));
        let Some(path) = clips::clip(file).filter(|_| wanted) else { continue };
        let (found, own) = bench.speaker(&path, &from.parse()?, &to.parse()?)?;
        ways.iter_mut().zip(found).for_each(|(way, figures)| way.push(figures));
        owners.push(own);
    }
    let mean = |of: &[Figures], get: fn(&Figures) -> f64| of.iter().map(get).sum::<f64>() / of.len() as f64;
    for (name, of) in WAYS.into_iter().zip(&ways) {
        let nearest = |i: &usize| {
            let like = |j: usize| likeness(&of[*i].print, &owners[j]);
            (0..owners.len()).all(|j| like(j) <= like(*i))
        };
        println!(
            "{name}: CAM++ {:.3}, GE2E {:.3}, error rate {:.3}, nearest to their own speaker {} of {}",
            mean(of, |f| f64::from(f.campplus)),
            mean(of, |f| f64::from(f.ge2e)),
            mean(of, |f| f.errors),
            (0..of.len()).filter(nearest).count(),
            of.len()
        );
    }
    Ok(())
}

impl Bench {
    /// Prints a speaker's row; gives the figures of each way and the print of the speaker.
    fn speaker(
        &self,
        path: &std::path::Path,
        from: &Language,
        to: &Language,
    ) -> Result<([Figures; WAYS.len()], Vec<f32>), Failure> {
        let audio = clips::decode(path)?;
        let full = decode_24k(path)?;
        let turns = self.diarizer.turns(&audio, Some(1))?;
        let heard =
            self.whisper.transcribe(&audio, &turns.speech, Some(from), &mut redub_speech::progress::on)?;
        let (said, _) = lines(&heard.words, &turns);
        let own: Vec<f32> = said
            .iter()
            .flat_map(|l| l.span.samples(16_000, audio.len()).map(|i| audio[i]))
            .take(40 * 16_000)
            .collect();
        let sample = SpeakerSample { id: "S".into(), audio: own.clone(), gender: None };
        let choice =
            assign(&[sample], to, Matching::Matched, &self.prints, &self.bank)?.pop().ok_or("no voice")?;
        let clock = Instant::now();
        let request = |text: &str, language: &Language| SpeakRequest {
            f0_scale: choice.f0_scale,
            ..SpeakRequest::new(text, language.clone(), choice.voice.clone())
        };
        let said = chosen(said.iter().map(|l| l.words.as_slice()));
        let seconds: f64 = said.iter().map(|(_, span)| span.seconds()).sum();
        let piece = |(text, span): (String, Span)| Piece {
            text,
            sound: span.samples(24_000, full.len()).map(|i| full[i]).collect(),
            sound_16k: span.samples(16_000, audio.len()).map(|i| audio[i]).collect(),
        };
        let pieces: Vec<Piece> = said.into_iter().map(piece).collect();
        let fitted =
            learn(&self.kokoro, &self.store, &pieces, from, choice.gender, self.course, |_, _| Ok(()))?
                .map(Arc::new);
        let fit = clock.elapsed().as_secs_f64();

        let text = std::fs::read_to_string(format!(
            "{}/../../bench/sentences/{}.txt",
            env!("CARGO_MANIFEST_DIR"),
            to.primary()
        ))?;
        let sentences: Vec<&str> =
            text.lines().filter(|l| !l.trim().is_empty()).take(self.sentences).collect();
        let lines: Vec<SpeakRequest> = sentences.iter().map(|s| request(s, to)).collect();
        let at = |share: f32| -> Vec<SpeakRequest> {
            let own = fitted.clone().map(|voice| OwnVoice { voice, share });
            lines.iter().map(|l| SpeakRequest { own: own.clone(), ..l.clone() }).collect()
        };
        let said = |lines: &[SpeakRequest]| self.said(lines, &sentences, to);
        let (stock, full) = (said(&lines)?, said(&at(self.share))?);
        let softer = said(&at(SOFTER))?;
        let guarded = (0..full.len()).map(|i| {
            let mut best = &full[i];
            for (way, clear) in [(&softer, CLEAR), (&stock, UNDERSTOOD)] {
                best = if best.1 > clear && way[i].1 < best.1 { &way[i] } else { best };
            }
            best.clone()
        });
        let guarded: Vec<(Vec<f32>, f64)> = guarded.collect();
        let (answered, room) = in_room(&own, &guarded)?;
        let ways = [stock.clone(), full.clone(), guarded, self.heard(answered, &sentences, to)?];
        let print = self.prints.of(&own)?.ok_or("too short")?;
        let second = self.second.of(&own)?.ok_or("too short")?;
        let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        print!("| {name} | {} | {seconds:.1} |", choice.voice);
        let mut found = Vec::new();
        for (way, label) in ways.iter().zip(WAYS) {
            if let Some(folder) = &self.out {
                let sound: Vec<f32> = way.iter().flat_map(|(sound, _)| sound).copied().collect();
                write(&format!("{folder}/{name}.{label}.wav"), &sound)?;
            }
            let figures = self.judge(way, &print, &second)?;
            print!(" {:.3} | {:.3} | {:.3} |", figures.campplus, figures.ge2e, figures.errors);
            found.push(figures);
        }
        println!(" {fit:.1} | {room:?}");
        Ok((<[Figures; WAYS.len()]>::try_from(found).map_err(|_| "a way is missing")?, print))
    }

    /// Every line's sound, and how much of it is not understood.
    fn said(
        &self,
        lines: &[SpeakRequest],
        sentences: &[&str],
        language: &Language,
    ) -> Result<Vec<(Vec<f32>, f64)>, Failure> {
        let clips = self.kokoro.speak(lines)?.into_iter().map(|s| s.audio.samples).collect();
        self.heard(clips, sentences, language)
    }

    fn heard(
        &self,
        clips: Vec<Vec<f32>>,
        sentences: &[&str],
        language: &Language,
    ) -> Result<Vec<(Vec<f32>, f64)>, Failure> {
        let low: Vec<Vec<f32>> = clips.iter().map(|c| third_of_two(c)).collect();
        let slices: Vec<&[f32]> = low.iter().map(Vec::as_slice).collect();
        let heard = self.whisper.listen_many(&slices, language)?;
        let rate = |(s, h): (&&str, &String)| wer::spoken_error_rate(language, s, h);
        let errors: Vec<f64> = sentences.iter().zip(&heard).map(rate).collect();
        Ok(clips.into_iter().zip(errors).collect())
    }

    fn judge(&self, said: &[(Vec<f32>, f64)], print: &[f32], second: &[f32]) -> Result<Figures, Failure> {
        let low: Vec<f32> = said.iter().flat_map(|(sound, _)| third_of_two(sound)).collect();
        let own = self.prints.of(&low)?.ok_or("too short")?;
        Ok(Figures {
            campplus: likeness(&own, print),
            ge2e: likeness(&self.second.of(&low)?.ok_or("too short")?, second),
            errors: said.iter().map(|(_, errors)| errors).sum::<f64>() / said.len() as f64,
            print: own,
        })
    }
}

/// The lines in the room of the clip (16 kHz), where it has one.
fn in_room(own: &[f32], said: &[(Vec<f32>, f64)]) -> Result<(Vec<Vec<f32>>, Option<Reverb>), Failure> {
    let silent = |line: &(Vec<f32>, f64)| [line.0.clone(), vec![0.0; 7200]].concat();
    let dub = Audio::new(24_000, 1, said.iter().flat_map(silent).collect());
    let room = Reverb::between(&Audio::new(16_000, 1, own.to_vec()), &dub)?;
    let answer = |line: &(Vec<f32>, f64)| match &room {
        Some(room) => room.apply(&line.0, 24_000),
        None => Ok(line.0.clone()),
    };
    Ok((said.iter().map(answer).collect::<Result<_, _>>()?, room))
}

/// 24 kHz mono samples of a media file, decoded by ffmpeg.
fn decode_24k(path: &std::path::Path) -> Result<Vec<f32>, Failure> {
    let output = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vn", "-ac", "1", "-ar", "24000", "-f", "f32le", "-"])
        .output()?;
    Ok(output.stdout.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

/// 24 kHz to 16 kHz by a windowed sinc.
fn third_of_two(samples: &[f32]) -> Vec<f32> {
    const HALF: i64 = 24;
    let at = |i: i64| usize::try_from(i).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    let tap = |x: f64| {
        let turn = std::f64::consts::PI * x * 0.64;
        let sinc = if x.abs() < 1e-9 { 1.0 } else { turn.sin() / turn };
        let window = 0.5 + 0.5 * (std::f64::consts::PI * x / (HALF as f64 + 1.0)).cos();
        (0.64 * sinc * window) as f32
    };
    (0..samples.len() * 2 / 3)
        .map(|n| {
            let centre = n as f64 * 1.5;
            let first = centre.floor() as i64;
            (first - HALF..=first + HALF).map(|i| at(i) * tap(i as f64 - centre)).sum()
        })
        .collect()
}

fn write(path: &str, samples: &[f32]) -> Result<(), hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 24_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut file = hound::WavWriter::create(path, spec)?;
    samples.iter().try_for_each(|s| file.write_sample(*s))?;
    file.finalize()
}
