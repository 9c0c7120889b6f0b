//! What a receiver gets.

use hmac::Mac;
use serde_json::{Value, json};

use crate::sign::{hex, hmac};

/// The body of a message about an event, the same at every attempt.
///
/// `event` repeats `event_type`: the official n8n trigger reads it under that name.
pub fn body(event_id: &str, event_type: &str, data: &Value, created_at: &str) -> Vec<u8> {
    let message = json!({
        "event_id": event_id,
        "event_type": event_type,
        "event": event_type,
        "event_data": data,
        "created_at": created_at,
    });
    message.to_string().into_bytes()
}

/// The signature of a body: lower-case hexadecimal HMAC-SHA256 over its bytes, keyed with the secret as it was given.
pub fn signature(secret: &str, body: &[u8]) -> String {
    hex(&hmac(secret.as_bytes()).chain_update(body).finalize().into_bytes())
}

/// The headers of a message. The signature goes under both names that receivers look for; it is left out when there is
/// no secret to sign with.
pub fn headers(
    event_id: &str,
    secret: Option<&str>,
    body: &[u8],
    unix_seconds: i64,
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("Heygen-Event-Id", event_id.to_owned()),
        ("Heygen-Timestamp", unix_seconds.to_string()),
    ];
    if let Some(secret) = secret {
        let signature = signature(secret, body);
        headers.push(("Heygen-Signature", signature.clone()));
        headers.push(("Signature", signature));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value was made with `openssl dgst -sha256 -hmac whsec_test`.
    #[test]
    fn the_signature_covers_the_raw_body() {
        let body = br#"{"event_type":"video_translate.success"}"#;
        assert_eq!(
            signature("whsec_test", body),
            "8425b85856077791f99ebbfb09797236a27ee12e315854e02713a11648be5b76"
        );
        let headers = headers("evt", Some("whsec_test"), body, 1_700_000_000);
        let of = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        assert_eq!(of("Heygen-Signature"), of("Signature"));
        assert_eq!(of("Heygen-Timestamp"), Some("1700000000"));
        assert!(super::headers("evt", None, body, 0).iter().all(|(n, _)| !n.contains("Signature")));
    }
}
