//! Times as the API writes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64)
}

/// ISO 8601 in UTC: `2026-03-01T12:00:00Z`.
pub fn iso(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |t| t.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn iso_is_utc() {
        assert_eq!(super::iso(1_772_366_400), "2026-03-01T12:00:00Z");
    }
}
