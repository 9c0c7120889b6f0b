//! Examples on disk: a mark, the number of examples, then all numbers as little-endian 32-bit floats.

use std::path::Path;

use super::cepstrum::ORDER;
use super::context::WIDTH;
use super::envelope::BANDS;
use super::examples::{Examples, SPREAD};
use crate::error::SpeechError;

const MARK: &[u8; 8] = b"redubVX1";
/// Floats before the examples: mean, deviation and own spread.
const HEAD: usize = 2 * ORDER + SPREAD;

fn refused(path: &Path, reason: &str) -> SpeechError {
    SpeechError::Engine { engine: "voice conversion", reason: format!("{}: {reason}", path.display()) }
}

impl Examples {
    /// Writes the examples to a file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), SpeechError> {
        let mut bytes = MARK.to_vec();
        bytes.extend((self.points.len() as u32).to_le_bytes());
        let head = self.mean.iter().chain(&self.deviation).chain(&self.own);
        let body = self.points.iter().flatten().chain(self.gains.iter().flatten());
        head.chain(body).for_each(|v| bytes.extend(v.to_le_bytes()));
        std::fs::write(path, bytes).map_err(|e| refused(path, &e.to_string()))
    }

    /// Reads what [`Examples::write`] wrote.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged.
    pub fn read(path: &Path) -> Result<Self, SpeechError> {
        let bytes = std::fs::read(path).map_err(|e| refused(path, &e.to_string()))?;
        let damaged = || refused(path, "the file is damaged");
        let (mark, rest) = bytes.split_at_checked(12).ok_or_else(damaged)?;
        let count = mark[8..].try_into().map(u32::from_le_bytes).map_err(|_| damaged())? as usize;
        let floats = HEAD + count.checked_mul(WIDTH + BANDS).ok_or_else(damaged)?;
        if &mark[..8] != MARK || count == 0 || floats.checked_mul(4) != Some(rest.len()) {
            return Err(damaged());
        }
        let mut values = rest.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        if values.clone().any(|v| !v.is_finite()) {
            return Err(damaged());
        }
        Ok(Self {
            mean: row(&mut values),
            deviation: row(&mut values),
            own: row(&mut values),
            points: (0..count).map(|_| row(&mut values)).collect(),
            gains: (0..count).map(|_| row(&mut values)).collect(),
        })
    }
}

fn row<const N: usize>(values: &mut impl Iterator<Item = f32>) -> [f32; N] {
    std::array::from_fn(|_| values.next().unwrap_or_default())
}
