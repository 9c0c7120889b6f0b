//! Stage 10: the final sound: the dub over the background, as loud as the source, true peaks limited.

use std::path::PathBuf;

use redub_core::audio::rms;
use redub_core::{Audio, Language, Span};
use redub_media::{audio, loudness};
use serde::{Deserialize, Serialize};

use super::intake::Intake;
use super::speech::{AUDIBLE, DubLine};
use super::stems::{BED, SPEECH, Stems};
use super::timing::{TimedLine, Timing};
use super::transcript::Heard;
use crate::context::Context;
use crate::error::PipelineError;
use crate::store::{Artifact, KeyBuilder};
use crate::timing::Retime;

/// The finished sound, 48 kHz stereo.
pub(crate) const MIX: &str = "mix.wav";
/// The dub's speech alone, 48 kHz mono, on the output's time line.
pub(crate) const DUB: &str = "dub.wav";

const RATE: u32 = 48_000;
/// Highest true peak, dBTP.
const CEILING: f64 = -1.0;
/// Loudness of a dub whose source is silent, LUFS (EBU R128).
const FALLBACK_LUFS: f64 = -23.0;
/// How far a line's level may be moved towards its source line, dB.
const LEVEL_RANGE_DB: f32 = 18.0;

/// What came out of the mix.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mix {
    /// Integrated loudness of the mix, LUFS.
    pub loudness: Option<f64>,
    /// First audible instant of every line on the output's time line, seconds.
    pub onsets: Vec<f64>,
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
    let mut key = KeyBuilder::new("mix", 2)
        .input(&stems.key)
        .input(&heard.key)
        .input(&timing.key)
        .param("bed", &keeps_bed(cx, stems));
    for line in lines {
        key = key.input(&line.key);
    }
    let summary = |mix: &Mix| match (mix.loudness, intake.value.loudness) {
        (Some(dub), Some(source)) => format!("{dub:.1} LUFS, source {source:.1}"),
        _ => String::new(),
    };
    cx.stage("mix", Some(to), key.finish(), summary, |dir, progress| {
        let source = audio::read_wav(&stems.dir.join(SPEECH))?.mono();
        let bed = match keeps_bed(cx, stems) {
            true => Some(audio::read_wav(&stems.dir.join(BED))?),
            false => None,
        };
        progress(0.1)?;
        let frames = (timing.value.retime.output_seconds() * f64::from(RATE)).round() as usize;
        let mut dub = vec![0.0f32; frames];
        let mut onsets = Vec::with_capacity(lines.len());
        for (line, timed) in lines.iter().zip(&timing.value.lines) {
            onsets.push(place(line, timed, &source, &mut dub)?);
        }
        let dub = Audio::new(RATE, 1, dub);
        progress(0.4)?;
        let bed = bed
            .map(|bed| retimed(&ducked(bed, heard, stems.value.background_present), &timing.value.retime))
            .transpose()?;
        let mixed = sum(&dub, bed.as_ref(), frames);
        progress(0.6)?;
        let mixed = at_loudness(mixed, intake.value.loudness.unwrap_or(FALLBACK_LUFS))?;
        let loudness = loudness::integrated_lufs(&mixed)?;
        audio::write_wav(&dir.join(DUB), &dub)?;
        audio::write_wav(&dir.join(MIX), &mixed)?;
        Ok(Mix { loudness, onsets })
    })
}

/// Whether the background is heard: not when it is unwanted, nor when the sound was to be cleaned and the background is
/// mere noise.
fn keeps_bed(cx: &Context<'_>, stems: &Artifact<Stems>) -> bool {
    !cx.job.disable_music && (stems.value.background_present || !cx.job.enhance_speech)
}

