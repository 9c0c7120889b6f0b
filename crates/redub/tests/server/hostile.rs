//! What strangers try: a clean error each time, and the server goes on.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::assets::upload;
use crate::host::Host;
use crate::support::{Server, data, four_seconds};

/// Opens a connection and sends the beginning of a request.
fn begin(server: &Server, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn bodies_without_end_are_cut_off_while_they_come_in() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    // 5 GB are announced; what is sent of them must not be stored.
    let head = "POST /v3/assets HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000000000\r\n\r\n\
                --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n";
    let mut stream = begin(&server, head);
    let (piece, clock) = (vec![0u8; 1 << 20], Instant::now());
    let mut sent = 0u64;
    while stream.write_all(&piece).is_ok() && sent < 5_000_000_000 {
        sent += piece.len() as u64;
        assert!(clock.elapsed() < Duration::from_secs(60));
    }
    assert!(sent < 200 << 20, "{sent} bytes were taken");
    let stored: u64 = walk(&data.path().join("objects"));
    assert_eq!(stored, 0, "nothing of it may stay");

    // The same without a length, and to a JSON endpoint.
    for path in ["/v3/assets", "/v3/video-translations"] {
        let kind =
            if path.ends_with("assets") { "multipart/form-data; boundary=x" } else { "application/json" };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        let mut stream = begin(&server, &head);
        let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
        let taken = (0..200).take_while(|_| stream.write_all(&chunk).is_ok()).count();
        assert!(taken < 200, "{path} took {taken} MB");
    }
    server.get("/v3/users/me").ok();
}

fn walk(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|e| if e.path().is_dir() { walk(&e.path()) } else { e.metadata().unwrap().len() }).sum()
}

#[test]
fn slow_clients_hold_up_nobody() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let head = "POST /v3/video-translations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let slow: Vec<TcpStream> = (0..200).map(|_| begin(&server, head)).collect();
    let header: Vec<TcpStream> =
        (0..200).map(|_| begin(&server, "GET /v3/users/me HTTP/1.1\r\nHost:")).collect();
    let clock = Instant::now();
    server.get("/v3/users/me").ok();
    assert!(clock.elapsed() < Duration::from_secs(5));
    drop(slow);
    drop(header);
}

#[test]
fn wrong_types_in_every_field_are_named() {
    let data = data();
    let server = Server::start(data.path(), &["--workers", "0"]);
    let spec = server.get("/openapi.json").ok();
    let odd = [
        json!(-1e308),
        json!("\u{0}"),
        json!([[[[]]]]),
        json!({ "a": { "b": null } }),
        json!(true),
        json!(1u64 << 63),
    ];
    let mut asked = 0;
    for (path, operations) in spec["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let reference = schema["$ref"].as_str().or_else(|| schema["oneOf"][1]["$ref"].as_str());
            let Some(reference) = reference else { continue };
            let fields = spec.pointer(&format!("{}/properties", reference.trim_start_matches('#'))).unwrap();
            let url = path.replace(['{', '}'], "");
            for field in fields.as_object().unwrap().keys() {
                for value in &odd {
                    let answer = server.json(&method.to_uppercase(), &url, &[], &json!({ field: value }));
                    assert!(
                        (400..500).contains(&answer.status) || answer.status == 200,
                        "{url} {field} {value}: {answer:?}"
                    );
                    assert!(answer.status == 200 || answer.body["error"]["code"].is_string(), "{answer:?}");
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 200, "{asked}");
    let deep = "[".repeat(100_000);
    let json = [("content-type", "application/json")];
    server.send("POST", "/v3/video-translations", &json, deep.as_bytes()).fails(400, "invalid_parameter");
    server.send("POST", "/v3/video-translations", &json, b"\xFF\xFE{}").fails(400, "invalid_parameter");
}

#[test]
fn addresses_inside_the_network_are_not_fetched() {
    let (data, host) = (data(), Host::start());
    // A server that sends whoever asks on to another one, which is not allowed.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let inside = host.sample().replace("127.0.0.1", "127.0.0.2");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 2048]);
            let _ = write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {inside}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    let server = Server::start(data.path(), &["--max-jobs", "20"]);
    let failures = [
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::1]:80/a.mp4".to_owned(),
        "http://[::ffff:10.0.0.1]/a.mp4".to_owned(),
        "http://localhost.localdomain:1/a.mp4".to_owned(),
        "http://2130706434/a.mp4".to_owned(),
        "http://0.0.0.0/a.mp4".to_owned(),
        format!("http://127.0.0.1:{port}/redirected.mp4"),
    ];
    for url in failures {
        let answer = server.post("/v3/video-translations", &four_seconds(&url));
        if answer.status == 400 {
            answer.fails(400, "invalid_parameter");
            continue;
        }
        let id = answer.ok()["data"]["video_translation_ids"][0].as_str().unwrap().to_owned();
        let ended = server.wait(&format!("/v3/video-translations/{id}"), |d| {
            d["status"] == "failed" || d["status"] == "completed"
        });
        assert_eq!(ended["status"], "failed", "{url}: {ended}");
    }
}

#[test]
fn captions_without_end_are_read_or_refused() {
    let (data, host) = (data(), Host::start());
    let server = Server::start(data.path(), &[]);
    let cue = |n: u64| {
        format!(
            "{n}\n00:{:02}:{:02},000 --> 00:{:02}:{:02},500\nLine {n}\n\n",
            n / 60 % 60,
            n % 60,
            n / 60 % 60,
            n % 60
        )
    };
    let many: String = (1..=100_000).map(cue).collect();
    let asset = upload(&server, "many.srt", many.as_bytes(), "text/plain").ok()["data"]["asset_id"].clone();
    let mut body = four_seconds(&host.sample());
    body["srt"] = json!({ "type": "asset_id", "asset_id": asset });
    body["srt_role"] = json!("output");
    let answer = server.post("/v3/video-translations", &body);
    if answer.status == 200 {
        let id = answer.body["data"]["video_translation_ids"][0].as_str().unwrap().to_owned();
        let ended: Value = server.wait(&format!("/v3/video-translations/{id}"), |d| {
            d["status"] == "failed" || d["status"] == "completed"
        });
        assert_eq!(ended["status"], "failed", "overlapping cues are refused: {ended}");
    }
    server.get("/v3/users/me").ok();
}
