//! Two takes of the same words brought into step, by how they sound.

mod align;
mod cepstrum;
mod envelope;
mod pitches;

pub use envelope::RATE;
pub use pitches::pitches;

use crate::error::SpeechError;

/// For every 5 ms of one take, the place in the other that says the same, in 5 ms; both mono at [`RATE`]. `None` when one is more than
/// twice as long.
///
/// # Errors
/// An analysis that fails.
pub fn in_step(one: &[f32], other: &[f32]) -> Result<Option<Vec<usize>>, SpeechError> {
    let analysis = envelope::Analysis::new();
    Ok(align::align(&analysis.of(one)?, &analysis.of(other)?))
}

fn failed(error: realfft::FftError) -> SpeechError {
    SpeechError::Engine { engine: "voice alignment", reason: error.to_string() }
}
