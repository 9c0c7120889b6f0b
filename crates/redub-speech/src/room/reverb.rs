//! How long a room answers, and how loudly: measured on speech alone, and given to a dry voice.
//!
//! Speech falls silent hundreds of times a minute, but a room lets no fall be steeper than its own. So the lower decile of
//! all falls of level behind the peaks of speech is the room's, whoever speaks and whatever is said. The same
//! curve is then taken of the dub as it would be in each of many rooms; the room that comes nearest is it (analysis by
//! synthesis). Rooms are tried on powers, not on samples: a tail's power is the speech's own, smoothed by an
//! exponential (Polack 1988), which is one multiplication a frame.

use realfft::RealFftPlanner;
use redub_core::Audio;
use serde::{Deserialize, Serialize};

use super::{convolve, failed};
use crate::error::SpeechError;

/// Seconds between two frames of level, and length of a frame.
const HOP: f32 = 0.01;
const FRAME: f32 = 0.02;
/// The band that is listened to, Hz: consonants end abruptly here, and voices are clear of hum.
const BAND: (f32, f32) = (1000.0, 4000.0);
/// Frames behind a peak that are compared: 30 to 240 ms.
const BEHIND: std::ops::Range<usize> = 3..25;
/// Share of the falls that are steeper than the curve.
const STEEP: f32 = 0.1;
/// The fewest peaks that tell something.
const LEAST: usize = 24;
/// Peaks lie at most this far below the level of speech, dB.
const PEAK: f32 = 10.0;
/// Reverberation times that are tried, seconds to -60 dB. Longer ones are halls, whose tail would cover the next words.
const TIMES: [f32; 8] = [0.15, 0.2, 0.25, 0.3, 0.38, 0.46, 0.56, 0.7];
/// Energies of the tail that are tried, dB of the direct sound.
const LEVELS: std::ops::RangeInclusive<i32> = -26..=-4;
/// A tail below this is not heard behind the bed's own noise, dB of the direct sound.
const AUDIBLE: f32 = -17.0;
/// What is softer than this a twentieth of a second behind the sound is part of it to the ear, dB.
const APART: (f32, f32) = (0.05, -24.0);
/// How much nearer, in dB, the room must bring the dub to the source than no room does.
const GAIN: f32 = 1.5;
/// Rooms that differ by less than this, dB, are alike.
const ALIKE: f32 = 0.25;
/// Where the tail begins behind the direct sound, seconds.
const GAP: f32 = 0.004;

/// A room.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reverb {
    /// Time in which a sound falls by 60 dB, seconds.
    pub seconds: f32,
    /// Energy of the tail, dB of the direct sound.
    pub level_db: f32,
}

impl Reverb {
    /// The room in which `dub` falls silent as `source` does, both mono and with the silence behind their lines. `None` where that is no room that could be heard, or where there is too little speech to tell.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn between(source: &Audio, dub: &Audio) -> Result<Option<Self>, SpeechError> {
        let Some(wanted) = Falls::of(&powers(source)?) else { return Ok(None) };
        let dry = powers(dub)?;
        let away = |room: Option<Self>| {
            let mut wet = room.map_or_else(|| dry.clone(), |r| r.on_powers(&dry));
            let level = Falls::of(&wet)?.level;
            // A fall into the source's noise ends there.
            wet.iter_mut().for_each(|p| *p += level * wanted.floor);
            Some(Falls::of(&wet)?.away(&wanted))
        };
        let Some(without) = away(None) else { return Ok(None) };
        let rooms = TIMES.iter().flat_map(|seconds| {
            LEVELS.step_by(2).map(|level| Self { seconds: *seconds, level_db: level as f32 })
        });
        let tried: Vec<(Self, f32)> = rooms.filter_map(|room| Some((room, away(Some(room))?))).collect();
        let best = tried.iter().map(|(_, away)| *away).fold(f32::INFINITY, f32::min);
        // A longer, softer tail is hardly told from a shorter, louder one: of those alike the one in the middle.
        let alike: Vec<Self> =
            tried.iter().filter(|(_, away)| *away <= best + ALIKE).map(|(room, _)| *room).collect();
        let found = alike.get(alike.len() / 2).copied();
        Ok(found.filter(|room| room.is_heard() && without - best >= GAIN))
    }

    /// Whether the ear tells its tail from the sound.
    fn is_heard(&self) -> bool {
        let (behind, least) = APART;
        self.level_db >= AUDIBLE && self.level_db - 60.0 * behind / self.seconds >= least
    }

    /// The sound in the room, with its tail behind it.
    ///
    /// # Errors
    /// A Fourier transform that refuses its buffers.
    pub fn apply(&self, sound: &[f32], rate: u32) -> Result<Vec<f32>, SpeechError> {
        let response = self.response(rate);
        let mut longer = sound.to_vec();
        longer.resize(sound.len() + response.len(), 0.0);
        convolve(&longer, &response)
    }

    /// What the room makes of a click: the click, then noise that dies away, the high of it first. The same noise every
    /// time, so that a dub made again is the same.
    fn response(&self, rate: u32) -> Vec<f32> {
        let samples = (self.seconds * rate as f32) as usize;
        let mut state = 1u32;
        let mut low = 0.0;
        let mut tail: Vec<f32> = (0..samples.max(1))
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                let t = i as f32 / rate as f32;
                // From 8 kHz down to 3: air and walls swallow the high first.
                let edge = 3000.0 + 5000.0 * (1.0 - t / self.seconds).max(0.0);
                low += (1.0 - (-std::f32::consts::TAU * edge / rate as f32).exp()) * (noise - low);
                if t < GAP { 0.0 } else { low * 10f32.powf(-3.0 * t / self.seconds) }
            })
            .collect();
        let energy: f32 = tail.iter().map(|s| s * s).sum();
        let scale = 10f32.powf(self.level_db / 20.0) / energy.sqrt().max(1e-9);
        tail.iter_mut().for_each(|s| *s *= scale);
        tail[0] = 1.0;
        tail
    }

    /// Powers of speech as they are in the room.
    fn on_powers(&self, dry: &[f32]) -> Vec<f32> {
        let keep = 10f32.powf(-6.0 * HOP / self.seconds);
        let share = 10f32.powf(self.level_db / 10.0) * (1.0 - keep);
        let mut tail = 0.0;
        dry.iter()
            .map(|p| {
                tail = tail * keep + p * share;
                p + tail
            })
            .collect()
    }
}

