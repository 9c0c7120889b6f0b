//! A session from its start to the finished video.

use std::path::Path;

use serde_json::{Value, json};

use crate::host::Host;
use crate::support::{Server, data};

/// Spoken lines that are stored.
fn spoken(data: &Path) -> usize {
    std::fs::read_dir(data.join("artifacts/line")).map(Iterator::count).unwrap_or(0)
}

/// Six seconds of the sample, as sessions take no part of a video.
pub fn six_seconds(host: &Host, folder: &Path) -> String {
    let sample = crate::support::project().join("assets/sample/presenter.mp4");
    let path = folder.join("six.mp4");
    let mut cut = std::process::Command::new("ffmpeg");
    cut.args(["-v", "error", "-t", "6", "-i"]).arg(sample).args(["-c", "copy"]).arg(&path);
    assert!(cut.status().unwrap().success());
    host.put("/six.mp4", "video/mp4", std::fs::read(path).unwrap())
}

#[test]
fn a_session_is_edited_heard_and_generated() {
    let (data, host) = (data(), Host::start());
    let server = Server::start(data.path(), &[]);
    let sessions = "/v3/video-translations/proofreads";
    let video = json!({ "type": "url", "url": six_seconds(&host, data.path()) });
    let body = json!({ "video": video, "output_languages": ["es"], "title": "Talk: one/two" });
    server
        .post(sessions, &json!({ "video": video, "output_languages": ["es"] }))
        .fails(400, "invalid_parameter")
        .about("title");
    let made = server.post(sessions, &body).ok()["data"].clone();
    assert_eq!(made["status"], "processing");
    let id = made["proofread_ids"][0].as_str().unwrap().to_owned();
    let path = format!("{sessions}/{id}");
    server.get(&format!("{path}/srt")).fails(409, "resource_not_ready");
    let ready = server.completed(&path);
    assert_eq!(
        (&ready["input_language"], &ready["submitted_for_review"]),
        (&json!("English"), &json!(false))
    );
    // The address may be gone by now: what a session needs it has.
    host.remove("/six.mp4");

    let links = server.get(&format!("{path}/srt")).ok()["data"].clone();
    assert!(
        links["srt_url"].as_str().unwrap().contains("Talk_%20one_two_proofread.srt")
            || links["srt_url"].as_str().unwrap().contains("_proofread.srt"),
        "{links}"
    );
    let text = |url: &Value| String::from_utf8(server.download(url.as_str().unwrap())).unwrap();
    let (edited, original) = (text(&links["srt_url"]), text(&links["original_srt_url"]));
    assert!(edited.starts_with("1\n00:00:") && original.starts_with("1\n00:00:") && edited != original);

    // One line by its number.
    let lines_path = format!("/v3/redub/proofreads/{id}/lines");
    let lines = server.get(&lines_path).ok()["data"].clone();
    let line = lines["lines"][0].clone();
    assert!(
        line["budget_seconds"].as_f64().unwrap() > 0.0 && line["measured_seconds"].as_f64().unwrap() > 0.0,
        "{line}"
    );
    assert_eq!(line["speaker"], lines["speakers"][0]["id"]);
    let one = format!("{lines_path}/{}", line["id"]);
    server
        .json("PATCH", &one, &[], &json!({ "speaker": "S9" }))
        .fails(400, "invalid_parameter")
        .about("speaker");
    server
        .json("PATCH", &one, &[], &json!({ "voice": "nobody" }))
        .fails(400, "invalid_parameter")
        .about("voice");
    server.json("PATCH", &one, &[], &json!({ "end": 99 })).fails(400, "invalid_parameter").about("end");
    let change = json!({ "text": "Buenas tardes a todos.", "voice": "em_alex", "revision": 0 });
    let changed = server.json("PATCH", &one, &[], &change).ok()["data"].clone();
    assert_eq!((&changed["revision"], &changed["engine"]), (&json!(1), &json!("reviewer")));
    assert!(changed.get("measured_seconds").is_none() && changed["register"] == "auto");
    server.json("PATCH", &one, &[], &change).fails(409, "conflict");
    let heard = server.post(&format!("{one}/preview"), &json!({})).ok()["data"].clone();
    assert_eq!(&server.download(heard["audio_url"].as_str().unwrap())[..4], b"RIFF");
    assert_eq!(heard["voice"], "em_alex");
    assert!(heard["heard"].as_str().unwrap().to_lowercase().contains("tardes"), "{heard}");

    // The whole text as a file.
    let edited = text(&server.get(&format!("{path}/srt")).ok()["data"]["srt_url"]);
    assert!(edited.contains("Buenas tardes a todos."), "{edited}");
    let put = |body: &str| {
        let url = host.put("/edited.srt", "application/x-subrip", body.as_bytes().to_vec());
        server.json("PUT", &format!("{path}/srt"), &[], &json!({ "srt": { "type": "url", "url": url } }))
    };
    put("1\nnonsense\n").fails(400, "invalid_parameter").about("srt").says("line 2");
    put(&edited.replace("1\n", "1\n00:00:50,000 --> 00:00:51,000\nx\n\n2\n")).fails(400, "invalid_parameter");
    assert_eq!(put(&edited).ok()["data"]["revision"], 1, "the same text changes nothing");

    let before = spoken(data.path());
    let generated = server.send("POST", &format!("{path}/generate"), &[], b"").ok()["data"].clone();
    let video = format!("/v3/video-translations/{}", generated["video_translation_id"].as_str().unwrap());
    let done = server.completed(&video);
    assert_eq!((&done["proofread_id"], &done["stale"]), (&json!(id), &json!(false)));
    let captions = server.get(&format!("{video}/caption")).ok();
    assert!(text(&captions["data"]["caption_url"]).replace('\n', " ").contains("Buenas tardes a todos."));
    let others = lines["lines"].as_array().unwrap().len() - 1;
    assert!(spoken(data.path()) - before <= others, "the line that was heard was spoken again");

    // A change of time is honoured, and the video that was made is stale then.
    let moved = json!({ "end": line["end"].as_f64().unwrap() - 0.2 });
    server.json("PATCH", &one, &[], &moved).ok();
    assert_eq!(server.get(&video).ok()["data"]["stale"], true);
    let revisions = server.get(&format!("/v3/redub/proofreads/{id}/revisions")).ok()["data"].clone();
    let numbers: Vec<_> =
        revisions.as_array().unwrap().iter().map(|r| r["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [2, 1, 0]);
    server.send("DELETE", &format!("/v3/redub/proofreads/{id}"), &[], b"").ok();
    server.get(&path).fails(404, "resource_not_found");
}
