//! Prints the number of speakers and the diarization error rate of the judging clips (needs ffmpeg and the models).

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
    ("video/es_man_sunglasses_10s.mp4", None, 1),
    ("video/en_presenter_graphics_music_vp8_30s.webm", None, 1),
    ("video/en_ted_multishot_burnedsubs_40s.mp4", None, 1),
    ("audio/azure_read/azure_en-US.wav", None, 1),
    ("audio/azure_read/azure_de-DE.wav", None, 1),
    ("audio/fleurs/fleurs-fr-001.ogg", None, 1),
    ("video/xx_cartoon_music_nospeech_28s.mp4", None, 0),
];

/// Seconds left out around each border of the reference.
const COLLAR: f64 = 0.25;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let diarizer = NeuralDiarizer::load(&ModelStore::new(ModelStore::default_root()))?;
    let mut total = DiarizationError::default();
    println!("{:<48} speakers hinted    DER  missed false confused  s/s", "clip");
    for (name, rttm, truth) in CLIPS {
        let Some(path) = clips::clip(name) else { continue };
        let audio = clips::decode(&path)?;
        let clock = Instant::now();
        let turns = diarizer.turns(&audio, None)?;
        let speed = clock.elapsed().as_secs_f64() / (audio.len() as f64 / 16_000.0);
        let hinted = diarizer.turns(&audio, Some((*truth).max(1)))?;
        let scores = match rttm.and_then(clips::clip) {
            Some(path) => {
                let e = diarization_error(&parse_rttm(&std::fs::read_to_string(path)?), &turns.turns, COLLAR);
                total.missed += e.missed;
                total.false_alarm += e.false_alarm;
                total.confusion += e.confusion;
                total.reference += e.reference;
                let share = |part: f64| 100.0 * part / e.reference;
                format!(
                    "{:5.1}%  {:5.1} {:5.1} {:5.1}",
                    100.0 * e.rate(),
                    share(e.missed),
                    share(e.false_alarm),
                    share(e.confusion)
                )
            }
            None => format!("{:>6}  {:>5} {:>5} {:>5}", "-", "-", "-", "-"),
        };
        let mark = if turns.speakers == *truth { ' ' } else { '!' };
        println!(
            "{name:<48} {}/{truth}{mark} {:>8}    {scores}   {speed:.3}",
            turns.speakers, hinted.speakers
        );
    }
    println!("all with reference: {:.1}%", 100.0 * total.rate());
    Ok(())
}
