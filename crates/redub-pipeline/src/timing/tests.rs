//! Properties of the timing rules.

use proptest::prelude::*;
use redub_core::Span;

use super::{LineNeed, Retime, TimingRules, plan};

fn lines() -> impl Strategy<Value = (Vec<LineNeed>, f64)> {
    proptest::collection::vec((0u32..3000, 200u32..8000, 30u32..250, 0u32..2), 1..25).prop_map(|raw| {
        let mut at = 0.0;
        let mut lines = Vec::new();
        for (gap, length, percent, speaker) in raw {
            let start = at + f64::from(gap) / 1000.0;
            at = start + f64::from(length) / 1000.0;
            let natural_seconds = (at - start) * f64::from(percent) / 100.0;
            lines.push(LineNeed { source: Span::new(start, at), natural_seconds, speaker: speaker as usize });
        }
        (lines, at + 0.5)
    })
}

proptest! {
    #[test]
    fn lines_start_where_the_source_says_and_never_overlap((lines, seconds) in lines(), dynamic: bool) {
        let plan = plan(&lines, seconds, &TimingRules::new(dynamic));
        for (need, placed) in lines.iter().zip(&plan.lines) {
            prop_assert!((placed.span.start - plan.retime.forward(need.source.start)).abs() < 0.04 + 1e-6);
            prop_assert!(placed.span.seconds() > 0.0);
            prop_assert!(placed.speed_factor >= 0.85);
        }
        for pair in plan.lines.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start + 1e-6);
        }
        prop_assert!(plan.lines.last().is_none_or(|l| l.span.end <= plan.retime.output_seconds() + 1e-6));
    }

    /// Against each line placed by itself, between its neighbours' own starts. What is least is the sum over all lines, so
    /// the fastest may be a hair faster for another's sake.
    #[test]
    fn the_fastest_line_is_no_faster_than_lines_placed_one_by_one((lines, seconds) in lines()) {
        let rules = TimingRules::new(false);
        let placed = plan(&lines, seconds, &rules).lines;
        let room = |i: usize| {
            let end = lines.get(i + 1).map_or(seconds, |n| (n.source.start - rules.gap).max(lines[i].source.end));
            end - lines[i].source.start
        };
        let alone = (0..lines.len()).map(|i| lines[i].natural_seconds / room(i)).fold(rules.fastest, f64::max);
        let together = placed.iter().map(|p| p.speed_factor).fold(0.0, f64::max);
        prop_assert!(together <= alone * 1.03, "{together} {alone}");
    }

    #[test]
    fn the_picture_slows_gently((lines, seconds) in lines()) {
        let retime = plan(&lines, seconds, &TimingRules::new(true)).retime;
        let factors: Vec<f64> = retime.pieces().iter().map(|p| p.output.seconds() / p.source.seconds()).collect();
        for pair in factors.windows(2) {
            prop_assert!((pair[1] - pair[0]).abs() < 0.15 * 0.21, "{factors:?}");
        }
    }

    #[test]
    fn the_length_stays_when_it_must((lines, seconds) in lines()) {
        let plan = plan(&lines, seconds, &TimingRules::new(false));
        prop_assert!(plan.retime.is_identity());
        prop_assert!((plan.retime.output_seconds() - seconds).abs() < 1e-9);
    }

    #[test]
    fn the_picture_is_never_slowed_by_more_than_15_percent((lines, seconds) in lines()) {
        let plan = plan(&lines, seconds, &TimingRules::new(true));
        let mut at = 0.0;
        for piece in plan.retime.pieces() {
            prop_assert!((piece.source.start - at).abs() < 1e-9);
            at = piece.source.end;
            let factor = piece.output.seconds() / piece.source.seconds();
            prop_assert!((1.0 - 1e-9..=1.15 + 1e-9).contains(&factor));
        }
        prop_assert!((at - seconds).abs() < 1e-9);
    }

    #[test]
    fn a_text_that_fits_is_spoken_unhurried((lines, seconds) in lines()) {
        let plan = plan(&lines, seconds, &TimingRules::new(false));
        for (need, placed) in lines.iter().zip(&plan.lines) {
            if need.natural_seconds <= need.source.seconds() - 0.07 {
                prop_assert!(placed.speed_factor <= 1.0801, "{}", placed.speed_factor);
            }
        }
    }

    #[test]
    fn the_map_goes_there_and_back((lines, seconds) in lines(), t in 0.0f64..1.0) {
        let retime = plan(&lines, seconds, &TimingRules::new(true)).retime;
        let time = t * seconds;
        prop_assert!((retime.backward(retime.forward(time)) - time).abs() < 1e-6);
    }

    #[test]
    fn the_coarse_map_is_nearly_the_same((lines, seconds) in lines(), t in 0.0f64..1.0) {
        let retime = plan(&lines, seconds, &TimingRules::new(true)).retime;
        let coarse = retime.coarse();
        prop_assert!((coarse.forward(t * seconds) - retime.forward(t * seconds)).abs() < 0.012);
        prop_assert!((coarse.output_seconds() - retime.output_seconds()).abs() < 1e-9);
        prop_assert!(coarse.pieces().len() <= retime.pieces().len());
    }

    #[test]
    fn every_source_frame_is_shown_in_order((lines, seconds) in lines(), fps in 10u32..60) {
        let fps = f64::from(fps);
        let times: Vec<f64> = (0..(seconds * fps) as usize).map(|i| i as f64 / fps).collect();
        let retime = plan(&lines, seconds, &TimingRules::new(true)).retime;
        let frames = retime.frames(&times, Some(fps));
        for pair in frames.windows(2) {
            prop_assert!(pair[1].1 == pair[0].1 || pair[1].1 == pair[0].1 + 1);
        }
        prop_assert_eq!(frames.first().map(|f| f.1), Some(0).filter(|_| !times.is_empty()));
        prop_assert!((frames.len() as f64 / fps - retime.forward(times.len() as f64 / fps)).abs() <= 0.51 / fps);
    }
}

