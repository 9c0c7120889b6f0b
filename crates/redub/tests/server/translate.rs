//! From a request to the finished file.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::host::Host;
use crate::support::{Server, data, four_seconds};

/// Mean brightness of the lower right corner and of the upper left one, at one second.
fn corners(path: &Path) -> (f64, f64) {
    let corner = |place: &str| {
        let filter = format!("crop=iw/5:ih/12:{place},format=gray");
        let out = Command::new("ffmpeg")
            .args(["-v", "error", "-ss", "1", "-i"])
            .arg(path)
            .args(["-frames:v", "1", "-vf", &filter, "-f", "rawvideo", "-"])
            .output()
            .unwrap();
        out.stdout.iter().map(|b| f64::from(*b)).sum::<f64>() / out.stdout.len() as f64
    };
    (corner("iw-ow:ih-oh"), corner("0:0"))
}

#[test]
fn a_video_is_dubbed_downloaded_and_deleted() {
    let (data, host) = (data(), Host::start());
    let server = Server::start(data.path(), &[]);
    let mut body = four_seconds(&host.sample());
    body["enable_caption"] = json!(true);
    body["enable_watermark"] = json!(true);
    body["enable_dynamic_duration"] = json!(false);
    body["title"] = json!("A talk");
    let ids = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"].clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    let running = server.wait(&path, |d| d["status"] != "pending");
    assert!(running["progress"]["fraction"].is_number(), "{running}");
    assert!(running.get("video_url").is_none() || running["status"] == "completed");
    let done = server.completed(&path);
    assert_eq!((&done["input_language"], &done["output_language"]), (&json!("English"), &json!("Spanish")));
    assert!((done["duration"].as_f64().unwrap() - 4.0).abs() < 0.1, "{done}");
    assert!(done.get("progress").is_none() && done.get("failure_message").is_none(), "{done}");

    assert!(done["video_url"].as_str().unwrap().contains("/A%20talk.es.mp4?"), "{done}");
    let file = data.path().join("result.mp4");
    std::fs::write(&file, server.download(done["video_url"].as_str().unwrap())).unwrap();
    let info = redub_media::probe(&file).unwrap();
    assert!((info.duration_s - 4.0).abs() < 0.1 && info.video.is_some() && info.has_subtitles, "{info:?}");
    std::fs::write(data.path().join("result.m4a"), server.download(done["audio_url"].as_str().unwrap()))
        .unwrap();
    let sound = redub_media::probe(&data.path().join("result.m4a")).unwrap();
    assert!(sound.video.is_none() && (sound.duration_s - 4.0).abs() < 0.1, "{sound:?}");
    let text = |url: &serde_json::Value| String::from_utf8(server.download(url.as_str().unwrap())).unwrap();
    assert!(text(&done["srt_caption_url"]).starts_with("1\n00:00:0"));
    assert!(text(&done["vtt_caption_url"]).starts_with("WEBVTT"));
    let caption = server.get(&format!("{path}/caption?format=vtt")).ok();
    assert_eq!(text(&caption["data"]["caption_url"]), text(&done["vtt_caption_url"]));
    server.get(&format!("{path}/caption?format=doc")).fails(400, "invalid_parameter").about("format");

    // The mark: the same moment of the source has no bright letters in the corner.
    let source = data.path().join("source.mp4");
    let sample = crate::support::project().join("assets/sample/presenter.mp4");
    let mut cut = Command::new("ffmpeg");
    cut.args(["-v", "error", "-ss", "2", "-t", "2", "-i"]).arg(sample).arg(&source);
    assert!(cut.status().unwrap().success());
    let ((marked, upper), (plain, upper_plain)) = (corners(&file), corners(&source));
    assert!(
        (marked - plain).abs() > 4.0 && (upper - upper_plain).abs() < 2.0,
        "{marked} {plain} {upper} {upper_plain}"
    );

    let stored = data.path().join("objects/jobs").join(ids[0].as_str().unwrap());
    assert!(stored.is_dir());
    assert_eq!(
        std::fs::read_dir(data.path().join("work")).unwrap().count(),
        0,
        "nothing is left of the work"
    );
    server.send("DELETE", &path, &[], b"").ok();
    assert_eq!(std::fs::read_dir(&stored).map(Iterator::count).unwrap_or(0), 0);
    server.stop();
}

#[test]
fn failures_say_what_is_wrong() {
    let (data, host) = (data(), Host::start());
    let server = Server::start(data.path(), &[]);
    let mut gone = four_seconds(&host.put("/gone.mp4", "video/mp4", Vec::new()));
    host.remove("/gone.mp4");
    gone["callback_id"] = json!("x");
    let zip = four_seconds(&host.put("/a.mp4", "video/mp4", b"PK\x03\x04nothing".to_vec()));
    let mut late = four_seconds(&host.sample());
    (late["start_time"], late["end_time"]) = (json!(100), json!(101));
    for (body, says) in [
        (gone, "Failed to download video from url, please check the url is valid or the video is public"),
        (zip, "source"),
        (late, "start_time 100"),
    ] {
        let ids = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"].clone();
        let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
        let failed = server.wait(&path, |d| d["status"] == "failed" || d["status"] == "completed");
        let why = failed["failure_message"].as_str().unwrap_or_default();
        assert!(why.contains(says) && !why.contains("--"), "{failed}");
        assert!(
            !why.contains(&*data.path().to_string_lossy()),
            "the server's own folders are nobody's business: {failed}"
        );
    }
}

#[test]
fn a_running_job_that_is_deleted_frees_its_worker() {
    let (data, host) = (tempfile::tempdir().unwrap(), Host::start());
    let server = Server::start(data.path(), &[]);
    let long = json!({
        "video": { "type": "url", "url": host.sample() }, "output_languages": ["es"], "input_language": "en",
    });
    let ids = server.post("/v3/video-translations", &long).ok()["data"]["video_translation_ids"].clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    server.wait(&path, |d| d["progress"]["stages"].get("faces").is_some());
    server.send("DELETE", &path, &[], b"").ok();
    // The next one is taken while the first would still be running.
    let ids = server.post("/v3/video-translations", &four_seconds("http://127.0.0.1:1/x.mp4")).ok()["data"]
        ["video_translation_ids"]
        .clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    assert_eq!(server.wait(&path, |d| d["status"] == "failed")["status"], "failed");
    server.stop();
}
