//! Many clients at once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use crate::support::{Answer, Server, data};

fn body() -> Value {
    json!({ "video": { "type": "url", "url": "https://example.org/a.mp4" }, "output_languages": ["es"] })
}

/// Sends the same request from many clients at the same moment.
fn at_once(server: &Server, clients: usize, headers: &[(&str, &str)]) -> Vec<Answer> {
    let barrier = Barrier::new(clients);
    thread::scope(|scope| {
        let client = || {
            barrier.wait();
            server.json("POST", "/v3/video-translations", headers, &body())
        };
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|c| c.join().unwrap()).collect()
    })
}

fn ids(server: &Server) -> BTreeSet<String> {
    let list = server.get("/v3/video-translations?limit=100").ok();
    list["data"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn of_two_hundred_at_once_exactly_the_limit_is_accepted() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let answers = at_once(&server, 200, &[]);
    let accepted: BTreeSet<String> = answers
        .iter()
        .filter(|a| a.status == 200)
        .map(|a| a.body["data"]["video_translation_ids"][0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(accepted.len(), 10);
    for refused in answers.iter().filter(|a| a.status != 200) {
        refused.fails(429, "rate_limit_exceeded");
        let after: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(after > 0);
    }
    assert_eq!(ids(&server), accepted, "none lost, none doubled");
    server.send("DELETE", &format!("/v3/video-translations/{}", accepted.first().unwrap()), &[], b"").ok();
    server.post("/v3/video-translations", &body()).ok();
    server.post("/v3/video-translations", &body()).fails(429, "rate_limit_exceeded");
}

#[test]
fn one_key_makes_one_job_however_often_it_is_sent() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let key = [("Idempotency-Key", "order:1")];
    let answers = at_once(&server, 50, &key);
    let mut made = BTreeSet::new();
    for answer in &answers {
        match answer.status {
            200 => {
                made.insert(answer.body.to_string());
            }
            _ => {
                answer.fails(409, "request_in_progress");
            }
        }
    }
    assert_eq!((made.len(), ids(&server).len()), (1, 1));
    // The same key gives the first answer also for another body, and after a restart.
    server.kill();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let again = server.json("POST", "/v3/video-translations", &key, &json!({ "other": 1 })).ok();
    assert_eq!(Some(&again.to_string()), made.first());
    server
        .json("POST", "/v3/video-translations", &[("Idempotency-Key", "a b")], &body())
        .fails(400, "invalid_parameter");
    // An answer that was an error is not kept.
    let other = [("Idempotency-Key", "2")];
    server.json("POST", "/v3/video-translations", &other, &json!({})).fails(400, "invalid_parameter");
    server.json("POST", "/v3/video-translations", &other, &body()).ok();
    assert_eq!(ids(&server).len(), 2);
}
