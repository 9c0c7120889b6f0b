//! The dub as one track: every line at its place, as loud as its source line, with its rise and fall of loudness, in the
//! speaker's tone colour and room.

use redub_core::audio::rms;
use redub_core::{Audio, Span};
use redub_media::audio;
use redub_speech::room::{Reverb, Tilt};

use super::delivery;
use super::speech::{AUDIBLE, DubLine};
use super::timing::{TimedLine, Timing};
use crate::error::PipelineError;

const RATE: u32 = 48_000;
/// How far a line's level may be moved towards its source line, dB.
const LEVEL_RANGE_DB: f32 = 18.0;
/// Speech of one speaker that the tone colour and the room are judged by, seconds.
const ENOUGH: f64 = 40.0;
/// Silence behind a line in which its room is heard, seconds.
const BEHIND: f64 = 0.3;

/// The track, 48 kHz mono.
pub(crate) struct Track {
    /// Its samples.
    pub sound: Vec<f32>,
    /// First audible instant of every line, seconds.
    pub onsets: Vec<f64>,
    /// Speakers whose room can be heard, with it.
    pub rooms: Vec<(String, Reverb)>,
}

/// Puts the track of `frames` samples together; `source` is the source's speech alone, 48 kHz mono, `hearing` the source with its
/// rooms, mono at any rate, where nothing but speech is heard in it.
pub(crate) fn track(
    lines: &[DubLine],
    timing: &Timing,
    source: &Audio,
    hearing: Option<&Audio>,
    frames: usize,
) -> Result<Track, PipelineError> {
    let mut sounds =
        lines.iter().zip(&timing.lines).map(|(l, t)| sound(l, t)).collect::<Result<Vec<_>, _>>()?;
    let mut track = Track { sound: vec![0.0; frames], onsets: vec![0.0; lines.len()], rooms: Vec::new() };
    let mut speakers: Vec<&str> = Vec::new();
    for line in lines {
        if !speakers.contains(&line.target.speaker.as_str()) {
            speakers.push(&line.target.speaker);
        }
    }
    for speaker in speakers {
        let own: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].target.speaker == speaker).collect();
        let heard = joined(RATE, own.iter().map(|i| source.slice(lines[*i].target.span).samples));
        let spoken = joined(RATE, own.iter().map(|i| sounds[*i].clone()));
        let room = hearing.map(|hearing| room(lines, &own, &sounds, hearing)).transpose()?.flatten();
        track.rooms.extend(room.map(|room| (speaker.to_owned(), room)));
        if let Some(tilt) = Tilt::between(&heard, &spoken, RATE)? {
            for i in &own {
                sounds[*i] = tilt.apply(&sounds[*i])?;
            }
        }
        for i in &own {
            let line = source.slice(lines[*i].target.span).samples;
            let start = timing.lines[*i].span.start;
            track.onsets[*i] = place(&mut sounds[*i], start, &line, room.as_ref(), &mut track.sound)?;
        }
    }
    Ok(track)
}

/// The room that the lines `own` of one speaker are heard in.
fn room(
    lines: &[DubLine],
    own: &[usize],
    sounds: &[Vec<f32>],
    hearing: &Audio,
) -> Result<Option<Reverb>, PipelineError> {
    let heard = own.iter().map(|i| {
        let span = lines[*i].target.span;
        // Behind a line there is its room, until the next one speaks.
        let next = lines.get(i + 1).map_or(f64::INFINITY, |next| next.target.span.start);
        hearing.slice(Span::new(span.start, (span.end + BEHIND).min(next.max(span.end)))).samples
    });
    let heard = Audio::new(hearing.rate, 1, joined(hearing.rate, heard));
    let spoken = own.iter().map(|i| {
        let mut sound = sounds[*i].clone();
        sound.resize(sound.len() + (BEHIND * f64::from(RATE)) as usize, 0.0);
        sound
    });
    let spoken = Audio::new(RATE, 1, joined(RATE, spoken));
    Ok(Reverb::between(&heard, &spoken)?)
}

/// Pieces one after the other, as many as are enough.
fn joined(rate: u32, parts: impl Iterator<Item = Vec<f32>>) -> Vec<f32> {
    let mut all = Vec::new();
    for part in parts {
        all.extend(part);
        if all.len() as f64 > ENOUGH * f64::from(rate) {
            break;
        }
    }
    all
}

/// A line's speech at the mix's rate and its final speed.
fn sound(line: &DubLine, timed: &TimedLine) -> Result<Vec<f32>, PipelineError> {
    let mut sound = audio::read_wav(&line.sound)?;
    if (timed.stretch - 1.0).abs() > 1e-3 {
        sound = audio::stretch(&sound, timed.stretch)?;
    }
    Ok(audio::resample(&sound, RATE)?.samples)
}

/// Adds one line to the track from `start` seconds on, as loud as its `source` line, with its rise and fall, in its room;
/// gives its first audible instant.
fn place(
    sound: &mut [f32],
    start: f64,
    source: &[f32],
    room: Option<&Reverb>,
    track: &mut [f32],
) -> Result<f64, PipelineError> {
    delivery::contour(source, sound, RATE);
    let gain = level_gain(source, sound);
    sound.iter_mut().for_each(|s| *s *= gain);
    fade_edges(sound);
    let start = (start * f64::from(RATE)).round() as usize;
    let answered = room.map(|room| room.apply(sound, RATE)).transpose()?;
    for (at, sample) in track.iter_mut().skip(start).zip(answered.as_deref().unwrap_or(sound)) {
        *at += sample;
    }
    let peak = sound.iter().fold(0.0f32, |m, s| m.max(s.abs()));
    let first = sound.iter().position(|s| s.abs() > peak * AUDIBLE).unwrap_or(0);
    Ok((start + first) as f64 / f64::from(RATE))
}

/// Factor that brings the speech in `dub` to the level of the speech in `source`.
fn level_gain(source: &[f32], dub: &[f32]) -> f32 {
    let (wanted, is) = (active_rms(source), active_rms(dub));
    if wanted < 1e-4 || is < 1e-6 {
        return 1.0;
    }
    let range = 10f32.powf(LEVEL_RANGE_DB / 20.0);
    (wanted / is).clamp(1.0 / range, range)
}

/// Level of the speech itself: blocks of 20 ms that lie less than 30 dB below the loudest one.
fn active_rms(samples: &[f32]) -> f32 {
    let blocks: Vec<f32> = samples.chunks(RATE as usize / 50).map(rms).collect();
    let floor = blocks.iter().fold(0.0f32, |m, b| m.max(*b)) * 0.032;
    let active: Vec<f32> = blocks.into_iter().filter(|b| *b > floor).collect();
    rms(&active)
}

/// 5 ms in and 10 ms out, so that a line never clicks.
fn fade_edges(samples: &mut [f32]) {
    let (rise, fall) = (RATE as usize / 200, RATE as usize / 100);
    let len = samples.len();
    for (i, s) in samples.iter_mut().enumerate() {
        let up = (i as f32 / rise as f32).min(1.0);
        let down = ((len - i) as f32 / fall as f32).min(1.0);
        *s *= up * down;
    }
}
