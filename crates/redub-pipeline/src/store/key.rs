//! Keys of artifacts.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256 over everything an artifact is made from, as 32 hexadecimal digits (128 bits).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key(String);

impl Key {
    /// A key written down before.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let digits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        digits.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Collects what an artifact is made from. Every part is written with its name and length, so that two
/// different sets of parts never hash alike.
#[derive(Debug, Clone)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// Starts a key for a stage; raise `version` when the stage's code changes what it yields.
    pub fn new(stage: &str, version: u32) -> Self {
        Self(Sha256::new()).part("stage", stage.as_bytes()).part("version", &version.to_le_bytes())
    }

    /// The key of an artifact that is read.
    pub fn input(self, key: &Key) -> Self {
        self.part("input", key.0.as_bytes())
    }

    /// A parameter that is read.
    pub fn param<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        let text = serde_json::to_vec(value).unwrap_or_default();
        self.part(name, &text)
    }

    /// A model that is used, by its digest.
    pub fn model(self, name: &str, digest: &str) -> Self {
        self.part(name, digest.as_bytes())
    }

    /// The key.
    pub fn finish(self) -> Key {
        let digest = self.0.finalize();
        Key(digest.iter().take(16).map(|b| format!("{b:02x}")).collect())
    }

    fn part(mut self, name: &str, bytes: &[u8]) -> Self {
        for piece in [name.as_bytes(), bytes] {
            self.0.update((piece.len() as u64).to_le_bytes());
            self.0.update(piece);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::KeyBuilder;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let a = KeyBuilder::new("s", 1).param("ab", "c").finish();
        let b = KeyBuilder::new("s", 1).param("a", "bc").finish();
        let c = KeyBuilder::new("s", 2).param("ab", "c").finish();
        assert!(a != b && a != c && b != c);
        assert_eq!(a, KeyBuilder::new("s", 1).param("ab", "c").finish());
    }
}
