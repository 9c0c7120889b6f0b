//! Parts of the server in processes of their own, limits of time, retention.

use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::host::Host;
use crate::support::{Server, data, four_seconds, redub};

#[test]
fn a_worker_elsewhere_does_the_work() {
    let data = data();
    let server = Server::start(data.path(), &["--role", "api"]);
    let ids = server.post("/v3/video-translations", &four_seconds("http://127.0.0.1:1/x.mp4")).ok()["data"]
        ["video_translation_ids"]
        .clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(server.get(&path).ok()["data"]["status"], "pending", "nobody works here");
    let mut worker = redub(data.path()).arg("worker").stderr(Stdio::null()).spawn().unwrap();
    let done = server.wait(&path, |d| d["status"] == "failed");
    assert!(
        done["failure_message"].as_str().unwrap().starts_with("Failed to download video from url"),
        "{done}"
    );
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn a_job_ends_at_its_time_limit() {
    let (data, host) = (tempfile::tempdir().unwrap(), Host::start());
    // Two seconds.
    let server = Server::start(data.path(), &["--job-hours", "0.00055"]);
    let body = json!({ "video": { "type": "url", "url": host.sample() }, "output_languages": ["es"] });
    let ids = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"].clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    let failed = server.wait(&path, |d| d["status"] == "failed" || d["status"] == "completed");
    assert!(failed["failure_message"].as_str().unwrap().contains("time limit"), "{failed}");
}

#[test]
fn what_is_older_than_it_is_kept_goes() {
    let data = data();
    let server = Server::start(data.path(), &[]);
    let ids = server.post("/v3/video-translations", &four_seconds("http://127.0.0.1:1/x.mp4")).ok()["data"]
        ["video_translation_ids"]
        .clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    server.wait(&path, |d| d["status"] == "failed");
    server.stop();
    let begun = SystemTime::now();
    // Nine seconds.
    let server = Server::start(data.path(), &["--retention-days", "0.0001"]);
    server.get(&path).ok();
    server.stop();
    std::thread::sleep(Duration::from_secs(11).saturating_sub(begun.elapsed().unwrap()));
    let server = Server::start(data.path(), &["--retention-days", "0.0001"]);
    std::thread::sleep(Duration::from_millis(500));
    server.get(&path).fails(404, "resource_not_found");
}
