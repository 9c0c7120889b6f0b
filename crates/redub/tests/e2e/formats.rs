//! Odd formats: dubbed, or refused with a clear reason.

use std::path::Path;

use serde_json::Value;

use crate::support::{clip, figure, finish, output, probe, stream, translate};

/// Dubs a clip into Portuguese (Spanish ones too), the picture left alone unless asked for.
fn dubbed(name: &str, more: &[&str]) -> Option<(Value, Value)> {
    let path = clip(name)?;
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(&path, "pt", out.path(), more)).ok();
    let made = output(out.path(), "pt");
    let file = probe(&out.path().join(made["file"].as_str().unwrap()));
    let length = |p: &Value| p["format"]["duration"].as_str().unwrap().parse::<f64>().unwrap();
    let part = more.contains(&"--end");
    let wanted = if part { figure(&made, "video_seconds") } else { length(&probe(&path)) };
    let difference = figure(&made, "output_seconds") - figure(&made, "video_seconds");
    let longer = length(&file) - wanted;
    assert!(longer > -0.3 && longer < difference.max(0.0) + 0.6, "{name}: {longer:+.2} s");
    Some((made, file))
}

const SOUND: &[&str] = &["--translate-audio-only"];

#[test]
fn codecs_and_containers() {
    for name in [
        "derived/jordi_vp9_opus.webm",
        "derived/jordi_av1.mp4",
        "derived/jordi_5.1_ac3.mkv",
        "derived/obama_mulaw8k.mov",
        "derived/obama_mono8k.mp4",
        "derived/es_240p_mp3.avi",
        "video/en_debate_overlap_a_8s.avi",
        "derived/jordi_audio_late_500ms.mp4",
    ] {
        let Some((_, file)) = dubbed(name, SOUND) else { return };
        assert!(stream(&file, "video").is_some() && stream(&file, "audio").is_some(), "{name}");
        // Surround stays surround; everything else becomes stereo.
        let channels = if name.contains("5.1") { 6 } else { 2 };
        assert_eq!(stream(&file, "audio").unwrap()["channels"], channels, "{name}");
    }
}

#[test]
fn the_same_format_comes_back() {
    for (name, container, codec) in [
        ("derived/jordi_vp9_opus.webm", "webm", "vp9"),
        ("derived/es_240p_mp3.avi", "avi", "h264"),
        ("derived/obama_mulaw8k.mov", "mov", "h264"),
    ] {
        let Some((made, file)) = dubbed(name, &["--keep-the-same-format", "--end", "4"]) else { return };
        assert!(made["file"].as_str().unwrap().ends_with(container), "{made}");
        assert_eq!(stream(&file, "video").unwrap()["codec_name"], codec, "{name}");
    }
}

#[test]
fn varying_frame_times_are_kept() {
    let Some(path) = clip("derived/obama_vfr.mp4") else { return };
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(&path, "es", out.path(), &["--no-dynamic-duration"])).ok();
    let times = |path: &Path| -> Vec<f64> {
        let args = [
            "-v",
            "error",
            "-select_streams",
            "v:0",
            "-show_entries",
            "frame=best_effort_timestamp_time",
            "-of",
            "csv=p=0",
        ];
        let out = std::process::Command::new("ffprobe").args(args).arg(path).output().unwrap();
        String::from_utf8_lossy(&out.stdout)
            .lines()
            .filter_map(|l| l.trim_end_matches(',').parse().ok())
            .collect()
    };
    let (source, made) = (times(&path), times(&out.path().join("obama_vfr.es.mp4")));
    assert_eq!(source.len(), made.len());
    let worst =
        source.iter().zip(&made).map(|(a, b)| (a - source[0] - (b - made[0])).abs()).fold(0.0, f64::max);
    assert!(worst < 0.002, "{worst}");
}

#[test]
fn a_rotated_picture_is_upright() {
    let Some((made, file)) = dubbed("derived/jordi_rotation_meta_upright.mp4", &["--end", "5"]) else {
        return;
    };
    let video = stream(&file, "video").unwrap();
    // Coded 720×1080 with a quarter turn: people see 1080×720.
    assert_eq!((&video["width"], &video["height"]), (&Value::from(1080), &Value::from(720)));
    assert!(figure(&made, "frames_rerendered") > 0.0, "{made}");
}

#[test]
fn sound_alone_gives_dubbed_sound() {
    let Some((made, file)) = dubbed("derived/jordi_audio_only.m4a", &[]) else { return };
    assert!(stream(&file, "video").is_none() && stream(&file, "audio").is_some());
    assert_eq!(made["frames_kept"]["no_picture"], 0);
    dubbed("video/en_audioonly_mp4_radio_40s.mp4", &[]);
}

#[test]
fn pictures_without_a_face_are_dubbed_and_stay() {
    let Some(path) = clip("video/zh_voiceover_broll_music_10s.mp4") else { return };
    let out = tempfile::tempdir().unwrap();
    // No engine translates from Chinese yet, so the text is given.
    let srt = out.path().join("text.srt");
    std::fs::write(&srt, "1\n00:00:03,000 --> 00:00:07,000\nEste es un texto de prueba.\n").unwrap();
    let more = ["--srt", srt.to_str().unwrap(), "--srt-role", "output"];
    finish(&mut translate(&path, "es", out.path(), &more)).ok();
    let made = output(out.path(), "es");
    assert_eq!(made["input_language"], "zh");
    assert_eq!(made["frames_rerendered"], 0);
}

#[test]
fn damaged_and_silent_files_are_refused_with_a_reason() {
    for name in ["video/xx_damaged_webm_vp8.webm", "video/xx_no_audio_track_vertical_10s.mp4"] {
        let Some(path) = clip(name) else { return };
        let out = tempfile::tempdir().unwrap();
        finish(&mut translate(&path, "es", out.path(), &[])).fails(1, "no audio track");
    }
}
