//! Style vectors of the voices.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use redub_models::ModelStore;

use crate::error::SpeechError;
use crate::voices::Voice;

/// Length of a style vector: 128 for the sound of the voice, 128 for its way of speaking.
pub const WIDTH: usize = 256;
/// A voice file holds a style vector for every number of symbols from 1 to this.
const ROWS: usize = 510;

/// Voice files, read once.
#[derive(Debug)]
pub struct Styles {
    store: Arc<ModelStore>,
    read: Mutex<HashMap<String, Arc<Vec<f32>>>>,
}

impl Styles {
    /// Nothing is read yet.
    pub fn new(store: Arc<ModelStore>) -> Self {
        Self { store, read: Mutex::default() }
    }

    /// The style vector of a voice for a run of `symbols` symbols; mixtures are weighted means.
    ///
    /// # Errors
    /// A voice that is not installed or whose file has another size.
    pub fn row(&self, voice: &Voice, symbols: usize) -> Result<Vec<f32>, SpeechError> {
        let start = symbols.clamp(1, ROWS) - 1;
        let mut row = vec![0.0; WIDTH];
        for (name, weight) in voice.parts() {
            let table = self.table(name)?;
            let own = &table[start * WIDTH..(start + 1) * WIDTH];
            row.iter_mut().zip(own).for_each(|(sum, x)| *sum += weight * x);
        }
        Ok(row)
    }

    /// The whole file of a stock voice.
    fn table(&self, name: &str) -> Result<Arc<Vec<f32>>, SpeechError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = read.get(name) {
            return Ok(table.clone());
        }
        let path = self.store.file("kokoro-voices", &format!("{name}.bin"))?;
        let bytes = std::fs::read(&path)?;
        if bytes.len() != ROWS * WIDTH * 4 {
            let reason = format!("{} has {} bytes, not {}", path.display(), bytes.len(), ROWS * WIDTH * 4);
            return Err(SpeechError::Engine { engine: "kokoro", reason });
        }
        let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let table = Arc::new(values);
        read.insert(name.to_owned(), Arc::clone(&table));
        Ok(table)
    }
}
