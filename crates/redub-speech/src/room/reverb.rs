//! How long a room rings, heard from speech alone, and a short tail for a voice that is too dry for it.
//!
//! Speech shows its room where it stops: the level falls by the room's own decay. Speech itself does not stop at once
//! either, so the decay of a dry voice is measured the same way, and the tail is set by trying: its level is raised until
//! the dub decays as the source does.

use redub_core::audio::rms;

use super::convolve;
use crate::error::SpeechError;

/// Frame, in seconds.
const FRAME: f64 = 0.01;
/// A decay begins within this of the loudest level, dB …
const LOUD_DB: f32 = 18.0;
/// … and is followed over this much of a fall, dB, without rising by more than [`RISE_DB`].
const FALL_DB: f32 = 22.0;
const RISE_DB: f32 = 1.5;
/// The fewest decays that make an estimate.
const LEAST: usize = 5;
/// Reverberation times that are given to a dub, seconds: above, tails are a hall that no line should swim in.
const LONGEST: f32 = 0.8;
/// A source that decays no slower than this, relative to the dub, needs no tail.
const DRY: f32 = 1.15;
/// Strongest tail, relative to the direct sound (energy ratio -4 dB).
const STRONGEST: f32 = 0.4;
/// Sound that the tail's level is tried on, seconds.
const TRIED: f64 = 15.0;

/// A tail to be added to a voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reverb {
    /// Time in which the tail falls by 60 dB, seconds.
    pub seconds: f32,
    /// Energy of the tail relative to the direct sound.
    pub level: f32,
}

impl Reverb {
    /// The tail that makes `dub` decay as slowly as `source` (both mono at `rate`); `None` when it already does or when too
    /// little is heard.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn between(source: &[f32], dub: &[f32], rate: u32) -> Result<Option<Self>, SpeechError> {
        let some = &dub[..dub.len().min((TRIED * f64::from(rate)) as usize)];
        let (Some(wanted), Some(is)) = (decay(source, rate), decay(some, rate)) else { return Ok(None) };
        if wanted < is * DRY {
            return Ok(None);
        }
        let seconds = wanted.min(LONGEST);
        let (mut low, mut high) = (0.0, STRONGEST);
        for _ in 0..5 {
            let level = 0.5 * (low + high);
            let wet = Self { seconds, level }.apply(some, rate)?;
            let reached = decay(&wet, rate).unwrap_or(seconds);
            if reached < wanted { low = level } else { high = level }
        }
        Ok(Some(Self { seconds, level: 0.5 * (low + high) }))
    }

    /// The sound with its tail; as long as before.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn apply(&self, sound: &[f32], rate: u32) -> Result<Vec<f32>, SpeechError> {
        let tail = self.tail(rate);
        let wet = convolve(sound, &tail)?;
        Ok(sound.iter().zip(&wet).map(|(dry, wet)| dry + wet).collect())
    }

    /// Noise that dies away, duller as it does, after the first reflection's delay; the same every time.
    fn tail(&self, rate: u32) -> Vec<f32> {
        let len = (self.seconds * rate as f32) as usize;
        let delay = (0.008 * rate as f32) as usize;
        let mut state = 0x9E37_79B9_u32;
        let mut smooth = 0.0f32;
        let mut tail: Vec<f32> = (0..len)
            .map(|i| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                if i < delay {
                    return 0.0;
                }
                let noise = state as f32 / u32::MAX as f32 * 2.0 - 1.0;
                let time = i as f32 / len as f32;
                // From about 9 kHz down to 2 kHz: air and walls take the high tones first.
                smooth += (0.7 - 0.5 * time) * (noise - smooth);
                smooth * 10f32.powf(-3.0 * time)
            })
            .collect();
        let energy: f32 = tail.iter().map(|s| s * s).sum();
        let scale = (self.level / energy.max(1e-12)).sqrt();
        tail.iter_mut().for_each(|s| *s *= scale);
        tail
    }
}

/// Median time in which speech falls by 60 dB where it stops, in seconds; `None` for too few stops.
pub fn decay(sound: &[f32], rate: u32) -> Option<f32> {
    let frame = (FRAME * f64::from(rate)) as usize;
    let levels: Vec<f32> = sound.chunks(frame).map(|c| 20.0 * rms(c).max(1e-6).log10()).collect();
    let loudest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut slopes: Vec<f32> = Vec::new();
    let mut at = 0;
    while at + 1 < levels.len() {
        if levels[at] < loudest - LOUD_DB || levels[at + 1] >= levels[at] {
            at += 1;
            continue;
        }
        let mut lowest = levels[at];
        let mut end = at;
        for (i, level) in levels.iter().enumerate().skip(at + 1) {
            if *level > lowest + RISE_DB {
                break;
            }
            if *level < lowest {
                (lowest, end) = (*level, i);
            }
            if levels[at] - lowest >= FALL_DB + 6.0 {
                break;
            }
        }
        if levels[at] - lowest >= FALL_DB {
            slopes.push((end - at) as f32 * FRAME as f32 / (levels[at] - lowest) * 60.0);
        }
        at = end.max(at + 1);
    }
    if slopes.len() < LEAST {
        return None;
    }
    slopes.sort_by(f32::total_cmp);
    Some(slopes[slopes.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    /// Bursts of tone with pauses, as dry as can be.
    fn bursts() -> Vec<f32> {
        (0..RATE * 6)
            .map(|i| {
                let time = i as f32 / RATE as f32;
                let fall = ((time * 2.0).fract() - 0.4).max(0.0) * 0.5;
                0.3 * (time * 1400.0).sin() * 10f32.powf(-fall / 0.1 * 3.0)
            })
            .collect()
    }

    #[test]
    fn a_dry_voice_gets_the_tail_of_the_room() {
        let dry = bursts();
        assert!((decay(&dry, RATE).unwrap() - 0.1).abs() < 0.03, "{:?}", decay(&dry, RATE));
        let room = Reverb { seconds: 0.4, level: 0.1 }.apply(&dry, RATE).unwrap();
        let found = Reverb::between(&room, &dry, RATE).unwrap().unwrap();
        assert!(found.level > 0.02 && found.level < 0.3, "{found:?}");
        let wet = found.apply(&dry, RATE).unwrap();
        let (wanted, got) = (decay(&room, RATE).unwrap(), decay(&wet, RATE).unwrap());
        assert!((got / wanted - 1.0).abs() < 0.25, "{wanted} {got}");
        assert_eq!(Reverb::between(&dry, &dry, RATE).unwrap(), None);
        assert_eq!(Reverb::between(&[0.0; 1600], &dry, RATE).unwrap(), None);
    }
}
