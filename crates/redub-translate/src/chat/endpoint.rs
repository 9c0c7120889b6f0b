//! A language model behind an OpenAI-compatible address: llama.cpp's server, Ollama, vLLM, LM Studio, or a service.
//!
//! Off unless an [`Endpoint`] is configured; it is the only way in which text leaves the program, and it goes nowhere
//! but to that address. The key comes from the environment and is never stored.

use serde::{Deserialize, Serialize};

/// Environment variables a key is taken from, in this order.
pub const KEYS: [&str; 2] = ["REDUB_OPENAI_API_KEY", "OPENAI_API_KEY"];

/// Where a language model is and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Address up to and with the version: `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    /// Name of the model, as the server knows it.
    pub model: String,
    /// Seconds an answer may take.
    pub timeout_seconds: u64,
}

impl Endpoint {
    /// An endpoint with the usual patience of two minutes an answer.
    ///
    /// # Errors
    /// An address that is no http(s) address, in words for the user.
    pub fn new(base_url: &str, model: &str) -> Result<Self, String> {
        let base_url = base_url.trim().trim_end_matches('/').to_owned();
        let host = base_url.strip_prefix("http://").or_else(|| base_url.strip_prefix("https://"));
        if host.is_none_or(|h| h.is_empty() || h.starts_with('/') || h.contains([' ', '?', '#'])) {
            return Err(format!(
                "'{base_url}' is no http or https address, such as http://127.0.0.1:8080/v1"
            ));
        }
        if model.trim().is_empty() {
            return Err("the model has no name: give the one the server lists under /models".to_owned());
        }
        Ok(Self { base_url, model: model.trim().to_owned(), timeout_seconds: 120 })
    }

    /// Name in reports: `openai:MODEL`.
    pub fn name(&self) -> String {
        format!("openai:{}", self.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        assert_eq!(
            Endpoint::new("http://localhost:8080/v1/", "m").unwrap().base_url,
            "http://localhost:8080/v1"
        );
        for wrong in ["localhost:8080", "file:///etc", "http://", "http://a b"] {
            assert!(Endpoint::new(wrong, "m").is_err(), "{wrong}");
        }
        assert!(Endpoint::new("http://localhost", " ").is_err());
    }
}
