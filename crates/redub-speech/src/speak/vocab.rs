//! Kokoro's symbol table.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::SpeechError;
use crate::phonemes::{Phonemes, Symbol};

/// Symbol to token number, as the model's `vocab.json` has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Vocab {
    vocab: HashMap<char, i64>,
}

impl Vocab {
    /// Reads `vocab.json`.
    ///
    /// # Errors
    /// A file that cannot be read or has another shape.
    pub fn read(path: &Path) -> Result<Self, SpeechError> {
        let text = std::fs::read_to_string(path)?;
        serde_json::from_str(&text).map_err(|e| SpeechError::Engine {
            engine: "kokoro",
            reason: format!("{} is not a symbol table: {e}", path.display()),
        })
    }

    /// The symbols the table knows, with their tokens.
    pub fn encode(&self, phonemes: &Phonemes) -> Vec<(Symbol, i64)> {
        phonemes.symbols.iter().filter_map(|s| Some((*s, *self.vocab.get(&s.symbol)?))).collect()
    }
}
