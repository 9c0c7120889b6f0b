//! The place a voice is heard in: how its microphone and distance colour it ([`tilt`]), and how its walls answer
//! ([`reverb`]). A dub that is as bright and dry as the synthesiser makes it stands before the picture instead of in it.

pub mod reverb;
pub mod tilt;

pub use reverb::Reverb;
pub use tilt::Tilt;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

use crate::error::SpeechError;

fn failed(error: realfft::FftError) -> SpeechError {
    SpeechError::Engine { engine: "room", reason: error.to_string() }
}

/// Convolution with `response` by blocks in the frequency domain; the result has the sound's length.
fn convolve(sound: &[f32], response: &[f32]) -> Result<Vec<f32>, SpeechError> {
    if sound.is_empty() || response.is_empty() {
        return Ok(sound.to_vec());
    }
    let size = (2 * response.len()).next_power_of_two().max(4096);
    let block = size - response.len() + 1;
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
    let filter = spectrum(&forward, response)?;
    let mut out = vec![0.0f32; sound.len()];
    for (index, part) in sound.chunks(block).enumerate() {
        let mut bins = spectrum(&forward, part)?;
        bins.iter_mut().zip(&filter).for_each(|(b, f)| *b *= f);
        let mut wave = inverse.make_output_vec();
        inverse.process(&mut bins, &mut wave).map_err(failed)?;
        let scale = 1.0 / size as f32;
        out.iter_mut().skip(index * block).zip(&wave).for_each(|(o, w)| *o += w * scale);
    }
    Ok(out)
}

fn spectrum(forward: &Arc<dyn RealToComplex<f32>>, part: &[f32]) -> Result<Vec<Complex32>, SpeechError> {
    let (mut buffer, mut bins) = (forward.make_input_vec(), forward.make_output_vec());
    buffer.iter_mut().zip(part).for_each(|(b, s)| *b = *s);
    forward.process(&mut buffer, &mut bins).map_err(failed)?;
    // A real signal has no phase at zero and at half the rate.
    if let Some(first) = bins.first_mut() {
        first.im = 0.0;
    }
    if let Some(last) = bins.last_mut() {
        last.im = 0.0;
    }
    Ok(bins)
}

#[cfg(test)]
mod tests {
    use super::convolve;

    #[test]
    fn blocks_join_without_a_seam() {
        let sound: Vec<f32> = (0..9000).map(|i| (i as f32 * 0.1).sin()).collect();
        let response = [0.5, 0.0, -0.25];
        let out = convolve(&sound, &response).unwrap();
        let worst = (2..sound.len())
            .map(|i| (out[i] - (0.5 * sound[i] - 0.25 * sound[i - 2])).abs())
            .fold(0.0, f32::max);
        assert!(out.len() == sound.len() && worst < 1e-4, "{worst}");
    }
}
