//! A file server of a few lines that understands `Range` and can break off.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct State {
    content: Vec<u8>,
    break_after: Option<usize>,
    /// The `Range` of each request; empty where there was none.
    requests: Vec<String>,
}

/// Serves one content at every path until the test process ends.
pub struct Server {
    state: Arc<Mutex<State>>,
    port: u16,
}

impl Server {
    pub fn start(content: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { content, ..State::default() }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up is its own affair.
                let _ = answer(stream, &shared);
            }
        });
        Self { state, port }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    pub fn serve(&self, content: Vec<u8>) {
        self.state.lock().unwrap().content = content;
    }

    /// Sends no more than that many bytes per answer.
    pub fn break_after(&self, bytes: usize) {
        self.state.lock().unwrap().break_after = Some(bytes);
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut range = String::new();
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("range:") {
            range = value.trim().to_owned();
        }
        if line.is_empty() {
            break;
        }
    }
    let (content, limit) = {
        let mut state = state.lock().unwrap();
        state.requests.push(range.clone());
        (state.content.clone(), state.break_after)
    };
    let total = content.len();
    let start = range.strip_prefix("bytes=").and_then(|r| r.strip_suffix('-')).map(|n| n.parse().unwrap());
    let head = match start {
        Some(start) if start >= total => {
            format!("416 No\r\nContent-Range: bytes */{total}\r\nContent-Length: 0")
        }
        Some(start) => format!(
            "206 Part\r\nContent-Range: bytes {start}-{}/{total}\r\nContent-Length: {}",
            total - 1,
            total - start
        ),
        None => format!("200 OK\r\nContent-Length: {total}"),
    };
    write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\n\r\n")?;
    let body = &content[start.unwrap_or(0).min(total)..];
    stream.write_all(&body[..limit.unwrap_or(total).min(body.len())])
}
