//! Makes sound faster or slower without changing its pitch.

use redub_core::Audio;

use crate::doctor;
use crate::error::{MediaError, Result};
use crate::tool::{self, Limits, Tool};

/// The sound played `speed` times as fast (1.2 is a fifth faster, so shorter) at the same pitch, exactly
/// `round(frames / speed)` frames long.
///
/// Rubber Band does it where ffmpeg has it (events keep their place within a few milliseconds), ffmpeg's own `atempo`
/// otherwise.
///
/// # Errors
/// `speed` is outside 0.25 to 4, or ffmpeg failed.
pub fn stretch(audio: &Audio, speed: f64) -> Result<Audio> {
    if !(0.25..=4.0).contains(&speed) {
        return Err(MediaError::Request(format!(
            "sound cannot be played {speed} times as fast; use 0.25 to 4"
        )));
    }
    let frames = (audio.frames() as f64 / speed).round() as usize;
    if speed == 1.0 || frames == 0 {
        return Ok(Audio { samples: audio.samples[..frames * audio.channels].to_vec(), ..*audio });
    }
    let filter = if doctor::has_filter("rubberband") {
        format!("rubberband=tempo={speed:.9}:channels=together")
    } else {
        tempo_chain(speed)
    };
    let mut samples = through(audio, &filter)?;
    samples.resize(frames * audio.channels, 0.0);
    Ok(Audio::new(audio.rate, audio.channels, samples))
}

/// `atempo` is best between 0.5 and 2, so stronger changes take two of them.
fn tempo_chain(speed: f64) -> String {
    if (0.5..=2.0).contains(&speed) {
        return format!("atempo={speed:.9}");
    }
    let half = speed.sqrt();
    format!("atempo={half:.9},atempo={half:.9}")
}

/// Sends the samples through an ffmpeg audio filter.
fn through(audio: &Audio, filter: &str) -> Result<Vec<f32>> {
    let (rate, channels) = (audio.rate.to_string(), audio.channels.to_string());
    let mut args = tool::quiet();
    let raw = ["-f", "f32le", "-ar", &rate, "-ac", &channels];
    args.extend(["-protocol_whitelist", "pipe"].iter().chain(&raw).map(Into::into));
    args.extend(["-i", "pipe:0", "-af", filter, "-c:a", "pcm_f32le"].map(Into::into));
    args.extend(raw.iter().map(Into::into));
    args.push("pipe:1".into());
    let bytes: Vec<u8> = audio.samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let output = tool::run(Tool::Ffmpeg, "stretching sound", &args, Some(bytes), Limits::WORK)?;
    Ok(output.chunks_exact(4).map(|w| f32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_exact_pitch_and_places_are_kept() -> Result<()> {
        if doctor::ffmpeg_version().is_err() {
            println!("skipped: ffmpeg is not installed");
            return Ok(());
        }
        let rate = 24_000;
        let sample = |n: usize| {
            let t = n as f64 / f64::from(rate);
            let on = (t * 2.0).fract() < 0.5;
            if on { 0.5 * (std::f64::consts::TAU * 220.0 * t).sin() as f32 } else { 0.0 }
        };
        let audio = Audio::new(rate, 1, (0..72_001).map(sample).collect());
        for speed in [0.85, 1.13, 1.2] {
            let out = stretch(&audio, speed)?;
            assert_eq!(out.frames(), (72_001.0 / speed).round() as usize);
            let burst = &out.samples[(1.05 / speed * 24_000.0) as usize..(1.2 / speed * 24_000.0) as usize];
            let rest = &out.samples[(1.3 / speed * 24_000.0) as usize..(1.45 / speed * 24_000.0) as usize];
            assert!(redub_core::audio::rms(burst) > 0.25 && redub_core::audio::rms(rest) < 0.05);
            let crossings = burst.windows(2).filter(|w| w[0] <= 0.0 && w[1] > 0.0).count();
            let hertz = crossings as f64 / (burst.len() as f64 / 24_000.0);
            assert!((hertz - 220.0).abs() < 12.0, "{speed}: {hertz} Hz");
        }
        assert!(stretch(&audio, 5.0).is_err());
        Ok(())
    }
}
