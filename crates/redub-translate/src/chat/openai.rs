//! One question, one answer, over HTTP.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Chat, Endpoint, Habits, KEYS, Question};
use crate::engine::Watch;
use crate::error::TranslateError;

/// Largest answer read.
const MOST_BYTES: u64 = 4 << 20;
/// How often a busy server is asked again.
const TRIES: u32 = 3;

/// A connection to an endpoint.
pub(crate) struct Client {
    endpoint: Endpoint,
    name: String,
    agent: ureq::Agent,
    /// Whether the server takes a schema; cleared when it says no.
    takes_schema: AtomicBool,
}

impl Client {
    pub fn new(endpoint: Endpoint) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(endpoint.timeout_seconds)))
            .http_status_as_error(false)
            .build();
        Self { name: endpoint.name(), endpoint, agent: config.into(), takes_schema: AtomicBool::new(true) }
    }

    fn url(&self) -> String {
        format!("{}/chat/completions", self.endpoint.base_url)
    }

    fn failed(&self, reason: String, hint: &'static str) -> TranslateError {
        TranslateError::Endpoint { url: self.url(), reason, hint }
    }

    /// Sends one request; the status and what came with it.
    fn send(&self, body: &Value) -> Result<(u16, String), TranslateError> {
        let mut request = self.agent.post(self.url());
        let key = KEYS.iter().find_map(|name| std::env::var(name).ok().filter(|k| !k.trim().is_empty()));
        if let Some(key) = key {
            request = request.header("Authorization", format!("Bearer {}", key.trim()));
        }
        let mut response = request.send_json(body).map_err(|e| {
            self.failed(
                e.to_string(),
                "is the server running, and is --base-url its address with the version (…/v1)?",
            )
        })?;
        let status = response.status().as_u16();
        let text = response.body_mut().with_config().limit(MOST_BYTES).read_to_string();
        let text = text.map_err(|e| self.failed(e.to_string(), "the answer broke off: try again"))?;
        Ok((status, text))
    }
}

impl Chat for Client {
    fn name(&self) -> &str {
        &self.name
    }

    fn habits(&self) -> Habits {
        Habits { at_once: 1, summarised: 60, fills_gaps: false }
    }

    fn ask(&self, questions: &[Question], watch: &dyn Watch) -> Result<Vec<String>, TranslateError> {
        let one = |question: &Question| {
            if watch.stopped() { Err(TranslateError::Stopped) } else { self.ask_one(question) }
        };
        questions.iter().map(one).collect()
    }
}

impl Client {
    fn ask_one(&self, question: &Question) -> Result<String, TranslateError> {
        let schema = match &question.answer {
            Answer::Form(form) => Some(form.schema()),
            Answer::Words | Answer::Gaps(_) => None,
        };
        let mut pause = Duration::from_millis(500);
        for attempt in 1.. {
            let mut body = json!({
                "model": self.endpoint.model,
                "temperature": 0.2,
                "messages": [
                    { "role": "system", "content": question.system },
                    { "role": "user", "content": question.user },
                ],
            });
            let held = schema.as_ref().filter(|_| self.takes_schema.load(Ordering::Relaxed));
            if let Some(schema) = held {
                body["response_format"] = json!({
                    "type": "json_schema",
                    "json_schema": { "name": "lines", "strict": true, "schema": schema },
                });
            }
            let (status, text) = self.send(&body)?;
            match status {
                200..=299 => return self.read(&text),
                // Servers that know no schema say so with a 400; the answer is then asked for in words alone.
                400 | 422 if held.is_some() => self.takes_schema.store(false, Ordering::Relaxed),
                408 | 429 | 500 | 502 | 503 | 504 if attempt < TRIES => {
                    std::thread::sleep(pause);
                    pause *= 4;
                }
                401 | 403 => {
                    return Err(self.failed(
                        format!("status {status}"),
                        "set REDUB_OPENAI_API_KEY (or OPENAI_API_KEY) to a key the server accepts",
                    ));
                }
                404 => {
                    return Err(self.failed(
                        format!("status 404: {}", short(&text)),
                        "check --base-url (it ends in the version: …/v1) and --model",
                    ));
                }
                _ => {
                    return Err(self.failed(
                        format!("status {status}: {}", short(&text)),
                        "the server refused the request: see its log",
                    ));
                }
            }
        }
        Ok(String::new())
    }

    fn read(&self, text: &str) -> Result<String, TranslateError> {
        let wrong = |why: &str| {
            self.failed(format!("{why}: {}", short(text)), "is this an OpenAI-compatible address?")
        };
        let answer: Value = serde_json::from_str(text).map_err(|_| wrong("the answer is no JSON"))?;
        let content = answer.pointer("/choices/0/message/content").and_then(Value::as_str);
        Ok(content.ok_or_else(|| wrong("the answer holds no message"))?.to_owned())
    }
}

fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
