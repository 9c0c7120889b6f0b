//! From one voice signal to the speech in every channel.

use redub_core::Audio;

use super::features::RATE;

/// Window over which the voice's place in the stereo image is taken as fixed, in samples (1 s).
const WINDOW: usize = RATE as usize;
/// Share of a channel's own filtered speech that the placed voice must explain; below it the speakers stand apart in the
/// stereo image or the room arrives by different ways, and each channel is filtered on its own.
const EXPLAINED: f64 = 0.9;

/// The signal the filter is estimated from: the mean of the channels, or the loudest channel when they cancel.
pub fn reference(audio: &Audio) -> Vec<f32> {
    let mean = audio.mono();
    let loudest =
        (0..audio.channels).map(|c| audio.channel(c)).max_by(|a, b| energy(a).total_cmp(&energy(b)));
    match loudest {
        Some(channel) if energy(&mean.samples) < 0.05 * energy(&channel) => channel,
        _ => mean.samples,
    }
}

/// The speech in each channel of `audio`: `voice` with the gain that explains the channel best, or `filter` of the channel
/// itself where no gain explains it.
pub fn place(audio: &Audio, voice: &[f32], filter: impl Fn(&[f32]) -> Vec<f32>) -> Vec<Vec<f32>> {
    let channels: Vec<Vec<f32>> = (0..audio.channels).map(|c| audio.channel(c)).collect();
    if channels.len() == 1 {
        return vec![voice.to_vec()];
    }
    let place = |channel: &Vec<f32>| {
        let placed = scaled(voice, &gains(channel, voice));
        let whole = energy(voice).max(1e-12);
        let strength = dot(channel, voice) / whole;
        // Equal in all channels is by far the most common case and needs no second look.
        if (strength - 1.0).abs() < 0.1 {
            return placed;
        }
        let own = filter(channel);
        let rest: f64 = own.iter().zip(&placed).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        if rest <= (1.0 - EXPLAINED) * energy(&own) { placed } else { own }
    };
    channels.iter().map(place).collect()
}

/// The channel's gain for the voice at every window centre, by least squares over two windows.
fn gains(channel: &[f32], voice: &[f32]) -> Vec<f64> {
    let whole = energy(voice) / (voice.len().max(1) as f64) * WINDOW as f64;
    let overall = if whole > 0.0 { dot(channel, voice) / energy(voice).max(1e-12) } else { 0.0 };
    let count = voice.len() / WINDOW + 2;
    let gain = |i: usize| {
        let from = (i.saturating_sub(1) * WINDOW).min(voice.len());
        let to = ((i + 1) * WINDOW).min(voice.len());
        let (c, v) = (&channel[from..to], &voice[from..to]);
        // Pauses lean on the whole file's gain.
        let ballast = 0.1 * whole;
        ((dot(c, v) + ballast * overall) / (energy(v) + ballast).max(1e-12)).clamp(0.0, 4.0)
    };
    (0..count).map(gain).collect()
}

fn scaled(voice: &[f32], gains: &[f64]) -> Vec<f32> {
    let scale = |(i, x): (usize, &f32)| {
        let (at, part) = (i / WINDOW, (i % WINDOW) as f64 / WINDOW as f64);
        (f64::from(*x) * (gains[at] * (1.0 - part) + gains[at + 1] * part)) as f32
    };
    voice.iter().enumerate().map(scale).collect()
}

fn energy(x: &[f32]) -> f64 {
    dot(x, x)
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_on_one_side_stays_there() {
        let voice: Vec<f32> = (0..96_000).map(|i| (i as f32 * 0.03).sin() * 0.2).collect();
        let samples = voice.iter().flat_map(|v| [*v, 0.0]).collect();
        let audio = Audio::new(RATE, 2, samples);
        let half: Vec<f32> = voice.iter().map(|v| v * 0.5).collect();
        let placed = place(&audio, &half, <[f32]>::to_vec);
        let error = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(error(&placed[0], &voice) < 1e-3 && energy(&placed[1]) < 1e-6 * energy(&voice));
    }
}
