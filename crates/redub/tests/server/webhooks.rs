//! Events reach who listens: signed, repeated until they are taken, and to nobody inside the network.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Server, data, four_seconds};

/// A message that came in.
#[derive(Debug, Clone)]
struct Message {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Takes messages; refuses the first `refusals` of each path with 500.
struct Receiver {
    base: String,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    fn start(refusals: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let messages: Arc<Mutex<Vec<Message>>> = Arc::default();
        let shared = messages.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = || {
                    let mut text = String::new();
                    reader.read_line(&mut text).unwrap();
                    text.trim_end().to_owned()
                };
                let path = line().split(' ').nth(1).unwrap_or_default().to_owned();
                let lines = std::iter::from_fn(|| Some(line()).filter(|l| !l.is_empty()));
                let headers: Vec<_> = lines
                    .filter_map(|l| l.split_once(": ").map(|(n, v)| (n.to_owned(), v.to_owned())))
                    .collect();
                let mut message = Message { path, headers, body: Vec::new() };
                let length = message.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
                message.body.resize(length, 0);
                reader.read_exact(&mut message.body).unwrap();
                let mut all = shared.lock().unwrap();
                let before = all.iter().filter(|m| m.path == message.path).count();
                all.push(message);
                let status = if before < refusals { "500 No" } else { "204 Yes" };
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Self { base, messages }
    }

    fn wait(&self, count: usize) -> Vec<Message> {
        let clock = Instant::now();
        loop {
            let found = self.messages.lock().unwrap().clone();
            if found.len() >= count {
                return found;
            }
            assert!(clock.elapsed() < Duration::from_secs(60), "{} of {count} messages came", found.len());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

/// A job that fails at once: nothing is served there.
fn failing(server: &Server, callback: Option<String>) -> String {
    let mut body = four_seconds("http://127.0.0.1:9/none.mp4");
    body["callback_id"] = json!("mine");
    body["callback_url"] = json!(callback);
    server.post("/v3/video-translations", &body).ok()["data"]["video_translation_ids"][0]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn messages_are_signed_and_repeated_until_they_are_taken() {
    let (data, receiver) = (data(), Receiver::start(1));
    let server = Server::start(data.path(), &["--callback-secret", "shared"]);
    let url = format!("{}/hook", receiver.base);
    let made = server
        .post("/v3/webhooks/endpoints", &json!({ "url": url, "events": ["video_translate.fail"] }))
        .ok();
    let secret = made["data"]["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && made["data"]["status"] == "enabled", "{made}");
    let id = failing(&server, Some(format!("{}/callback", receiver.base)));

    // Each address refuses once; the endpoint hears of the failure only, the callback too.
    let messages = receiver.wait(4);
    let to = |path: &str| messages.iter().filter(|m| m.path == path).cloned().collect::<Vec<_>>();
    let (hook, callback) = (to("/hook"), to("/callback"));
    assert_eq!((hook.len(), callback.len()), (2, 2), "{messages:?}");
    for (messages, secret) in [(&hook, secret), (&callback, "shared")] {
        assert_eq!(messages[0].body, messages[1].body, "a repetition says the same");
        let message = &messages[1];
        let signature = signature(secret, &message.body);
        assert_eq!(message.header("Heygen-Signature"), Some(signature.as_str()));
        assert_eq!(message.header("Signature"), Some(signature.as_str()));
        assert!(message.header("Heygen-Timestamp").unwrap().parse::<i64>().unwrap() > 1_700_000_000);
        let body = message.json();
        assert_eq!(message.header("Heygen-Event-Id"), body["event_id"].as_str());
        assert_eq!(
            (&body["event_type"], &body["event"]),
            (&json!("video_translate.fail"), &json!("video_translate.fail"))
        );
        let event = &body["event_data"];
        assert_eq!((&event["video_translate_id"], &event["callback_id"]), (&json!(id), &json!("mine")));
        assert!(event["message"].as_str().unwrap().contains("download"), "{event}");
    }
    let events = server.get(&format!("/v3/webhooks/events?entity_id={id}")).ok()["data"].clone();
    let types: Vec<_> =
        events.as_array().unwrap().iter().map(|e| e["event_type"].as_str().unwrap()).collect();
    assert!(
        types.contains(&"video_translate.fail")
            && types.contains(&"video_translate.preflight.download_failed")
    );
    let log = server.wait("/v3/redub/webhooks/deliveries", |d| {
        d.as_array().unwrap().iter().all(|d| d["status"] == "delivered")
    });
    assert!(log.as_array().unwrap().iter().all(|d| d["attempts"] == 2 && d["last_status"] == 204), "{log}");
}

#[test]
fn endpoints_are_listed_changed_and_deleted() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let made = server.post("/v3/webhooks/endpoints", &json!({ "url": "https://example.org/a" })).ok()["data"]
        .clone();
    let path = format!("/v3/webhooks/endpoints/{}", made["endpoint_id"].as_str().unwrap());
    assert_eq!(made["events"], json!(null));
    let changed = server.json("PATCH", &path, &[], &json!({ "events": ["proofread_creation.success"] })).ok()
        ["data"]
        .clone();
    assert_eq!((&changed["events"], &changed["url"]), (&json!(["proofread_creation.success"]), &made["url"]));
    let changed = server
        .json("PATCH", &path, &[], &json!({ "events": null, "url": "https://example.org/b" }))
        .ok()["data"]
        .clone();
    assert_eq!((&changed["events"], &changed["url"]), (&json!(null), &json!("https://example.org/b")));
    let rotated = server.send("POST", &format!("{path}/rotate-secret"), &[], b"").ok()["data"].clone();
    assert!(rotated["secret"] != made["secret"] && rotated["secret"].as_str().unwrap().starts_with("whsec_"));
    let listed = server.get("/v3/webhooks/endpoints").ok();
    assert!(
        listed["data"][0].get("secret").is_none() && listed["data"].as_array().unwrap().len() == 1,
        "{listed}"
    );
    server
        .json("PATCH", &path, &[], &json!({ "events": ["nothing"] }))
        .fails(400, "invalid_parameter")
        .about("events");
    for url in
        ["ftp://example.org", "https://", "http://169.254.169.254/", "http://[::1]/", "http://10.0.0.1/", "x"]
    {
        server
            .post("/v3/webhooks/endpoints", &json!({ "url": url }))
            .fails(400, "invalid_parameter")
            .about("url");
    }
    server.send("DELETE", &path, &[], b"").ok();
    server.send("DELETE", &path, &[], b"").fails(404, "webhook_not_found");
    let types = server.get("/v3/webhooks/event-types").ok()["data"].clone();
    assert_eq!(types.as_array().unwrap().len(), 32);
}
