//! Meters.

use ebur128::{Channel, EbuR128, Mode};
use redub_core::Audio;

use crate::error::{MediaError, Result};

/// Gated loudness of the whole, in LUFS; none when nothing is above the gate of -70 LUFS (or shorter than 0.4 s).
///
/// # Errors
/// The meter refuses the rate or the number of channels.
pub fn integrated_lufs(audio: &Audio) -> Result<Option<f64>> {
    let mut meter = meter(audio, Mode::I)?;
    meter.add_frames_f32(&audio.samples).map_err(refused)?;
    let loudness = meter.loudness_global().map_err(refused)?;
    Ok(loudness.is_finite().then_some(loudness))
}

/// The highest true peak of any channel, in dBTP; minus infinity for silence.
///
/// # Errors
/// The meter refuses the rate or the number of channels.
pub fn true_peak_dbtp(audio: &Audio) -> Result<f64> {
    let mut meter = meter(audio, Mode::TRUE_PEAK)?;
    meter.add_frames_f32(&audio.samples).map_err(refused)?;
    let mut highest = 0.0f64;
    for channel in 0..audio.channels as u32 {
        highest = highest.max(meter.true_peak(channel).map_err(refused)?);
    }
    Ok(20.0 * highest.log10())
}

/// Momentary loudness (window of 0.4 s) every `step_s` seconds, in LUFS, the n-th value at the end of its window at
/// `(n + 1) × step_s`; minus infinity for silence.
///
/// # Errors
/// The step is shorter than a sample, or the meter refuses the rate or the number of channels.
pub fn momentary(audio: &Audio, step_s: f64) -> Result<Vec<f64>> {
    let step = (step_s * f64::from(audio.rate)).round() as usize;
    if step == 0 {
        return Err(MediaError::Request("loudness needs a step of at least one sample".into()));
    }
    let mut meter = meter(audio, Mode::M)?;
    let mut values = Vec::with_capacity(audio.frames() / step);
    for block in audio.samples.chunks_exact(step * audio.channels) {
        meter.add_frames_f32(block).map_err(refused)?;
        values.push(meter.loudness_momentary().map_err(refused)?);
    }
    Ok(values)
}

fn meter(audio: &Audio, mode: Mode) -> Result<EbuR128> {
    let mut meter = EbuR128::new(audio.channels as u32, audio.rate, mode).map_err(refused)?;
    if audio.channels == 1 {
        // One channel is played by two loudspeakers: without this, mono reads 3 LU too low beside stereo.
        meter.set_channel(0, Channel::DualMono).map_err(refused)?;
    }
    if audio.channels == 8 {
        // The meter knows 5.1 by itself, but not the side channels of 7.1.
        meter.set_channel(6, Channel::Mp090).map_err(refused)?;
        meter.set_channel(7, Channel::Mm090).map_err(refused)?;
    }
    Ok(meter)
}

fn refused(error: ebur128::Error) -> MediaError {
    MediaError::Sound { action: "measure loudness", reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS has -23 LUFS.
    #[test]
    fn the_reference_tone_has_its_loudness_in_one_and_two_channels() -> Result<()> {
        let level = 10f64.powf(-23.0 / 20.0);
        let wave =
            (0..48_000 * 5).map(|n| level * (std::f64::consts::TAU * 1000.0 * f64::from(n) / 48_000.0).sin());
        let mono = Audio::new(48_000, 1, wave.map(|s| s as f32).collect());
        for audio in [crate::audio::stereo(&mono), mono] {
            let lufs = integrated_lufs(&audio)?.unwrap_or(0.0);
            assert!((lufs + 23.0).abs() < 0.1, "{lufs}");
            assert!((true_peak_dbtp(&audio)? + 23.0).abs() < 0.1);
            assert!((momentary(&audio, 0.1)?[20] + 23.0).abs() < 0.1);
        }
        assert_eq!(integrated_lufs(&Audio::silence(48_000, 2, 48_000))?, None);
        Ok(())
    }
}
