//! Ids and secrets.

use std::fmt::Write as _;

/// 32 random hexadecimal digits in lower case.
pub fn hex() -> String {
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    digits(&bytes)
}

/// `N` random bytes as hexadecimal digits, for keys and secrets.
pub fn secret<const N: usize>() -> String {
    let mut bytes = [0u8; N];
    fill(&mut bytes);
    digits(&bytes)
}

/// Bytes as hexadecimal digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Without the system's random numbers nothing may be signed or named: better no server than guessable keys.
fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        tracing::error!(%error, "the system gives no random numbers");
        std::process::abort();
    }
}
