//! Fetching against a server on this machine: refused unless allowed, also behind a redirect.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use redub_media::MediaError;
use redub_media::fetch::{FetchError, FetchOptions, Fetched, fetch, post};

/// A server with a few fixed answers; its port.
fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let path = request.next().unwrap_or_default().split(' ').nth(1).unwrap_or("/").to_string();
            request.take_while(|line| !line.is_empty()).for_each(drop);
            let ok = |length: usize, body: &str| {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
            };
            let answer = match path.as_str() {
                "/clip.mp4" => ok(9, "some clip"),
                "/short.mp4" => ok(100, "some clip"),
                "/page" => ok(27, "<!DOCTYPE html><html></html>"),
                "/inside" => format!(
                    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{port}/clip.mp4\r\nContent-Length: 0\r\n\r\n"
                ),
                "/loop" => "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n".into(),
                "/file" => {
                    "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n".into()
                }
                "/slow" => {
                    std::thread::sleep(Duration::from_secs(3));
                    ok(1, "x")
                }
                _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    port
}

fn get(url: &str, allow: &str, target: &Path) -> Result<Fetched, FetchError> {
    let max_time = Duration::from_secs(if url.ends_with("slow") { 1 } else { 20 });
    let options = FetchOptions { max_bytes: 50, max_time, allow: allow.parse().unwrap() };
    let answer = fetch(url, target, &options, &mut |_| ControlFlow::Continue(()));
    answer.map_err(|e| if let MediaError::Fetch(e) = e { e } else { panic!("{e}") })
}

#[test]
fn private_hosts_are_refused_unless_allowed() {
    let port = server();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("clip.mp4");
    let url = |host: &str, path: &str| format!("http://{host}:{port}{path}");

    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"] {
        let refusal = get(&url(host, "/clip.mp4"), "10.0.0.0/8", &target);
        assert!(matches!(refusal, Err(FetchError::Private { .. })), "{host}: {refusal:?}");
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "nothing may be left behind");

    let fetched = get(&url("127.0.0.1", "/clip.mp4?key=1"), "127.0.0.0/8", &target);
    assert!(matches!(fetched, Err(FetchError::Status { status: 404, .. })));
    let fetched = get(&url("127.0.0.1", "/clip.mp4"), "127.0.0.0/8", &target).unwrap();
    assert_eq!((fetched.bytes, fetched.name.as_deref()), (9, Some("clip.mp4")));
    assert_eq!(std::fs::read(&target).unwrap(), b"some clip");

    // The name is trusted, what it redirects to is not.
    let refusal = get(&url("localhost", "/inside"), "localhost", &target);
    assert!(matches!(refusal, Err(FetchError::Private { .. })), "{refusal:?}");
    assert!(get(&url("localhost", "/inside"), "localhost,127.0.0.1", &target).is_ok());
}

#[test]
fn every_failure_has_its_own_error() {
    let port = server();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("clip.mp4");
    let fail = |path: &str| get(&format!("http://127.0.0.1:{port}{path}"), "127.0.0.1", &target).unwrap_err();
    assert!(matches!(fail("/none"), FetchError::Status { status: 404, .. }));
    assert!(matches!(fail("/page"), FetchError::Page { .. }));
    assert!(matches!(fail("/short.mp4"), FetchError::TooBig { .. }));
    assert!(matches!(fail("/loop"), FetchError::Redirects { .. }));
    assert!(matches!(fail("/slow"), FetchError::TooSlow { .. }));
    println!("{}", fail("/file"));
    assert!(matches!(get("ftp://example.com/a", "", &target), Err(FetchError::BadUrl { .. })));
    let unknown = get("http://no-such-host.invalid/a.mp4", "", &target);
    assert!(matches!(unknown, Err(FetchError::NoHost { .. })), "{unknown:?}");
    assert!(!target.exists());
}

#[test]
fn messages_are_guarded_alike_and_redirects_are_not_followed() {
    let port = server();
    let send = |path: &str, allow: &str| {
        let url = format!("http://localhost:{port}{path}");
        post(&url, &[("X-Test", "1")], b"{}", Duration::from_secs(1), &allow.parse().unwrap())
    };
    assert!(matches!(send("/clip.mp4", ""), Err(FetchError::Private { .. })));
    assert!(matches!(send("/clip.mp4", "localhost"), Ok(200)));
    assert!(matches!(send("/inside", "localhost"), Ok(302)));
    assert!(matches!(send("/nothing", "localhost"), Ok(404)));
    assert!(matches!(send("/slow", "localhost"), Err(FetchError::TooSlow { .. })));
    let file = post("file:///etc/passwd", &[], b"", Duration::from_secs(1), &"".parse().unwrap());
    assert!(matches!(file, Err(FetchError::BadUrl { .. })));
}
