//! Diarization bench: the speakers found and the diarization error rate, as a Markdown table.
//!
//! `cargo run --release -p redub-speech --example diarization -- [--collar 0.25] [--hint] FILE=SPEAKERS[,RTTM] …`
//!
//! Without files the judging clips are taken (see `tests/clips`). The error rate is that of `redub_speech::turns::der`:
//! missed, false and confused speech over all reference speech, overlaps scored, `--collar` seconds (0.25) left out on both
//! sides of every reference border; with `--hint` every file is also diarized with its number of speakers given. `mean` is the mean over files, `all` that of their seconds together. Needs ffmpeg and
//! the models.

use std::path::PathBuf;
use std::time::Instant;

use redub_models::ModelStore;
use redub_speech::turns::der::{DiarizationError, diarization_error, parse_rttm};
use redub_speech::turns::{Diarize, NeuralDiarizer};

#[path = "../tests/clips/mod.rs"]
mod clips;

/// Clip, its reference turns if there are any, and the number of speakers.
const CLIPS: &[(&str, Option<&str>, usize)] = &[
    ("audio/diar/pyannote_sample.wav", Some("audio/diar/pyannote_sample.rttm"), 2),
    ("audio/diar/ami_dev00.wav", Some("audio/diar/ami_dev00.rttm"), 2),
    ("audio/diar/ami_trn03.wav", Some("audio/diar/ami_trn03.rttm"), 2),
    ("audio/diar/ami_trn05.wav", Some("audio/diar/ami_trn05.rttm"), 4),
    ("audio/diar/ami_trn09.wav", Some("audio/diar/ami_trn09.rttm"), 3),
    ("audio/diar/pyaa_diarizationExample.wav", Some("audio/diar/pyaa_diarizationExample.rttm"), 4),
    ("derived/grid_three_faces_one_speaking_dev.mp4", Some("refs/grid_three_faces_one_speaking_dev.rttm"), 3),
    ("derived/grid_five_speakers_shotcuts_dev.mp4", Some("refs/grid_five_speakers_shotcuts_dev.rttm"), 5),
    ("video/en_interview_two_speakers_40s.mp4", None, 2),
    ("audio/picovoice/leopard_diarization_3spk.wav", None, 3),
    ("audio/diar/azure_katiesteve_2spk.wav", None, 2),
    ("audio/diar/watson_es-ES_Narrowband_sample1.40s.wav", None, 2),
    ("audio/diar/watson_en-US_Broadband_sample1.40s.wav", None, 2),
    ("video/en_webcam_jordi_10s.mp4", None, 1),
    ("video/en_obama_address_450p_20s.mp4", None, 1),
    ("derived/obama_mono8k.mp4", None, 1),
    ("derived/obama_plus_music.mp4", None, 1),
    ("video/en_studio_beard_gestures_1080p_10s.mp4", None, 1),
    // A woman off screen asks.
    ("video/es_man_sunglasses_10s.mp4", None, 2),
    // A voice-over before the presenter.
    ("video/en_presenter_graphics_music_vp8_30s.webm", None, 2),
    ("video/en_ted_multishot_burnedsubs_40s.mp4", None, 1),
    ("audio/azure_read/azure_en-US.wav", None, 1),
    ("audio/azure_read/azure_de-DE.wav", None, 1),
    ("audio/fleurs/fleurs-fr-001.ogg", None, 1),
    ("video/xx_cartoon_music_nospeech_28s.mp4", None, 0),
];

/// A file to judge.
struct Case {
    name: String,
    sound: PathBuf,
    rttm: Option<PathBuf>,
    speakers: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut collar = 0.25;
    let mut hint = false;
    let mut cases = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        if arg == "--collar" {
            collar = args.next().ok_or("--collar needs seconds")?.parse()?;
            continue;
        }
        if arg == "--hint" {
            hint = true;
            continue;
        }
        let (file, truth) = arg.split_once('=').ok_or("expected FILE=SPEAKERS[,RTTM]")?;
        let (speakers, rttm) = truth.split_once(',').map_or((truth, None), |(n, r)| (n, Some(r)));
        let (name, speakers) = (file.to_owned(), speakers.parse()?);
        cases.push(Case { name, sound: file.into(), rttm: rttm.map(PathBuf::from), speakers });
    }
    if cases.is_empty() {
        let case = |(name, rttm, speakers): &(&str, Option<&str>, usize)| {
            let rttm = rttm.and_then(clips::clip);
            Some(Case { name: (*name).to_owned(), sound: clips::clip(name)?, rttm, speakers: *speakers })
        };
        cases = CLIPS.iter().filter_map(case).collect();
    }
    judge(&cases, collar, hint)
}

fn judge(cases: &[Case], collar: f64, hint: bool) -> Result<(), Box<dyn std::error::Error>> {
    let diarizer = NeuralDiarizer::load(&ModelStore::new(ModelStore::default_root()))?;
    let (mut total, mut rates, mut right) = (DiarizationError::default(), Vec::new(), 0);
    println!("| file | speakers | of | with hint | DER | missed | false | confused | s/s |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for case in cases {
        let audio = clips::decode(&case.sound)?;
        let clock = Instant::now();
        let turns = diarizer.turns(&audio, None)?;
        let speed = clock.elapsed().as_secs_f64() / (audio.len() as f64 / 16_000.0);
        let hinted = match hint {
            true => diarizer.turns(&audio, Some(case.speakers.max(1)))?.speakers.to_string(),
            false => "-".to_owned(),
        };
        let mut scores = "- | - | - | -".to_owned();
        if let Some(path) = &case.rttm {
            let e = diarization_error(&parse_rttm(&std::fs::read_to_string(path)?), &turns.turns, collar);
            let share = |part: f64| format!("{:.3}", part / e.reference);
            scores = [e.missed, e.false_alarm, e.confusion].map(share).join(" | ");
            scores = format!("{:.3} | {scores}", e.rate());
            rates.push(e.rate());
            total.missed += e.missed;
            total.false_alarm += e.false_alarm;
            total.confusion += e.confusion;
            total.reference += e.reference;
        }
        right += usize::from(turns.speakers == case.speakers);
        println!(
            "| {} | {} | {} | {} | {scores} | {speed:.3} |",
            case.name, turns.speakers, case.speakers, hinted
        );
    }
    let mean = rates.iter().sum::<f64>() / rates.len().max(1) as f64;
    println!("\n{} of {} files with the right number of speakers", right, cases.len());
    println!("DER, collar {collar}: mean {mean:.3}, all {:.3}", total.rate());
    Ok(())
}
