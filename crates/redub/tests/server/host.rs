//! A web server for the files of a test.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// Type and bytes by path.
type Files = Arc<Mutex<HashMap<String, (String, Vec<u8>)>>>;

/// Serves files by their paths from a port of loopback.
pub struct Host {
    base: String,
    files: Files,
}

impl Host {
    /// Starts it; it ends with the test's process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let files = Files::default();
        let shared = files.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines();
                let path = lines.next().and_then(|l| Some(l.ok()?.split(' ').nth(1)?.to_owned()));
                let _headers = lines.map_while(Result::ok).take_while(|l| !l.is_empty()).count();
                let found = path.and_then(|p| shared.lock().unwrap().get(&p).cloned());
                let (status, kind, body) = match found {
                    Some((kind, body)) => ("200 OK", kind, body),
                    None => ("404 Not Found", "text/plain".into(), b"no".to_vec()),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        Self { base, files }
    }

    /// Serves `body`; gives its address.
    pub fn put(&self, path: &str, kind: &str, body: Vec<u8>) -> String {
        self.files.lock().unwrap().insert(path.to_owned(), (kind.to_owned(), body));
        format!("{}{path}", self.base)
    }

    /// Serves the project's sample; gives its address.
    pub fn sample(&self) -> String {
        let path = crate::support::project().join("assets/sample/presenter.mp4");
        self.put("/presenter.mp4", "video/mp4", std::fs::read(path).unwrap())
    }

    /// Stops serving a file.
    pub fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(path);
    }
}
