//! A running server and a client for it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// The project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A data folder whose stored stages are those of all tests.
pub fn data() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("artifacts");
    std::fs::create_dir_all(&shared).unwrap();
    std::os::unix::fs::symlink(shared, data.path().join("artifacts")).unwrap();
    data
}

/// The binary with a data folder.
pub fn redub(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redub"));
    command.env("REDUB_DATA_DIR", data).env("NO_COLOR", "1").env("REDUB_ALLOW_PRIVATE_HOSTS", "127.0.0.1");
    command
}

/// A server; killed when dropped.
pub struct Server {
    child: Child,
    pub base: String,
    pub key: Option<String>,
    agent: ureq::Agent,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Value,
}

impl Server {
    /// Starts `redub serve` with further arguments.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = redub(data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let base = loop {
            let Some(Ok(line)) = lines.next() else { panic!("the server ended: {said}") };
            let address = line.split_whitespace().find(|w| w.starts_with("http://")).map(str::to_owned);
            if let Some(base) = address {
                break base;
            }
            said += &line;
        };
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("server: {line}")));
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        Self { child, base, key: None, agent: config.into() }
    }

    /// Kills it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Sends a request with any body.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let uri = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = ureq::http::Request::builder().method(method).uri(uri);
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body).unwrap()).unwrap();
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        let body = serde_json::from_slice(&text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&text).into_owned()));
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, &[], body)
    }

    pub fn json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<_> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        self.send(method, path, &headers, body.to_string().as_bytes())
    }

    /// The bytes behind a link.
    pub fn download(&self, url: &str) -> Vec<u8> {
        let mut answer = self.agent.get(url).call().unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap()
    }

    /// Asks for a resource until `done`.
    #[track_caller]
    pub fn wait(&self, path: &str, done: impl Fn(&Value) -> bool) -> Value {
        let clock = Instant::now();
        loop {
            let answer = self.get(path).ok();
            if done(&answer["data"]) {
                return answer["data"].clone();
            }
            assert!(clock.elapsed() < Duration::from_secs(600), "{answer}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for a job to be completed.
    #[track_caller]
    pub fn completed(&self, path: &str) -> Value {
        let done = self.wait(path, |d| d["status"] == "completed" || d["status"] == "failed");
        assert_eq!(done["status"], "completed", "{done}");
        done
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The body of a good answer.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }

    /// The answer is this error, in the envelope.
    #[track_caller]
    pub fn fails(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.body["error"]["code"].as_str()), (status, Some(code)), "{self:?}");
        assert!(
            self.body["error"]["message"].is_string() && self.headers.contains_key("x-request-id"),
            "{self:?}"
        );
        let anchor = format!("#{}", code.replace('_', "-"));
        assert!(self.body["error"]["doc_url"].as_str().unwrap().ends_with(&anchor), "{self:?}");
        self
    }

    /// … about this field.
    #[track_caller]
    pub fn about(&self, param: &str) -> &Self {
        assert_eq!(self.body["error"]["param"], param, "{self:?}");
        self
    }

    /// … saying this.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body["error"]["message"].as_str().unwrap().contains(text), "{self:?}");
        self
    }
}

/// A translation of four seconds of a video.
pub fn four_seconds(url: &str) -> Value {
    json!({
        "video": { "type": "url", "url": url },
        "output_languages": ["Spanish"],
        "input_language": "English",
        "start_time": 2.0,
        "end_time": 6.0,
    })
}
