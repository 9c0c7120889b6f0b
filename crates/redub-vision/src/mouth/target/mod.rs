//! From phones on the output time line to target lips per output frame.
//!
//! 1. [`sounds`]: phones become goals (see [`super::visemes`]) with clean borders.
//! 2. [`tracks`]: dominance functions blend neighbouring goals into opening, width, protrusion and tuck at 100 Hz.
//! 3. [`limits`]: lip closures are nailed down and openings held to speeds that this mouth has shown.
//! 4. here: controls become the person's lips, carrying the source's slow motion (a smile, a slanted mouth).

mod limits;
mod slow;
mod sounds;
mod tracks;

use redub_core::{PhoneSpan, Span};

use super::indices::{COLUMNS, INNER, LIP_POINTS, RINGS};
use super::lips::LipShape;
use super::person::PersonModel;
use crate::tracks::Observation;

/// Loudness over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Envelope {
    /// Values per second (100 is enough); the first stands for time 0 of the output.
    pub rate: f64,
    /// Root mean square of the dub's speech, linear 0..1.
    pub values: Vec<f32>,
}

/// What one face has to say, and what it did in the source.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// Phones of all lines that this face speaks, on the output time line, in any order.
    pub phones: &'a [PhoneSpan],
    /// Spans of the output time line in which this face speaks in the **source**: where the dub is silent there,
    /// the mouth has to be brought to rest.
    pub spoken: &'a [Span],
    /// Loudness of the dub.
    pub loudness: Option<&'a Envelope>,
    /// Time of each output frame, seconds.
    pub times: &'a [f64],
    /// What was seen of the face in the source frame shown at each output frame; none where it is absent.
    pub observations: &'a [Option<&'a Observation>],
}

/// The mouth wanted in one output frame.
#[derive(Debug, Clone, PartialEq)]
pub struct MouthTarget {
    /// Canonical lips; none where the face is absent.
    pub lips: Option<LipShape>,
    /// Opening in inter-ocular distances: the track that the report correlates with.
    pub aperture: f32,
    /// Width in inter-ocular distances.
    pub width: f32,
    /// 0 leave the source's mouth alone, 1 drive it fully; ramps at the borders of speech.
    pub drive: f32,
    /// Whether a p, b or m has its middle in this frame.
    pub closure: bool,
}

/// How far the lips are pushed out at full protrusion, in inter-ocular distances.
const PROTRUSION: f32 = 0.05;

/// How far anybody's mouth opens to these phones at the given times (seconds): 0 shut, 1 a person's widest.
pub fn openings(phones: &[PhoneSpan], loudness: Option<&Envelope>, times: &[f64]) -> Vec<f32> {
    tracks::controls(&sounds::clean(phones), loudness, times).into_iter().map(|c| c.aperture).collect()
}

/// Plans the target of every output frame of `script`.
pub fn plan(person: &PersonModel, script: &Script<'_>) -> Vec<MouthTarget> {
    let frames = script.times.len().min(script.observations.len());
    let times = &script.times[..frames];
    let sounds = sounds::clean(script.phones);
    let controls = tracks::controls(&sounds, script.loudness, times);
    let drive = limits::drive(&sounds, script.spoken, times);
    let closures = limits::closure_frames(&sounds, times);
    let slow = slow::motion(person, &script.observations[..frames], times);

    let seen: Vec<Option<f32>> = script.observations[..frames]
        .iter()
        .map(|o| o.map(|o| LipShape::seen(o).gap() / person.inter_ocular))
        .collect();
    let openings: Vec<f32> = controls
        .iter()
        .zip(&seen)
        .map(|(c, seen)| {
            // At rest the mouth breathes with the source, much reduced, and never reads as speech.
            let rest = person.aperture.rest.min(0.02);
            let idle = (rest + 0.2 * (seen.unwrap_or(rest) - rest)).clamp(0.0, 0.03);
            c.rest * idle + c.aperture * person.aperture.high
        })
        .collect();
    let openings = limits::hold(openings, &closures, person.fastest_step, times);

    (0..frames)
        .map(|i| {
            let control = &controls[i];
            let width = width_of(person, slow.widths[i], control.width);
            let lips = script.observations[i].map(|_| {
                let mut lips = person.lips(openings[i], width);
                lips = lips.moved(&slow.residuals[i]);
                protrude(&mut lips, control.protrusion * PROTRUSION * person.inter_ocular);
                lips.set_gap(openings[i] * person.inter_ocular);
                tuck(&mut lips, control.tuck, person.inter_ocular);
                lips
            });
            MouthTarget { lips, aperture: openings[i], width, drive: drive[i], closure: closures.middle[i] }
        })
        .collect()
}

/// Width around the slow width of the source (its smile), kept inside what the person has shown.
fn width_of(person: &PersonModel, slow: f32, control: f32) -> f32 {
    let range = person.width;
    let middle = 0.5 * (range.rest + slow);
    let reach = if control < 0.0 { range.rest - range.low } else { range.high - range.rest };
    (middle + control * reach).clamp(range.low * 0.97, range.high * 1.02)
}

/// Pushes the lips out (towards the camera), the middle most, and makes them fuller.
fn protrude(lips: &mut LipShape, amount: f32) {
    for (ring_index, ring) in RINGS.iter().enumerate() {
        for place in 0..20 {
            let column = if place <= COLUMNS + 1 { place } else { place - COLUMNS - 1 };
            let arch = (column as f32 / (COLUMNS + 1) as f32 * std::f32::consts::PI).sin();
            let lower = (1..=COLUMNS).contains(&place);
            let outward = if lower { 1.0 } else { -1.0 };
            let Some(point) = lips.points.get_mut(ring + place) else { return };
            point[2] -= amount * (0.4 + 0.6 * arch);
            point[1] += outward * amount * 0.35 * arch * (1.0 - ring_index as f32 / 3.0);
        }
    }
}

/// Draws the lower lip up to the upper teeth: it rolls in, so its red gets thinner.
fn tuck(lips: &mut LipShape, share: f32, inter_ocular: f32) {
    if share <= 0.0 || lips.points.len() != LIP_POINTS {
        return;
    }
    let lift = 0.022 * inter_ocular * share;
    for column in 1..=COLUMNS {
        let arch = (column as f32 / (COLUMNS + 1) as f32 * std::f32::consts::PI).sin();
        for (ring, follows) in RINGS.iter().zip([1.0, 0.65, 0.3, 0.0]) {
            lips.points[ring + column][1] -= lift * follows * arch;
            lips.points[ring + column][2] += lift * 0.8 * arch;
        }
        // The upper lip clears the teeth a little.
        lips.points[INNER + COLUMNS + 1 + column][1] -= 0.15 * lift * arch;
    }
}

#[cfg(test)]
mod tests;
