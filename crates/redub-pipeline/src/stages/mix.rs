//! Stage 10: the final sound: the dub (see `track`) over the background (see `bed`), as loud as the source, true peaks
//! limited.

use std::path::PathBuf;

use redub_core::{Audio, Language, Span};
use redub_media::{audio, loudness};
use redub_speech::room::Reverb;
use serde::{Deserialize, Serialize};

use super::bed;
use super::intake::Intake;
use super::speech::DubLine;
use super::stems::{BED, HEARING, SPEECH, Stems};
use super::timing::Timing;
use super::track::{Track, track};
use super::transcript::Heard;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};

/// The finished sound, 48 kHz, in the source's channels.
pub(crate) const MIX: &str = "mix.wav";
/// The dub's speech alone, 48 kHz mono, on the output's time line.
pub(crate) const DUB: &str = "dub.wav";

const RATE: u32 = 48_000;
/// Highest true peak, dBTP.
const CEILING: f64 = -1.0;
/// Loudness of a dub whose source is silent, LUFS (EBU R128).
const FALLBACK_LUFS: f64 = -23.0;

/// What came out of the mix.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mix {
    /// Integrated loudness of the mix, LUFS.
    pub loudness: Option<f64>,
    /// First audible instant of every line on the output's time line, seconds.
    pub onsets: Vec<f64>,
    /// Speakers whose room the dub was given, with it.
    pub rooms: Vec<(String, Reverb)>,
}

/// Runs the stage.
pub(crate) fn run(
    cx: &Context<'_>,
    intake: &Artifact<Intake>,
    stems: &Artifact<Stems>,
    heard: &Artifact<Heard>,
    lines: &[DubLine],
    timing: &Artifact<Timing>,
    to: &Language,
) -> Result<Artifact<Mix>, PipelineError> {
    let mut key = KeyBuilder::new("mix", 5)
        .input(&stems.key)
        .input(&heard.key)
        .input(&timing.key)
        .param("bed", &keeps_bed(cx, stems));
    for line in lines {
        key = key.input(&line.key);
    }
    let summary = |mix: &Mix| {
        let loud = match (mix.loudness, intake.value.loudness) {
            (Some(dub), Some(source)) => vec![format!("{dub:.1} LUFS, source {source:.1}")],
            _ => Vec::new(),
        };
        let room = |(speaker, room): &(String, Reverb)| {
            format!("{speaker} in a room of {:.2} s at {:.0} dB", room.seconds, room.level_db)
        };
        loud.into_iter().chain(mix.rooms.iter().map(room)).collect::<Vec<_>>().join(", ")
    };
    cx.stage("mix", Some(to), key.finish(), summary, |dir, progress| {
        let speech = audio::read_wav(&stems.dir.join(SPEECH))?;
        let (channels, source) = (speech.channels, speech.mono());
        let bed = match keeps_bed(cx, stems) {
            true => Some(audio::read_wav(&stems.dir.join(BED))?),
            false => None,
        };
        progress(0.1)?;
        let frames = (timing.value.retime.output_seconds() * f64::from(RATE)).round() as usize;
        // Music that fades is no room: only speech that was recorded alone tells of one.
        let alone = !stems.value.background_present && !cx.job.enhance_speech;
        let hearing = alone.then(|| audio::read_wav(&stems.dir.join(HEARING))).transpose()?;
        let Track { sound: dub, onsets, rooms } =
            track(lines, &timing.value, &source, hearing.as_ref(), frames)?;
        progress(0.4)?;
        let bed = bed
            .map(|bed| {
                let mut bed = bed::ducked(bed, heard, stems.value.background_present);
                let own = heard.value.transcript.lines.iter().map(|l| l.span);
                let spans: Vec<Span> = own.chain(lines.iter().map(|l| l.target.span)).collect();
                bed::keep_sounds(&mut bed, &speech, &spans);
                bed::retimed(&bed, &timing.value.retime)
            })
            .transpose()?;
        let mixed = sum(&dub, bed.as_ref(), channels, frames);
        progress(0.6)?;
        let mixed = at_loudness(mixed, intake.value.loudness.unwrap_or(FALLBACK_LUFS))?;
        let loudness = loudness::integrated_lufs(&mixed)?;
        audio::write_wav(&dir.join(DUB), &Audio::new(RATE, 1, dub))?;
        audio::write_wav(&dir.join(MIX), &mixed)?;
        Ok(Mix { loudness, onsets, rooms })
    })
}

/// Whether the background is heard: not when it is unwanted, nor when the sound was to be cleaned and the background is
/// mere noise.
fn keeps_bed(cx: &Context<'_>, stems: &Artifact<Stems>) -> bool {
    !cx.job.disable_music && (stems.value.background_present || !cx.job.enhance_speech)
}

/// Dub (in the middle) and bed, added as they are. In surround sound the middle is the centre channel, which the
/// downmix that everything is measured on takes with -3 dB.
fn sum(dub: &[f32], bed: Option<&Audio>, channels: usize, frames: usize) -> Audio {
    let mut out = match bed {
        Some(bed) => bed.clone(),
        None => Audio::silence(RATE, channels, frames),
    };
    out.samples.resize(frames * out.channels, 0.0);
    let centre = out.channels > 2;
    for (frame, voice) in out.samples.chunks_exact_mut(out.channels).zip(dub) {
        match frame {
            [_, _, centre_channel, ..] if centre => *centre_channel += voice * std::f32::consts::SQRT_2,
            _ => frame.iter_mut().for_each(|s| *s += voice),
        }
    }
    out
}

/// The mix at the wanted loudness with its true peaks under the ceiling; the limiter takes a little loudness away,
/// so the gain is corrected by what is missing.
fn at_loudness(mix: Audio, wanted: f64) -> Result<Audio, PipelineError> {
    let Some(is) = loudness::integrated_lufs(&mix)? else { return Ok(mix) };
    let mut gain_db = wanted - is;
    let mut best = mix.clone();
    for _ in 0..3 {
        let gain = 10f32.powf(gain_db as f32 / 20.0);
        best = mix.clone();
        best.samples.iter_mut().for_each(|s| *s *= gain);
        loudness::limit_true_peak(&mut best, CEILING);
        let Some(now) = loudness::integrated_lufs(&best)? else { break };
        let missing = wanted - now;
        if missing.abs() < 0.3 {
            break;
        }
        gain_db += missing.clamp(-6.0, 6.0);
    }
    Ok(best)
}

/// Path of the finished sound.
pub(crate) fn path(mix: &Artifact<Mix>) -> PathBuf {
    mix.dir.join(MIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudness_is_reached_without_passing_the_ceiling() {
        let tone = (0..RATE * 4).flat_map(|i| {
            let t = i as f32 / RATE as f32;
            let s = (t * 440.0 * std::f32::consts::TAU).sin() * 0.05 * (1.0 + (t * 3.0).sin());
            [s, s]
        });
        let mix = at_loudness(Audio::new(RATE, 2, tone.collect()), -18.0).unwrap();
        assert!((loudness::integrated_lufs(&mix).unwrap().unwrap() + 18.0).abs() < 0.5);
        assert!(loudness::true_peak_dbtp(&mix).unwrap() <= CEILING + 0.1);
    }
}
