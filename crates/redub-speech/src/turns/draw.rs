//! Draws speech and turns from what the networks heard, frame by frame.

use std::ops::Range;

use redub_core::Span;

use super::Turn;
use super::segmentation::{LOCALS, Segmentation, Window};

/// Expected number of speakers above which somebody speaks.
const SOMEBODY: f32 = 0.5;
/// Expected number of speakers above which two speak at once.
const TWO: f32 = 1.35;
/// Speech heard by segmentation alone counts at most this far from clear speech, in seconds: far talkers and
/// interjections are near it, music and effects by themselves are not.
const REACH: f64 = 1.5;
/// Shorter speech heard by segmentation alone does not count, in seconds.
const SHORTEST: f64 = 0.15;
/// What the stretches around a frame weigh beside the local speakers.
const TRACE: f32 = 0.1;
/// Likeness that two local speakers of a window must have lost for both to be one person.
const COLLISION: f32 = 0.15;
/// Frames a local speaker must be heard alone to be somebody (0.3 s).
const LEAST_ALONE: f32 = 18.0;
/// Likeness by which what is heard where a local speaker speaks for once must be more like another speaker than like the local
/// speaker's own: the network has three places a window, and puts strangers who never speak at once into one.
const STRANGER: f32 = 0.3;
/// Frames such a stretch must be heard alone for that (0.15 s).
const STRANGER_ALONE: f32 = 9.0;
/// Silence of a local speaker that ends such a stretch, in frames (0.3 s).
const PAUSE: usize = 18;
/// Gaps of speech up to this many seconds are closed.
const GAP: f64 = 0.1;