/// Adds one line to the dub at its place, as loud as its source line; gives its first audible instant.
fn place(line: &DubLine, timed: &TimedLine, source: &Audio, dub: &mut [f32]) -> Result<f64, PipelineError> {
    let mut sound = audio::read_wav(&line.sound)?;
    if (timed.stretch - 1.0).abs() > 1e-3 {
        sound = audio::stretch(&sound, timed.stretch)?;
    }
    let mut sound = audio::resample(&sound, RATE)?.samples;
    let gain = level_gain(&source.slice(line.target.span).samples, &sound);
    sound.iter_mut().for_each(|s| *s *= gain);
    fade_edges(&mut sound);
    let start = (timed.span.start * f64::from(RATE)).round() as usize;
    for (at, sample) in dub.iter_mut().skip(start).zip(&sound) {
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

/// What is left of the original voice in the bed is pressed down where it was heard: gently under music, which
/// must not pump, and strongly where there is only room tone.
fn ducked(mut bed: Audio, heard: &Artifact<Heard>, music: bool) -> Audio {
    let depth = if music { 1.0 } else { 0.2 };
    if depth < 1.0 {
        let spans: Vec<Span> = heard.value.transcript.lines.iter().map(|l| l.span).collect();
        let gain = envelope(&spans, depth, bed.frames());
        for (frame, g) in bed.samples.chunks_exact_mut(bed.channels).zip(gain) {
            frame.iter_mut().for_each(|s| *s *= g);
        }
    }
    bed
}

/// Gain per sample frame: `depth` inside the spans, 1 outside, with ramps of 80 ms.
fn envelope(spans: &[Span], depth: f32, frames: usize) -> Vec<f32> {
    let mut gain = vec![1.0f32; frames];
    let ramp = 0.08;
    for span in spans {
        let wide = Span::new(span.start - ramp, span.end + ramp);
        for i in wide.samples(RATE, frames) {
            let t = i as f64 / f64::from(RATE);
            let inside = ((t - wide.start).min(wide.end - t) / ramp).clamp(0.0, 1.0) as f32;
            gain[i] = gain[i].min(1.0 - (1.0 - depth) * inside);
        }
    }
    gain
}

/// The bed on the output's time line; slowed pieces keep their pitch, joins are cross-faded.
pub(crate) fn retimed(bed: &Audio, retime: &Retime) -> Result<Audio, PipelineError> {
    if retime.is_identity() {
        return Ok(bed.clone());
    }
    let frames = (retime.output_seconds() * f64::from(RATE)).round() as usize;
    let mut out = Audio::silence(RATE, bed.channels, frames);
    let fade = 0.02;
    for piece in retime.pieces() {
        let factor = piece.output.seconds() / piece.source.seconds().max(1e-9);
        // A little of what follows, to fade into the next piece.
        let wide = Span::new(piece.source.start, (piece.source.end + fade / factor).min(bed.seconds()));
        let part = bed.slice(wide);
        let part = if (factor - 1.0).abs() < 1e-6 { part } else { audio::stretch(&part, 1.0 / factor)? };
        let start = (piece.output.start * f64::from(RATE)).round() as usize;
        let ramp = (fade * f64::from(RATE)) as usize;
        let body = (piece.output.seconds() * f64::from(RATE)).round() as usize;
        for (i, frame) in part.samples.chunks_exact(bed.channels).enumerate() {
            let Some(into) = out.samples.get_mut((start + i) * bed.channels..(start + i + 1) * bed.channels)
            else {
                break;
            };
            let rise = if start == 0 { 1.0 } else { (i as f32 / ramp as f32).min(1.0) };
            let fall = if i < body { 1.0 } else { 1.0 - (i - body) as f32 / ramp as f32 };
            let gain = rise.min(fall.max(0.0));
            into.iter_mut().zip(frame).for_each(|(o, s)| *o += s * gain);
        }
    }
    Ok(out)
}

/// Dub (in the middle) and bed, added as they are.
fn sum(dub: &Audio, bed: Option<&Audio>, frames: usize) -> Audio {
    let mut out = Audio::silence(RATE, 2, frames);
    for (i, frame) in out.samples.chunks_exact_mut(2).enumerate() {
        let voice = dub.samples.get(i).copied().unwrap_or(0.0);
        let music = |c: usize| {
            bed.and_then(|b| b.samples.get(i * b.channels + c.min(b.channels - 1))).copied().unwrap_or(0.0)
        };
        frame[0] = voice + music(0);
        frame[1] = voice + music(1);
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

    #[test]
    fn a_retimed_bed_has_the_output_s_length() {
        let bed = Audio::new(RATE, 2, (0..RATE * 6).map(|i| ((i as f32) * 0.01).sin() * 0.1).collect());
        let retime = Retime::from_stretches(bed.seconds(), &[(Span::new(1.0, 2.0), 1.1)]);
        let out = retimed(&bed, &retime).unwrap();
        assert_eq!(out.frames(), (3.1 * f64::from(RATE)) as usize);
        assert!(out.rms() > bed.rms() * 0.9);
    }
}
