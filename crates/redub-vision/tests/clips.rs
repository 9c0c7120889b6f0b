//! Tracking, shots and who speaks, on clips.

use std::collections::BTreeSet;
use std::process::Command;

use redub_core::Span;
use redub_vision::gate::{GateSettings, gate};
use redub_vision::speaking::who_speaks;

mod common;

const MODELS: [&str; 4] = [
    "face-detection/face_detection_full_range.onnx",
    "face-detection/face_detection_short_range.onnx",
    "face-landmarks/face_landmarks_attention.onnx",
    "palm-detection/palm_detection_lite.onnx",
];

#[test]
fn every_cut_begins_a_shot_with_its_own_face() {
    let Some(store) = common::models(&MODELS) else { return };
    let Some(clip) = common::shared("media/derived/grid_five_speakers_shotcuts_dev.mp4") else { return };
    let faces = common::track(&store, &clip, (360, 288), 25.0, 250);
    assert_eq!(faces.shots.iter().map(|s| s.first).collect::<Vec<_>>(), [0, 75, 150, 225]);
    let spans: Vec<_> = faces.tracks.iter().map(|t| (t.shot, t.first(), t.end())).collect();
    assert_eq!(spans, [(0, 0, 75), (1, 75, 150), (2, 150, 225), (3, 225, 250)]);
    let sure = faces.tracks.iter().flat_map(|t| &t.observations).filter(|o| o.confidence > 0.9).count();
    assert!(sure > 240, "{sure} of 250");
}

#[test]
fn a_cartoon_has_no_face() {
    let Some(store) = common::models(&MODELS) else { return };
    let Some(clip) = common::shared("media/video/xx_cartoon_music_nospeech_28s.mp4") else { return };
    let faces = common::track(&store, &clip, (854, 480), 23.98, 120);
    assert!(
        faces.tracks.is_empty(),
        "{:?}",
        faces.tracks.iter().map(|t| (t.first(), t.end())).collect::<Vec<_>>()
    );
}

#[test]
fn of_three_faces_the_one_whose_lips_fit_the_sound_speaks() {
    let Some(store) = common::models(&MODELS) else { return };
    let Some(clip) = common::shared("media/derived/grid_three_faces_one_speaking_dev.mp4") else { return };
    let faces = common::track(&store, &clip, (1080, 288), 25.0, 225);
    assert_eq!(faces.tracks.len(), 3);
    let sound = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&clip)
        .args(["-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .output()
        .unwrap();
    let audio: Vec<f32> =
        sound.stdout.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let times: Vec<f64> = (0..225).map(|i| f64::from(i) / 25.0).collect();
    // From the clip's reference turns: the left, the middle, then the right one speaks.
    let lines = [(0.962, 1.180, "a"), (3.514, 1.596, "b"), (6.450, 1.628, "c")]
        .map(|(start, length, who)| (Span::new(start, start + length), who));
    let said = who_speaks(&faces, &times, &lines, &audio);
    let left = |track: usize| faces.tracks[track].observations[0].mesh.bounds()[0];
    let places: Vec<_> = said.iter().map(|l| l.spans[0].track.map(|t| (left(t) / 360.0) as usize)).collect();
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
}

#[test]
fn a_hand_over_the_lower_face_keeps_its_frames_and_no_others() {
    let Some(store) = common::models(&MODELS) else { return };
    let Some(clip) = common::shared("media/derived/fr_woman_hand_overlay_10s.mp4") else { return };
    let faces = common::track(&store, &clip, (704, 528), 30.0, 314);
    let mut marks = ["free"; 314];
    for row in include_str!("golden/hand_overlay.tsv").lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (first, last): (usize, usize) = (cells[0].parse().unwrap(), cells[1].parse().unwrap());
        marks[first..=last].fill(cells[2]);
    }
    let talking = 0..314;
    let decided = gate(
        &faces,
        &faces.tracks[0],
        std::slice::from_ref(&talking),
        &BTreeSet::new(),
        &GateSettings::default(),
    );
    let kept = |mark: &str| {
        let of: Vec<bool> =
            decided.iter().filter(|g| marks[g.frame] == mark).map(|g| g.weight == 0.0).collect();
        of.iter().filter(|k| **k).count() as f64 / of.len() as f64
    };
    assert!(kept("covered") >= 0.95, "{}", kept("covered"));
    assert!(kept("free") <= 0.10, "{}", kept("free"));
}
