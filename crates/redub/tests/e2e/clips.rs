//! The clips that say whether the product works, each into a language.

use crate::support::{clip, figure, finish, output, translate};

/// Clip, languages, speakers.
const CLIPS: &[(&str, &str, u64)] = &[
    ("video/en_webcam_jordi_10s.mp4", "es,pt", 1),
    ("video/en_obama_address_450p_20s.mp4", "es,pt", 1),
    ("video/en_studio_beard_gestures_1080p_10s.mp4", "es,pt", 1),
    ("video/es_man_sunglasses_10s.mp4", "en,pt", 1),
    ("video/en_interview_two_speakers_40s.mp4", "es,pt", 2),
    ("derived/obama_plus_music.mp4", "es,pt", 1),
    ("video/en_presenter_graphics_music_vp8_30s.webm", "es,pt", 1),
];

#[test]
fn real_clips_are_dubbed_well() {
    let mut errors = Vec::new();
    let mut within = Vec::new();
    for (name, languages, speakers) in CLIPS {
        let Some(path) = clip(name) else { return };
        let out = tempfile::tempdir().unwrap();
        finish(&mut translate(&path, languages, out.path(), &[])).ok();
        for language in languages.split(',') {
            let made = output(out.path(), language);
            let (wer, drift) = (figure(&made, "listen_back_wer"), figure(&made, "start_drift_ms_max"));
            eprintln!(
                "{name} {language}: wer {wer:.3} drift {drift:.0} ms good speed {:.2} frames {} loudness {:+.2} work {:.1} s",
                figure(&made, "speed_factor_within"),
                made["frames_rerendered"],
                figure(&made, "loudness_difference_lu"),
                figure(&made, "work_seconds"),
            );
            assert!(drift <= 80.0, "{name} {language}: {made}");
            assert!(figure(&made, "loudness_difference_lu").abs() <= 1.0, "{name} {language}: {made}");
            assert_eq!(made["speakers"], *speakers, "{name}");
            errors.push(wer);
            let lines = figure(&made, "lines");
            within.push((figure(&made, "speed_factor_within") * lines, lines));
        }
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!(mean <= 0.20, "mean listen-back error {mean:.3}: {errors:?}");
    let good = within.iter().map(|w| w.0).sum::<f64>() / within.iter().map(|w| w.1).sum::<f64>();
    assert!(good >= 0.95, "{good:.3} of all lines at a good speed");
}
