//! What the stock voices sound like: voice print and pitch of each, measured once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Voice;
use crate::error::SpeechError;

/// Every stock voice saying the same sentence; made by `examples/voice_bank.rs`.
const MEASURED: &str = include_str!("bank.json");
/// Voice prints are kept as whole thousandths.
pub const SCALE: f32 = 1000.0;

/// A measured voice, as the file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Median pitch in Hz.
    pub pitch_hz: f32,
    /// CAM++ voice print times [`SCALE`].
    pub print: Vec<i16>,
}

/// Voice prints and pitches of the stock voices.
#[derive(Debug, Clone)]
pub struct Bank {
    voices: HashMap<String, (f32, Vec<f32>)>,
}

impl Bank {
    /// The measured bank that comes with the program.
    ///
    /// # Errors
    /// A file that is damaged.
    pub fn load() -> Result<Self, SpeechError> {
        let rows: HashMap<String, Measured> = serde_json::from_str(MEASURED)
            .map_err(|e| SpeechError::Engine { engine: "voices", reason: format!("voice bank: {e}") })?;
        let unpack =
            |m: Measured| (m.pitch_hz, unit(m.print.into_iter().map(|v| f32::from(v) / SCALE).collect()));
        Ok(Self { voices: rows.into_iter().map(|(name, m)| (name, unpack(m))).collect() })
    }

    /// Names of the measured voices, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.voices.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Unit-length voice print of a voice; of a mixture, the weighted mean of its parts' prints.
    pub fn print(&self, voice: &Voice) -> Option<Vec<f32>> {
        let mut sum: Vec<f32> = Vec::new();
        for (name, weight) in voice.parts() {
            let (_, print) = self.voices.get(name)?;
            sum.resize(print.len(), 0.0);
            sum.iter_mut().zip(print).for_each(|(s, p)| *s += weight * p);
        }
        Some(unit(sum))
    }

    /// Median pitch of a voice in Hz; of a mixture, the weighted geometric mean.
    pub fn pitch_hz(&self, voice: &Voice) -> Option<f32> {
        let logs: Option<Vec<f32>> =
            voice.parts().iter().map(|(name, w)| Some(w * self.voices.get(name)?.0.ln())).collect();
        logs.map(|l| l.iter().sum::<f32>().exp())
    }
}

/// Cosine of the angle between unit vectors.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = cosine(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|v| *v /= length);
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stock_voice_is_measured() {
        let bank = Bank::load().unwrap();
        let names: Vec<&str> = super::super::catalog::all().map(|v| v.name).collect();
        assert_eq!(bank.names(), names);
        for name in names {
            let voice = Voice::named(name);
            assert_eq!(bank.print(&voice).unwrap().len(), 192);
            assert!((70.0..350.0).contains(&bank.pitch_hz(&voice).unwrap()), "{name}");
        }
    }
}
