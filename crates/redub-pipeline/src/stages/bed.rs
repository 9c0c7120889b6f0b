//! The background under the dub: pressed down where only the room is behind the original voice, retimed with the picture,
//! and with the sounds of the voice that are no words.

use redub_core::{Audio, Span};
use redub_media::audio;

use super::transcript::Heard;
use crate::error::PipelineError;
use crate::store::Artifact;
use crate::timing::Retime;

const RATE: u32 = 48_000;
/// What is kept of the original voice begins and ends this far from its lines, seconds: words may ring longer than heard.
const CLEAR: f64 = 0.25;
/// Shorter remains between lines are no laughter or song but the edges of words, seconds.
const LEAST: f64 = 0.4;

/// What is left of the original voice in the bed is pressed down where it was heard: gently under music, which
/// must not pump, and strongly where there is only room tone.
pub(crate) fn ducked(mut bed: Audio, heard: &Artifact<Heard>, music: bool) -> Audio {
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
    for piece in retime.coarse().pieces() {
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

/// Adds to `bed` what the voice does where nobody says a line: laughter, breath, song. `lines` are the lines of the source
/// and those spoken.
pub(crate) fn keep_sounds(bed: &mut Audio, speech: &Audio, lines: &[Span]) {
    let seconds = speech.seconds();
    let mut taken: Vec<Span> = lines.iter().map(|s| Span::new(s.start - CLEAR, s.end + CLEAR)).collect();
    taken.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut at = 0.0;
    let mut free = Vec::new();
    for span in taken.into_iter().chain([Span::new(seconds, seconds)]) {
        if span.start - at >= LEAST {
            free.push(Span::new(at, span.start));
        }
        at = at.max(span.end);
    }
    let ramp = 0.03;
    for span in free {
        for i in span.samples(RATE, bed.frames().min(speech.frames())) {
            let time = i as f64 / f64::from(RATE);
            let gain = ((time - span.start).min(span.end - time) / ramp).clamp(0.0, 1.0) as f32;
            let range = i * bed.channels..(i + 1) * bed.channels;
            let sounds = speech.samples[range.clone()].iter();
            bed.samples[range].iter_mut().zip(sounds).for_each(|(b, s)| *b += gain * s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laughter_between_lines_stays_and_words_do_not() {
        let mut bed = Audio::silence(RATE, 2, RATE as usize * 4);
        let speech = Audio::new(RATE, 2, vec![0.2; RATE as usize * 8]);
        keep_sounds(&mut bed, &speech, &[Span::new(0.0, 1.0), Span::new(2.5, 4.0)]);
        let at = |seconds: f64| bed.samples[(seconds * f64::from(RATE)) as usize * 2];
        assert_eq!((at(0.5), at(1.1), at(1.8), at(3.0)), (0.0, 0.0, 0.2, 0.0));
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