#[test]
fn without_retiming_the_frames_are_the_frames() {
    let times = [0.0, 0.04, 0.1, 0.14];
    let frames = Retime::identity(0.2).frames(&times, None);
    assert_eq!(frames, times.iter().copied().enumerate().map(|(i, t)| (t, i)).collect::<Vec<_>>());
}

fn need(start: f64, end: f64, natural_seconds: f64) -> LineNeed {
    LineNeed { source: Span::new(start, end), natural_seconds, speaker: 0 }
}

#[test]
fn a_crowded_line_gets_a_moment_from_both_sides() {
    let lines = [need(0.5, 2.0, 1.5), need(2.3, 3.3, 1.4), need(3.4, 5.0, 1.4)];
    let placed = plan(&lines, 6.0, &TimingRules::new(false)).lines;
    let alone = 1.4 / (3.4 - 0.06 - 2.3);
    assert!(placed[1].span.start < 2.3 && placed[2].span.start > 3.4, "{placed:?}");
    assert!(placed[1].speed_factor < alone - 0.05, "{placed:?} {alone}");
}

#[test]
fn a_speaker_does_not_run_after_crawling() {
    let crawling = need(0.0, 3.0, 2.7);
    let alone = plan(&[crawling], 10.0, &TimingRules::new(false)).lines[0];
    let lines = [crawling, need(3.1, 5.0, 2.5), need(5.1, 7.0, 1.8)];
    let placed = plan(&lines, 10.0, &TimingRules::new(false)).lines;
    assert!((alone.speed_factor - 0.9).abs() < 0.01, "{alone:?}");
    assert!(placed[1].speed_factor > 1.2 && placed[0].speed_factor > 0.95, "{placed:?}");
    // Another voice has a rate of its own.
    let other = [LineNeed { speaker: 1, ..crawling }, lines[1], lines[2]];
    let placed = plan(&other, 10.0, &TimingRules::new(false)).lines;
    assert!((placed[0].speed_factor - 0.9).abs() < 0.01, "{placed:?}");
}
