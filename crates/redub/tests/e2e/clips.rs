//! The clips that say whether the product works, each into a language.

use std::path::Path;

use redub_core::{Audio, Language};
use redub_media::audio::{self, Channels};
use redub_models::ModelStore;
use redub_speech::stems::Splitter;
use redub_speech::transcribe::{Transcribe, Whisper, wer};
use redub_speech::turns::{Diarize, NeuralDiarizer};

use crate::support::{clip, figure, finish, output, translate};

/// The sound of a file's first track.
fn sound(path: &Path, rate: u32, channels: Channels) -> Audio {
    let info = redub_media::probe(path).unwrap();
    audio::decode(path, info.main_audio().unwrap(), rate, channels, None).unwrap()
}

/// Listens to finished files as a stranger would: music, ducking and all.
struct Listener {
    diarizer: NeuralDiarizer,
    recogniser: Whisper,
}

impl Listener {
    fn new() -> Self {
        let store = ModelStore::new(ModelStore::default_root());
        let (diarizer, recogniser) = (NeuralDiarizer::load(&store), Whisper::load(&store));
        Self { diarizer: diarizer.unwrap(), recogniser: recogniser.unwrap() }
    }

    /// Words of the file that differ from `text`, over the words of `text`.
    fn error_rate(&self, path: &Path, language: &str, text: &str) -> f64 {
        let sound = sound(path, 16_000, Channels::Mono).samples;
        let speech = self.diarizer.turns(&sound, None).unwrap().speech;
        let to: Language = language.parse().unwrap();
        let heard =
            self.recogniser.transcribe(&sound, &speech, Some(&to), &mut redub_speech::progress::on).unwrap();
        let words: Vec<&str> = heard.words.iter().map(|w| w.text.trim()).collect();
        wer::error_rate(language, text, &words.join(" "))
    }
}

/// Clip, languages, speakers.
const CLIPS: &[(&str, &str, u64)] = &[
    ("video/en_webcam_jordi_10s.mp4", "es,pt", 1),
    ("video/en_obama_address_450p_20s.mp4", "es", 1),
    ("video/en_studio_beard_gestures_1080p_10s.mp4", "pt", 1),
    // A woman off screen asks (252 Hz), the man answers (107 Hz).
    ("video/es_man_sunglasses_10s.mp4", "en", 2),
    ("video/en_interview_two_speakers_40s.mp4", "es", 2),
    ("derived/obama_plus_music.mp4", "pt", 1),
    // A voice-over (131 Hz) before the presenter (105 Hz).
    ("video/en_presenter_graphics_music_vp8_30s.webm", "pt", 2),
];

#[test]
fn real_clips_are_dubbed_well() {
    let listener = Listener::new();
    let (mut errors, mut errors_of_files) = (Vec::new(), Vec::new());
    let mut within = Vec::new();
    for (name, languages, speakers) in CLIPS {
        let Some(path) = clip(name) else { return };
        let out = tempfile::tempdir().unwrap();
        finish(&mut translate(&path, languages, out.path(), &[])).ok();
        for language in languages.split(',') {
            let made = output(out.path(), language);
            let file = out.path().join(made["file"].as_str().unwrap());
            let details = made["details"].as_array().unwrap();
            let said: Vec<&str> = details.iter().map(|d| d["target_text"].as_str().unwrap()).collect();
            errors_of_files.push(listener.error_rate(&file, language, &said.join(" ")));
            let (source, result) = (redub_media::probe(&path).unwrap(), redub_media::probe(&file).unwrap());
            let added = figure(&made, "output_seconds") - source.video.unwrap().duration_s;
            let off = result.duration_s - source.duration_s - added;
            assert!(added > -0.05 && off.abs() < 0.1, "{name} {language}: {added:+.3} s, off by {off:+.3} s");
            let (wer, drift) = (figure(&made, "listen_back_wer"), figure(&made, "start_drift_ms_max"));
            eprintln!(
                "{name} {language}: wer {wer:.3} of the file {:.3} drift {drift:.0} ms good speed {:.2} frames {} loudness {:+.2} work {:.1} s",
                errors_of_files.last().unwrap(),
                figure(&made, "speed_factor_within"),
                made["frames_rerendered"],
                figure(&made, "loudness_difference_lu"),
                figure(&made, "work_seconds"),
            );
            assert!(drift <= 80.0, "{name} {language}: {made}");
            assert!(figure(&made, "loudness_difference_lu").abs() <= 1.0, "{name} {language}: {made}");
            assert_eq!(made["speakers"], *speakers, "{name}");
            // A man in his living room, one before a studio's curtains (against some voices it answers a little), and music,
            // whose end is no room's.
            let rooms = made["rooms"].as_object().unwrap().len();
            let seconds = made["rooms"]["S1"]["seconds"].as_f64();
            match *name {
                "video/en_webcam_jordi_10s.mp4" => assert_eq!(rooms, 1, "{made}"),
                "video/en_studio_beard_gestures_1080p_10s.mp4" => {
                    assert!(seconds.is_none_or(|s| s <= 0.25), "{made}");
                }
                "derived/obama_plus_music.mp4" => assert_eq!(rooms, 0, "{made}"),
                _ => (),
            }
            errors.push(wer);
            let lines = figure(&made, "lines");
            within.push((figure(&made, "speed_factor_within") * lines, lines));
        }
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!(mean <= 0.20, "mean listen-back error {mean:.3}: {errors:?}");
    let mean = errors_of_files.iter().sum::<f64>() / errors_of_files.len() as f64;
    assert!(mean <= 0.20, "mean error of the finished files {mean:.3}: {errors_of_files:?}");
    let good = within.iter().map(|w| w.0).sum::<f64>() / within.iter().map(|w| w.1).sum::<f64>();
    assert!(good >= 0.95, "{good:.3} of all lines at a good speed");
}

/// Energy of `of` over that of its difference to `from`, dB, at the samples where `counts`.
fn ratio_db(of: &[f32], from: &[f32], counts: impl Fn(usize) -> bool) -> f64 {
    let (mut signal, mut error) = (0.0, 0.0);
    for (_, (a, b)) in of.iter().zip(from).enumerate().filter(|(i, _)| counts(*i)) {
        signal += f64::from(*a).powi(2);
        error += f64::from(a - b).powi(2);
    }
    10.0 * (signal / error).log10()
}

#[test]
fn music_survives_the_separation() {
    let (Some(mixed), Some(clean)) =
        (clip("derived/obama_plus_music.mp4"), clip("video/en_obama_address_450p_20s.mp4"))
    else {
        return;
    };
    let (mixed, clean) = (sound(&mixed, 48_000, Channels::Stereo), sound(&clean, 48_000, Channels::Stereo));
    // The clip was mixed from the other one, sample for sample.
    let music: Vec<f32> = mixed.samples.iter().zip(&clean.samples).map(|(m, c)| m - c).collect();
    let splitter = Splitter::load(&ModelStore::new(ModelStore::default_root())).unwrap();
    let bed = splitter.split(&mixed, &mut redub_speech::progress::on).unwrap().background.samples;
    let block = 4800;
    let level = |i: usize| redub_core::audio::rms(&clean.samples[i / block * block..][..block]);
    let (all, pauses) = (
        ratio_db(&music, &bed, |_| true),
        ratio_db(&music, &bed, |i| (i / block + 1) * block < clean.samples.len() && level(i) < 1e-3),
    );
    eprintln!("bed against the music alone: {all:.1} dB, in the pauses {pauses:.1} dB");
    assert!(all > 9.5 && pauses > 15.0, "{all:.1} dB, in the pauses {pauses:.1} dB");
}
