//! The main job on the project's own sample.

use crate::support::{figure, files, finish, output, probe, project, redub, sample, stream, translate};

/// Keys of every output in report.json.
const KEYS: &[&str] = &[
    "language",
    "mode",
    "video_seconds",
    "work_seconds",
    "stage_seconds",
    "peak_memory_mb",
    "cached_stages",
    "input_language",
    "speakers",
    "lines",
    "listen_back_wer",
    "start_drift_ms_max",
    "speed_factor_within",
    "length_ratio",
    "voice_similarity",
    "rooms",
    "loudness_difference_lu",
    "frames_rerendered",
    "frames_kept",
    "closure",
    "aperture_correlation",
    "untouched_psnr_db",
    "jitter_ratio",
    "sharpness_ratio",
    "seam_ratio",
    "av_correlation",
    "translation_engine",
    "warnings",
];

#[test]
fn the_sample_is_dubbed_into_two_languages_with_captions() {
    let out = tempfile::tempdir().unwrap();
    let run =
        finish(&mut translate(&sample(), "es,pt", out.path(), &["--captions", "--extra-audio-track"])).ok();
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
    for language in ["es", "pt"] {
        let made = output(out.path(), language);
        for key in KEYS {
            assert!(made.get(key).is_some(), "{key} is missing");
        }
        assert!(figure(&made, "listen_back_wer") <= 0.20, "{made}");
        assert!(figure(&made, "start_drift_ms_max") <= 80.0, "{made}");
        assert!(figure(&made, "speed_factor_within") >= 0.95, "{made}");
        assert!(figure(&made, "loudness_difference_lu").abs() <= 1.0, "{made}");
        assert!(figure(&made, "frames_rerendered") > 100.0, "{made}");
        let av = |name: &str| made["av_correlation"][name].as_f64().unwrap_or_else(|| panic!("{made}"));
        assert!(av("own") > 0.1 && av("result") > 0.1 && av("lag_ms").abs() <= 120.0, "{made}");
        assert_eq!(made["speakers"], 1);

        let file = probe(&out.path().join(made["file"].as_str().unwrap()));
        let tracks = file["streams"].as_array().unwrap();
        let sounds: Vec<_> = tracks.iter().filter(|s| s["codec_type"] == "audio").collect();
        let playing: Vec<_> = sounds.iter().map(|s| s["disposition"]["default"].clone()).collect();
        assert_eq!(playing, [0, 1], "the original is kept first, the dub is what plays");
        let seconds = |s: &serde_json::Value| s["duration"].as_str().unwrap().parse::<f64>().unwrap();
        assert!((seconds(sounds[0]) - seconds(sounds[1])).abs() < 0.1, "{sounds:?}");
        assert!(stream(&file, "subtitle").is_some());
        let source = probe(&sample());
        let (a, b) = (stream(&source, "video").unwrap(), stream(&file, "video").unwrap());
        assert_eq!(a["r_frame_rate"], b["r_frame_rate"]);
        assert_eq!((&a["width"], &a["height"]), (&b["width"], &b["height"]));
        assert!(file["format"]["tags"].to_string().contains("redub"), "{}", file["format"]["tags"]);
    }
    let second = output(out.path(), "pt");
    for stage in ["intake", "stems", "turns", "transcript", "faces"] {
        let cached = second["cached_stages"].as_array().unwrap();
        assert!(cached.iter().any(|s| s == stage), "{stage} was paid twice: {cached:?}");
    }
    for name in
        ["presenter.es.srt", "presenter.es.vtt", "presenter.es.lines.srt", "report.html", "report.json"]
    {
        assert!(files(out.path()).contains(&name.to_owned()), "{name} is missing");
    }
    let page = std::fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(
        page.contains("<svg")
            && !page.contains("<script")
            && !page.contains("http://")
            && !page.contains("https://")
    );
    let shown = finish(redub().arg("report").arg(out.path())).ok();
    assert!(shown.stdout.contains("listen-back error"), "{}", shown.stdout);
}

#[test]
fn without_dynamic_duration_the_length_stays_to_the_frame() {
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(&sample(), "es", out.path(), &["--no-dynamic-duration"])).ok();
    let frames = |path| stream(&probe(path), "video").unwrap()["nb_read_frames"].clone();
    assert_eq!(frames(&sample()), frames(&out.path().join("presenter.es.mp4")));
}

#[test]
fn precision_says_which_renderer_drew() {
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(&sample(), "es", out.path(), &["--mode", "precision"])).ok();
    let made = output(out.path(), "es");
    assert_eq!(made["mode"], "precision");
    assert_eq!(made["mouth_renderer"], "avatar");
    // And in the speaker's own voice: the stock voice is at 0.6 of this print, which the fitting follows, and at 0.1 of the other.
    let own = made["details"].as_array().unwrap().iter().filter(|line| line["own_voice"] == true).count();
    assert!(own >= 2, "{made}");
    let like = &made["voice_similarity"];
    assert!(like["ge2e"].as_f64() > Some(0.72) && like["campplus"].as_f64() > Some(0.2), "{like}");
    assert!(!made["warnings"].to_string().contains("speed renderer"), "{}", made["warnings"]);
}

