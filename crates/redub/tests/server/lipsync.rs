//! The lips of a video moved to a sound that is given.

use std::process::Command;

use serde_json::json;

use crate::assets::upload;
use crate::fields::quietest;
use crate::host::Host;
use crate::support::{Server, data, project};

#[test]
fn a_given_sound_is_put_into_the_mouths() {
    let (data, host) = (data(), Host::start());
    let sound = data.path().join("sound.wav");
    let cut = Command::new("ffmpeg")
        .args(["-v", "error", "-ss", "2", "-t", "4.3", "-i"])
        .arg(project().join("assets/sample/presenter.mp4"))
        .args(["-vn", "-ac", "1"])
        .arg(&sound)
        .status();
    assert!(cut.unwrap().success());
    let server = Server::start(data.path(), &[]);
    let asset =
        upload(&server, "sound.wav", &std::fs::read(&sound).unwrap(), "application/octet-stream").ok();
    let body = json!({
        "video": { "type": "url", "url": host.sample() },
        "audio": { "type": "asset_id", "asset_id": asset["data"]["asset_id"] },
        "start_time": 2, "end_time": 6, "enable_caption": true, "title": "Synced", "callback_id": "mine",
        "disable_music_track": true,
    });
    let id = server.post("/v3/lipsyncs", &body).ok()["data"]["lipsync_id"].as_str().unwrap().to_owned();
    let path = format!("/v3/lipsyncs/{id}");
    let done = server.completed(&path);
    assert_eq!((&done["title"], &done["callback_id"]), (&json!("Synced"), &json!("mine")));
    // The picture is slowed until the sound is over.
    assert!((done["duration"].as_f64().unwrap() - 4.3).abs() < 0.1, "{done}");
    let file = data.path().join("result.mp4");
    std::fs::write(&file, server.download(done["video_url"].as_str().unwrap())).unwrap();
    let info = redub_media::probe(&file).unwrap();
    assert!(info.video.is_some() && (info.duration_s - 4.3).abs() < 0.1, "{info:?}");
    let (given, made) = (quietest(&sound), quietest(&file));
    assert!(given > -60.0 && made < -70.0, "the music is heard at {given:.0} dB before, {made:.0} after");
    let captions = String::from_utf8(server.download(done["caption_url"].as_str().unwrap())).unwrap();
    assert!(captions.starts_with("1\n00:00:0"), "{captions}");
    let events = server.get(&format!("/v3/webhooks/events?entity_id={id}")).ok();
    assert_eq!(events["data"][0]["event_type"], "lipsync.success");
    let renamed = server.json("PATCH", &path, &[], &json!({ "title": "other" })).ok();
    assert_eq!(renamed["data"]["title"], "other");
    assert_eq!(server.get("/v3/lipsyncs").ok()["data"][0]["id"], json!(id));
    server.send("DELETE", &path, &[], b"").ok();
    server.get(&path).fails(404, "resource_not_found");

    let bad = json!({ "lipsyncs": [{ "video": body["video"], "audio": { "type": "asset_id", "asset_id": "none" } }] });
    let batch = server.post("/v3/lipsyncs/batches", &bad);
    assert_eq!(batch.status, 202, "{batch:?}");
    let batch = format!("/v3/lipsyncs/batches/{}", batch.body["data"]["batch_id"].as_str().unwrap());
    assert_eq!(server.get(&batch).ok()["data"]["items"][0]["error"]["code"], "asset_not_found");
}