/// All speech: the `clear` spans of the voice activity detector, and what the segmentation network hears near them.
///
/// The detector alone misses a tenth of the speech of meetings (far talkers, laughing words, interjections).
pub fn speech(clear: &[Span], segmentation: &Segmentation) -> Vec<Span> {
    let near = |s: &Span| clear.iter().any(|c| c.start - s.end <= REACH && s.start - c.end <= REACH);
    let heard = stretches(segmentation.speakers_at_once.iter().map(|n| *n > SOMEBODY));
    let mut all = clear.to_vec();
    all.extend(heard.into_iter().filter(|s| s.seconds() >= SHORTEST && near(s)));
    all.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut joined: Vec<Span> = Vec::new();
    for span in all {
        match joined.last_mut() {
            Some(last) if span.start - last.end <= GAP => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Turns: in every frame with speech the speaker heard most, and the second where two speak at once. `similarity` holds the
/// cosine of every stretch to every speaker; it says whose each local speaker of a window is, and the windows say when that
/// one speaks. Where they say nothing, the stretches around a frame decide.
pub fn turns(
    speech: &[Span],
    stretches: &[Span],
    similarity: &[Vec<f32>],
    segmentation: &Segmentation,
) -> Vec<Turn> {
    let speakers = similarity.first().map_or(0, Vec::len);
    let frames = segmentation.speakers_at_once.len();
    let around = scores(stretches, similarity, speakers, frames);
    let score = activity(&around, speakers, segmentation);
    let ranks: Vec<Vec<usize>> = score
        .iter()
        .map(|row| {
            let mut order: Vec<usize> = (0..speakers).collect();
            order.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
            order
        })
        .collect();
    let at_once: Vec<usize> = (0..frames)
        .map(|frame| {
            let time = Segmentation::time(frame);
            let spoken = speech.iter().any(|s| s.contains(time));
            usize::from(spoken) + usize::from(spoken && segmentation.speakers_at_once[frame] > TWO)
        })
        .collect();
    let mut turns = Vec::new();
    for speaker in 0..speakers {
        let active = (0..frames).map(|f| ranks[f][..at_once[f].min(speakers)].contains(&speaker));
        turns.extend(self::stretches(active).into_iter().map(|span| Turn { speaker, span }));
    }
    turns
}

/// How much each speaker is heard in each frame: the local speakers' activity, given to the speakers they are, and to break
/// ties a trace of what is heard around the frame.
fn activity(around: &[Vec<f32>], speakers: usize, segmentation: &Segmentation) -> Vec<Vec<f32>> {
    let mut score: Vec<Vec<f32>> = around.iter().map(|row| row.iter().map(|s| TRACE * s).collect()).collect();
    let mut covered = vec![0.0_f32; around.len()];
    for window in &segmentation.windows {
        for frame in (window.first..).take(window.activity.len()) {
            covered[frame] += 1.0;
        }
    }
    for window in &segmentation.windows {
        for (local, owner) in owners(window, around, speakers).into_iter().enumerate() {
            let Some(owner) = owner else { continue };
            for run in runs(window, local) {
                let owner = stranger(window, local, run.clone(), around, owner).unwrap_or(owner);
                for i in run {
                    let frame = window.first + i;
                    score[frame][owner] += window.activity[i][local] / covered[frame];
                }
            }
        }
    }
    score
}

/// The speaker each local speaker of a window is: the choice most like what is heard where each speaks alone. That two are
/// one person costs [`COLLISION`].
fn owners(window: &Window, around: &[Vec<f32>], speakers: usize) -> [Option<usize>; LOCALS] {
    let mut likeness = [(); LOCALS].map(|()| vec![0.0_f32; speakers]);
    let mut weight = [0.0_f32; LOCALS];
    for (i, locals) in window.activity.iter().enumerate() {
        for local in 0..LOCALS {
            let alone = alone(locals, local);
            weight[local] += alone;
            likeness[local].iter_mut().zip(&around[window.first + i]).for_each(|(l, s)| *l += alone * s);
        }
    }
    let active: Vec<usize> = (0..LOCALS).filter(|l| weight[*l] > LEAST_ALONE).collect();
    let mut best: (f32, Vec<usize>) = (f32::NEG_INFINITY, Vec::new());
    for code in 0..speakers.pow(active.len() as u32) {
        let choice: Vec<usize> =
            (0..active.len()).map(|i| code / speakers.pow(i as u32) % speakers).collect();
        let mut total: f32 = choice.iter().zip(&active).map(|(s, l)| likeness[*l][*s]).sum();
        for (i, local) in active.iter().enumerate() {
            for (j, other) in active.iter().enumerate().skip(i + 1) {
                if choice[i] == choice[j] {
                    total -= COLLISION * weight[*local].min(weight[*other]);
                }
            }
        }
        if total > best.0 {
            best = (total, choice);
        }
    }
    let mut owners = [None; LOCALS];
    active.iter().zip(best.1).for_each(|(local, speaker)| owners[*local] = Some(speaker));
    owners
}

/// The stretches a local speaker speaks in, pauses up to [`PAUSE`] closed; together they are the whole window.
fn runs(window: &Window, local: usize) -> Vec<Range<usize>> {
    let frames = window.activity.len();
    let spoken: Vec<usize> = (0..frames).filter(|i| window.activity[*i][local] > 0.5).collect();
    let borders = spoken.windows(2).filter(|p| p[1] - p[0] > PAUSE).map(|p| p[0].midpoint(p[1]));
    let edges: Vec<usize> = [0].into_iter().chain(borders).chain([frames]).collect();
    edges.windows(2).map(|e| e[0]..e[1]).collect()
}

/// The speaker whom a stretch of a local speaker really is, when that is clearly not the local speaker's `owner`.
fn stranger(
    window: &Window,
    local: usize,
    run: Range<usize>,
    around: &[Vec<f32>],
    owner: usize,
) -> Option<usize> {
    let mut weight = 0.0;
    let mut likeness = vec![0.0_f32; around.first().map_or(0, Vec::len)];
    for i in run {
        let alone = alone(&window.activity[i], local);
        weight += alone;
        likeness.iter_mut().zip(&around[window.first + i]).for_each(|(l, s)| *l += alone * s);
    }
    let best = (0..likeness.len()).max_by(|a, b| likeness[*a].total_cmp(&likeness[*b]))?;
    (weight > STRANGER_ALONE && likeness[best] > likeness[owner] + STRANGER * weight).then_some(best)
}

/// How much a local speaker is heard alone in a frame: what others say at the same time is not this one's voice.
fn alone(locals: &[f32; LOCALS], local: usize) -> f32 {
    let all: f32 = locals.iter().sum();
    locals[local] * (2.0 * locals[local] - all).max(0.0)
}

/// How much each speaker is heard in each frame by the stretches: the similarities of the stretches around it, the middle of a stretch
/// weighing most. Frames outside all stretches take the nearest frame's.
fn scores(stretches: &[Span], similarity: &[Vec<f32>], speakers: usize, frames: usize) -> Vec<Vec<f32>> {
    let mut score = vec![vec![0.0_f32; speakers]; frames];
    let mut known = vec![0.0_f32; frames];
    for (span, similar) in stretches.iter().zip(similarity) {
        let (from, to) = (Segmentation::frame(span.start), Segmentation::frame(span.end).min(frames));
        for frame in from..to {
            let phase = (frame - from) as f32 / (to - from) as f32;
            let weight = (std::f32::consts::PI * phase).sin().powi(2) + 0.05;
            score[frame].iter_mut().zip(similar).for_each(|(cell, s)| *cell += weight * s);
            known[frame] += weight;
        }
    }
    for (row, weight) in score.iter_mut().zip(&known).filter(|(_, w)| **w > 0.0) {
        row.iter_mut().for_each(|s| *s /= weight);
    }
    let filled: Vec<usize> = (0..frames).filter(|f| known[*f] > 0.0).collect();
    for frame in (0..frames).filter(|f| known[*f] == 0.0) {
        let after = filled.partition_point(|f| *f < frame);
        let around = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|i| filled.get(i));
        if let Some(nearest) = around.min_by_key(|f| f.abs_diff(frame)) {
            score[frame] = score[*nearest].clone();
        }
    }
    score
}

/// Stretches of consecutive frames that are on.
fn stretches(on: impl Iterator<Item = bool>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<f64> = None;
    for (frame, on) in on.chain([false]).enumerate() {
        let time = Segmentation::time(frame);
        match (open, on) {
            (None, true) => open = Some(time),
            (Some(start), false) => {
                found.push(Span::new(start, time));
                open = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(parts: &[(usize, f32)]) -> Segmentation {
        Segmentation {
            speakers_at_once: parts.iter().flat_map(|(n, v)| std::iter::repeat_n(*v, *n)).collect(),
            windows: Vec::new(),
        }
    }

    #[test]
    fn only_speech_near_clear_speech_is_added() {
        // Heard in 0..1.7 s and 8.4..10.1 s; clear speech in 1..1.5 s.
        let all = speech(&[Span::new(1.0, 1.5)], &heard(&[(100, 1.0), (400, 0.0), (100, 1.0)]));
        assert_eq!(all.len(), 1);
        assert!(all[0].start < 0.05 && (all[0].end - 1.7).abs() < 0.05);
    }

    #[test]
    fn strangers_in_one_place_of_the_network_are_told_apart() {
        // One local speaker for two people of two seconds each, and their unlike voice prints.
        let (talk, rest) = ([0.9, 0.0, 0.0], [0.0; LOCALS]);
        let activity: Vec<[f32; LOCALS]> =
            [talk, rest, talk].iter().flat_map(|a| std::iter::repeat_n(*a, 120)).collect();
        let mut segmentation = heard(&[(120, 1.0), (120, 0.0), (120, 1.0)]);
        segmentation.windows = vec![Window { first: 0, activity }];
        let spans = [Span::new(0.0, 2.0), Span::new(4.1, 6.1)];
        let said = |likeness: [[f32; 2]; 2]| {
            let likeness: Vec<Vec<f32>> = likeness.iter().map(|l| l.to_vec()).collect();
            let turns = turns(&spans, &spans, &likeness, &segmentation);
            turns.iter().map(|t| (t.speaker, t.span.start.round())).collect::<Vec<_>>()
        };
        assert_eq!(said([[0.9, 0.1], [0.2, 0.8]]), [(0, 0.0), (1, 4.0)]);
        // Prints that scatter do not tear one person apart.
        assert_eq!(said([[0.9, 0.1], [0.5, 0.6]]), [(0, 0.0), (0, 4.0)]);
    }

    #[test]
    fn two_at_once_overlap() {
        let segmentation = heard(&[(200, 1.0), (100, 2.0), (200, 1.0)]);
        let spans = [Span::new(0.0, 4.2), Span::new(4.2, 8.4)];
        let out = turns(&[Span::new(0.0, 8.4)], &spans, &[vec![0.9, 0.1], vec![0.1, 0.9]], &segmentation);
        assert_eq!(out.len(), 2);
        assert!((out[0].span.overlap(&out[1].span) - 1.69).abs() < 0.1);
    }
}
