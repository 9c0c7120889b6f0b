//! Changes the sample rate.

use redub_core::Audio;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::error::{MediaError, Result};

/// Sample frames per block: long blocks have a steep filter close below half the rate.
const BLOCK: usize = 4096;

/// The sound at `rate` Hz, exactly `round(frames × rate / old rate)` frames long, without delay.
///
/// # Errors
/// One of the rates is 0, or the resampler refused.
pub fn resample(audio: &Audio, rate: u32) -> Result<Audio> {
    if audio.rate == rate {
        return Ok(audio.clone());
    }
    let frames = (audio.frames() as f64 * f64::from(rate) / f64::from(audio.rate)).round() as usize;
    if frames == 0 {
        return Ok(Audio::new(rate, audio.channels, Vec::new()));
    }
    let fail = |reason: String| MediaError::Sound { action: "resample", reason };
    let (from, to) = (audio.rate as usize, rate as usize);
    let window = WindowFunction::BlackmanHarris2;
    let mut resampler = Fft::<f32>::new_custom(from, to, BLOCK, 1, audio.channels, window, FixedSync::Both)
        .map_err(|e| fail(e.to_string()))?;
    let input = InterleavedSlice::new(&audio.samples, audio.channels, audio.frames())
        .map_err(|e| fail(e.to_string()))?;
    let room = resampler.process_all_needed_output_len(audio.frames());
    let mut samples = vec![0.0f32; room * audio.channels];
    let mut output =
        InterleavedSlice::new_mut(&mut samples, audio.channels, room).map_err(|e| fail(e.to_string()))?;
    resampler
        .process_all_into_buffer(&input, &mut output, audio.frames(), None)
        .map_err(|e| fail(e.to_string()))?;
    samples.resize(frames * audio.channels, 0.0);
    Ok(Audio::new(rate, audio.channels, samples))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_phase_level_and_length() -> Result<()> {
        let tone = |rate: u32| {
            let wave =
                (0..rate).map(|n| (std::f64::consts::TAU * 440.0 * f64::from(n) / f64::from(rate)).sin());
            wave.map(|s| 0.5 * s as f32).collect::<Vec<_>>()
        };
        for (from, to) in [(24_000, 48_000), (44_100, 16_000), (8_000, 22_050)] {
            let out = resample(&Audio::new(from, 1, tone(from)), to)?;
            assert_eq!(out.frames(), to as usize);
            let margin = to as usize / 10;
            let wrong = out.samples.iter().zip(tone(to)).map(|(a, b)| (a - b).abs());
            let worst = wrong.skip(margin).take(to as usize - 2 * margin).fold(0.0f32, f32::max);
            assert!(worst < 2e-3, "{from} → {to}: {worst}");
        }
        Ok(())
    }
}