/// How steeply speech falls.
struct Falls {
    /// dB against the peak, frame by frame behind it.
    curve: Vec<f32>,
    /// Power of loud speech.
    level: f32,
    /// Power of the quietest twentieth, as a share of that.
    floor: f32,
}

impl Falls {
    /// `None` for too little speech.
    fn of(powers: &[f32]) -> Option<Self> {
        let mut sorted = powers.to_vec();
        sorted.sort_by(f32::total_cmp);
        let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len().max(1) as f32;
        let level = mean(sorted.get(sorted.len() * 6 / 10..)?);
        let floor = mean(&sorted[..sorted.len().div_ceil(20)]) / level.max(1e-20);
        let least = level * 10f32.powf(-PEAK / 10.0);
        let peaks: Vec<usize> = (3..powers.len().saturating_sub(BEHIND.end))
            .filter(|i| powers[*i] > least && powers[i - 3..i + 4].iter().all(|p| *p <= powers[*i]))
            .collect();
        if peaks.len() < LEAST {
            return None;
        }
        let steep = |behind: usize| {
            let fall = |i: &usize| 10.0 * (powers[i + behind].max(1e-20) / powers[*i]).log10();
            let mut falls: Vec<f32> = peaks.iter().map(fall).collect();
            falls.sort_by(f32::total_cmp);
            falls[(falls.len() as f32 * STEEP) as usize]
        };
        Some(Self { curve: BEHIND.map(steep).collect(), level, floor })
    }

    /// Mean distance of two curves, dB.
    fn away(&self, other: &Self) -> f32 {
        let sum: f32 = self.curve.iter().zip(&other.curve).map(|(a, b)| (a - b).abs()).sum();
        sum / self.curve.len() as f32
    }
}

/// Power in the band, frame by frame.
fn powers(sound: &Audio) -> Result<Vec<f32>, SpeechError> {
    let size = |seconds: f32| ((seconds * sound.rate as f32).round() as usize).max(2);
    let (frame, hop) = (size(FRAME), size(HOP));
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(frame);
    let (mut buffer, mut bins) = (fft.make_input_vec(), fft.make_output_vec());
    let bin = |hz: f32| (hz * FRAME).ceil() as usize;
    let band = bin(BAND.0)..bin(BAND.1).min(bins.len());
    let mut powers = Vec::with_capacity(sound.samples.len() / hop);
    for part in sound.samples.windows(frame).step_by(hop) {
        for (i, (b, s)) in buffer.iter_mut().zip(part).enumerate() {
            *b = s * (0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / (frame - 1) as f32).cos());
        }
        fft.process(&mut buffer, &mut bins).map_err(failed)?;
        powers.push(bins[band.clone()].iter().map(|b| b.norm_sqr()).sum());
    }
    Ok(powers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    /// Bursts of noise with abrupt ends, 0.1 s each: as dry as speech can be. Another `seed`, other lengths.
    fn bursts(seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let mut sound = Vec::new();
        for _ in 0..60 {
            let (loud, still) =
                (800 + (next().abs() * 1600.0) as usize, 1600 + (next().abs() * 4000.0) as usize);
            sound.extend((0..loud).map(|_| 0.2 * next()));
            sound.extend((0..still).map(|_| 1e-4 * next()));
        }
        sound
    }

    #[test]
    fn a_room_is_found_again_and_a_dry_voice_has_none() {
        let mono = |samples: Vec<f32>| Audio::new(RATE, 1, samples);
        let (spoken, dub) = (mono(bursts(7)), mono(bursts(99)));
        assert_eq!(Reverb::between(&spoken, &dub).unwrap(), None);
        for room in [Reverb { seconds: 0.3, level_db: -10.0 }, Reverb { seconds: 0.56, level_db: -6.0 }] {
            let heard = mono(room.apply(&spoken.samples, RATE).unwrap());
            let found = Reverb::between(&heard, &dub).unwrap().unwrap();
            assert!((found.level_db - room.level_db).abs() <= 2.0, "{room:?} {found:?}");
            assert!((found.seconds / room.seconds).ln().abs() < 0.3, "{room:?} {found:?}");
            // Once the dub is in that room, no other is missing.
            let wet = mono(found.apply(&dub.samples, RATE).unwrap());
            assert_eq!(Reverb::between(&heard, &wet).unwrap(), None);
        }
        assert_eq!(Reverb::between(&mono(spoken.samples[..8000].to_vec()), &dub).unwrap(), None);
    }

    #[test]
    fn the_tail_has_the_energy_it_should_have() {
        let room = Reverb { seconds: 0.4, level_db: -9.0 };
        assert!(room.is_heard() && !Reverb { seconds: 0.15, level_db: -8.0 }.is_heard());
        let tail: f32 = room.response(48_000)[1..].iter().map(|s| s * s).sum();
        assert!((10.0 * tail.log10() + 9.0).abs() < 0.1, "{tail}");
    }
}
