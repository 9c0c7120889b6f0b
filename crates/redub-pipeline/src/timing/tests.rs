//! Properties of the timing rules.

use proptest::prelude::*;
use redub_core::Span;

use super::{LineNeed, Retime, TimingRules, plan};

fn lines() -> impl Strategy<Value = (Vec<LineNeed>, f64)> {
    proptest::collection::vec((0u32..3000, 200u32..8000, 30u32..250), 1..25).prop_map(|raw| {
        let mut at = 0.0;
        let mut lines = Vec::new();
        for (gap, length, percent) in raw {
            let start = at + f64::from(gap) / 1000.0;
            at = start + f64::from(length) / 1000.0;
            let natural_seconds = (at - start) * f64::from(percent) / 100.0;
            lines.push(LineNeed { source: Span::new(start, at), natural_seconds });
        }
        (lines, at + 0.5)
    })
}

proptest! {
    #[test]
    fn lines_start_where_the_source_says_and_never_overlap((lines, seconds) in lines(), dynamic: bool) {
        let plan = plan(&lines, seconds, &TimingRules::new(dynamic));
        for (need, placed) in lines.iter().zip(&plan.lines) {
            prop_assert!((placed.span.start - plan.retime.forward(need.source.start)).abs() < 1e-6);
            prop_assert!(placed.span.seconds() > 0.0);
            prop_assert!(placed.speed_factor >= 0.85);
        }
        for pair in plan.lines.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start + 1e-6);
        }
        prop_assert!(plan.lines.last().is_none_or(|l| l.span.end <= plan.retime.output_seconds() + 1e-6));
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
