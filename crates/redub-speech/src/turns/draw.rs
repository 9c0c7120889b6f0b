//! Draws speech and turns from what the networks heard, frame by frame.

use redub_core::Span;

use super::Turn;
use super::segmentation::Segmentation;

/// Expected number of speakers above which somebody speaks.
const SOMEBODY: f32 = 0.5;
/// Expected number of speakers above which two speak at once.
const TWO: f32 = 1.35;
/// Speech heard by segmentation alone counts at most this far from clear speech, in seconds: far talkers and
/// interjections are near it, music and effects by themselves are not.
const REACH: f64 = 1.5;
/// Shorter speech heard by segmentation alone does not count, in seconds.
const SHORTEST: f64 = 0.15;
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

/// Turns: in every frame with speech the speaker whose voice is most like what is heard around it, and the second where
/// two speak at once. `similarity` holds the cosine of every stretch to every speaker.
pub fn turns(
    speech: &[Span],
    stretches: &[Span],
    similarity: &[Vec<f32>],
    segmentation: &Segmentation,
) -> Vec<Turn> {
    let speakers = similarity.first().map_or(0, Vec::len);
    let frames = segmentation.speakers_at_once.len();
    let score = scores(stretches, similarity, speakers, frames);
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

/// How much each speaker is heard in each frame: the similarities of the stretches around it, the middle of a stretch
/// weighing most. Frames outside all stretches take the nearest frame's.
fn scores(stretches: &[Span], similarity: &[Vec<f32>], speakers: usize, frames: usize) -> Vec<Vec<f32>> {
    let mut score = vec![vec![0.0_f32; speakers]; frames];
    let mut known = vec![false; frames];
    for (span, similar) in stretches.iter().zip(similarity) {
        let (from, to) = (Segmentation::frame(span.start), Segmentation::frame(span.end).min(frames));
        for frame in from..to {
            let phase = (frame - from) as f32 / (to - from) as f32;
            let weight = (std::f32::consts::PI * phase).sin().powi(2) + 0.05;
            score[frame].iter_mut().zip(similar).for_each(|(cell, s)| *cell += weight * s);
            known[frame] = true;
        }
    }
    let filled: Vec<usize> = (0..frames).filter(|f| known[*f]).collect();
    for frame in (0..frames).filter(|f| !known[*f]) {
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
    fn two_at_once_overlap() {
        let segmentation = heard(&[(200, 1.0), (100, 2.0), (200, 1.0)]);
        let spans = [Span::new(0.0, 4.2), Span::new(4.2, 8.4)];
        let out = turns(&[Span::new(0.0, 8.4)], &spans, &[vec![0.9, 0.1], vec![0.1, 0.9]], &segmentation);
        assert_eq!(out.len(), 2);
        assert!((out[0].span.overlap(&out[1].span) - 1.69).abs() < 0.1);
    }
}
