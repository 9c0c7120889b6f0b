//! A server that is killed goes on where it was.

use serde_json::json;

use crate::host::Host;
use crate::support::{Server, four_seconds};

/// Kills the server in several stages of one job. `REDUB_KILLS` names all of them for a long run by hand.
#[test]
fn a_killed_server_finishes_its_jobs() {
    let (data, host) = (tempfile::tempdir().unwrap(), Host::start());
    let stages = std::env::var("REDUB_KILLS").unwrap_or_else(|_| "transcript,speech,render".into());
    let mut server = Server::start(data.path(), &[]);
    let body = four_seconds(&host.sample());
    let ids = server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"].clone();
    let path = format!("/v3/video-translations/{}", ids[0].as_str().unwrap());
    for stage in stages.split(',') {
        let there = server
            .wait(&path, |d| d["status"] == "completed" || d["progress"]["stages"].get(stage).is_some());
        eprintln!("killed in {stage}: {}", there["progress"]["stage"]);
        // Told to stop, it gives the job back; killed, its lock tells that it is dead.
        if stage == "render" {
            server.stop()
        } else {
            server.kill()
        }
        server = Server::start(data.path(), &[]);
    }
    // What was finished before it died is not done again.
    server.wait(&path, |d| {
        d["status"] == "completed" || d["progress"]["stages"]["transcript"]["cached"] == json!(true)
    });
    let done = server.completed(&path);
    let file = data.path().join("result.mp4");
    std::fs::write(&file, server.download(done["video_url"].as_str().unwrap())).unwrap();
    let info = redub_media::probe(&file).unwrap();
    assert!(info.video.is_some() && info.duration_s > 3.9, "{info:?}");
    server.stop();
}