#[test]
fn a_voice_is_learnt_kept_given_to_a_speaker_and_forgotten() {
    let (kept, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let voices =
        |args: &[&str]| finish(redub().arg("voices").args(args).env("REDUB_VOICES_DIR", kept.path()));
    voices(&["learn", sample().to_str().unwrap(), "--name", "ana"]).ok();
    let listed = voices(&["list", "--json"]).ok().stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let ana = listed.as_array().unwrap().iter().find(|v| v["name"] == "ana").expect("ana is listed");
    assert_eq!(
        (&ana["gender"], &ana["language"], &ana["learnt"]),
        (&"woman".into(), &"en".into(), &true.into())
    );
    let options = ["--voice", "S1=ana", "--translate-audio-only"];
    finish(translate(&sample(), "es", out.path(), &options).env("REDUB_VOICES_DIR", kept.path())).ok();
    let made = output(out.path(), "es");
    let own = made["details"].as_array().unwrap().iter().filter(|line| line["own_voice"] == true).count();
    assert!(own >= 2, "{made}");
    let file = probe(&out.path().join("presenter.es.mp4"));
    assert!(
        file["format"]["tags"].to_string().contains("fitted to the speakers"),
        "{}",
        file["format"]["tags"]
    );
    voices(&["forget", "ana"]).ok();
    voices(&["show", "ana"]).fails(2, "there is no voice 'ana'");
}

#[test]
fn an_own_dub_moves_the_lips_only() {
    let first = tempfile::tempdir().unwrap();
    finish(&mut translate(&sample(), "es", first.path(), &["--no-dynamic-duration"])).ok();
    let out = tempfile::tempdir().unwrap();
    let dub = first.path().join("presenter.es.mp4");
    finish(&mut translate(&sample(), "es", out.path(), &["--audio", dub.to_str().unwrap()])).ok();
    let made = output(out.path(), "es");
    assert!(figure(&made, "frames_rerendered") > 100.0, "{made}");
    assert!(made["stage_seconds"].get("translation").is_none(), "{made}");
}

#[test]
fn lips_follow_a_given_dub_and_inspect_shows_why() {
    let first = tempfile::tempdir().unwrap();
    finish(&mut translate(&sample(), "es", first.path(), &["--no-dynamic-duration"])).ok();
    let dub = first.path().join("presenter.es.mp4");
    let out = tempfile::tempdir().unwrap();
    let mut lipsync = redub();
    lipsync.arg("lipsync").arg(sample()).arg("--audio").arg(&dub).args(["--mode", "speed"]);
    finish(lipsync.arg("-o").arg(out.path())).ok();
    // The language is heard.
    let made = output(out.path(), "es");
    assert!(figure(&made, "frames_rerendered") > 100.0, "{made}");
    assert!(figure(&made, "closure") >= 0.9, "{made}");
    let fit = |name: &str| made["av_correlation"][name].as_f64().unwrap();
    assert!(fit("result") > 0.1 && fit("result") >= 0.8 * fit("own"), "{made}");
    assert!(fit("lag_ms").abs() <= 80.0, "{made}");

    let shown = finish(redub().arg("inspect").arg(out.path()).args(["--frames", "3"])).ok();
    let page = std::fs::read_to_string(shown.stdout.trim()).unwrap();
    for part in [
        "finished file",
        "<th>steered by</th>",
        "class='planned'",
        "class='result'",
        "class='shut'",
        "presenter.es.inspect.png",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let sheet = std::fs::read(out.path().join("presenter.es.inspect.png")).unwrap();
    assert_eq!(&sheet[1..4], b"PNG");
    // Source, speed, mask and the finished file, three rows.
    let number = |at: usize| u32::from_be_bytes(sheet[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (4 * 288, 3 * 224));
    finish(redub().arg("inspect").arg(first.path().join("nothing"))).fails(1, "no file or folder");
    finish(redub().arg("inspect").arg(project())).fails(1, "no finished run");
}

#[test]
fn a_part_is_dubbed_alone() {
    let out = tempfile::tempdir().unwrap();
    finish(&mut translate(
        &sample(),
        "pt",
        out.path(),
        &["--start", "0.5", "--end", "6", "--no-dynamic-duration", "--burn-captions"],
    ))
    .ok();
    let made = output(out.path(), "pt");
    assert!((figure(&made, "output_seconds") - 5.5).abs() < 0.05, "{made}");
}

#[test]
fn the_music_can_be_left_out() {
    let out = tempfile::tempdir().unwrap();
    let more = ["--translate-audio-only", "--disable-music-track", "--stock-voice=em_alex"];
    finish(&mut translate(&sample(), "es", out.path(), &more)).ok();
    let made = output(out.path(), "es");
    assert!(made["details"][0]["voice"].as_str().unwrap().contains("em_alex"), "{made}");
    assert_eq!(made["frames_rerendered"], 0);
    let file = probe(&out.path().join("presenter.es.mp4"));
    let source = probe(&sample());
    assert_eq!(
        stream(&file, "video").unwrap()["nb_read_frames"],
        stream(&source, "video").unwrap()["nb_read_frames"]
    );
}
