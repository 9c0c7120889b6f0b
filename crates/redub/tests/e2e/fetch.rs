//! Input by address.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::{files, finish, redub, sample};

/// A server that gives the sample to whoever asks for `/sample.mp4`, and 404 to others.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let body = std::fs::read(sample()).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            let mut stream = stream.unwrap();
            let mut request = [0u8; 2048];
            let read = stream.read(&mut request).unwrap_or(0);
            let found = String::from_utf8_lossy(&request[..read]).starts_with("GET /sample.mp4 ");
            let (status, body): (&str, &[u8]) =
                if found { ("200 OK", &body) } else { ("404 Not Found", b"") };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: video/mp4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    port
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    let port = serve();
    let url = format!("http://127.0.0.1:{port}/sample.mp4");
    let out = tempfile::tempdir().unwrap();
    let translate = |url: &str| {
        let mut command = redub();
        command.args(["translate", url, "--to", "es", "--translate-audio-only", "-o"]).arg(out.path());
        command
    };
    finish(&mut translate(&url)).fails(1, "127.0.0.1");
    finish(&mut translate("http://169.254.169.254/latest/meta-data")).fails(1, "169.254.169.254");
    finish(&mut translate("ftp://example.org/a.mp4")).fails(1, "ftp");
    assert_eq!(files(out.path()), Vec::<String>::new());

    let missing = format!("http://127.0.0.1:{port}/nothing.mp4");
    finish(translate(&missing).env("REDUB_ALLOW_PRIVATE_HOSTS", "127.0.0.1")).fails(1, "404");
    finish(translate(&url).env("REDUB_ALLOW_PRIVATE_HOSTS", "127.0.0.1")).ok();
    assert!(files(out.path()).contains(&"sample.es.mp4".to_owned()), "{:?}", files(out.path()));
}
