use proptest::prelude::*;
use redub_core::{PhoneSpan, Span};

use super::*;
use crate::mouth::testing::{person, speaking};

fn phones(symbols: &[(&str, f64)]) -> Vec<PhoneSpan> {
    let mut at = 0.2;
    symbols
        .iter()
        .map(|(symbol, seconds)| {
            let span = Span::new(at, at + seconds);
            at += seconds;
            PhoneSpan { symbol: (*symbol).to_owned(), span }
        })
        .collect()
}

fn planned(phones: &[PhoneSpan], fps: f64) -> Vec<MouthTarget> {
    let seen = speaking(60);
    let count = (phones.last().map_or(1.0, |p| p.span.end + 0.6) * fps) as usize;
    let times: Vec<f64> = (0..count).map(|i| i as f64 / fps).collect();
    let observations: Vec<_> = (0..count).map(|i| seen.get(i % 60)).collect();
    plan(
        &person(),
        &Script { phones, spoken: &[], loudness: None, times: &times, observations: &observations },
    )
}

const ALPHABET: [&str; 16] = ["p", "b", "m", "a", "e", "i", "o", "u", "s", "t", "k", "f", "ʃ", "w", " ", "ː"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn lips_shut_on_every_closure_and_move_no_faster_than_a_mouth(
        picks in proptest::collection::vec((0usize..ALPHABET.len(), 0.03f64..0.25), 1..25),
        fps in 22.0f64..61.0,
    ) {
        let symbols: Vec<(&str, f64)> = picks.iter().map(|(i, s)| (ALPHABET[*i], *s)).collect();
        let phones = phones(&symbols);
        let targets = planned(&phones, fps);
        let iod = person().inter_ocular;
        for (i, target) in targets.iter().enumerate() {
            if target.closure {
                for near in targets.iter().take(i + 2).skip(i.saturating_sub(1)) {
                    prop_assert!(near.lips.as_ref().unwrap().gap() / iod < 0.03);
                }
            }
        }
        let wanted = phones.iter().filter(|p| p.viseme() == redub_core::Viseme::Closed).count();
        prop_assert!(wanted == 0 || targets.iter().any(|t| t.closure));
        for pair in targets.windows(2) {
            let speed = (pair[1].aperture - pair[0].aperture).abs() as f64 * fps;
            prop_assert!(speed < 3.3, "speed {speed}");
        }
    }
}

#[test]
fn vowels_open_and_round_as_they_should() {
    let speak = |symbol| planned(&phones(&[(symbol, 0.3)]), 25.0)[9].clone();
    let (a, i, u, m) = (speak("a"), speak("i"), speak("u"), speak("m"));
    assert!(a.aperture > i.aperture && i.aperture > m.aperture);
    assert!(i.width > a.width && a.width > u.width);
}

#[test]
fn silence_is_not_driven_and_a_lone_source_is_brought_to_rest() {
    let seen = speaking(60);
    let times: Vec<f64> = (0..60).map(|i| i as f64 / 25.0).collect();
    let observations: Vec<_> = seen.iter().map(Some).collect();
    let mut script =
        Script { phones: &[], spoken: &[], loudness: None, times: &times, observations: &observations };
    assert!(plan(&person(), &script).iter().all(|t| t.drive == 0.0));
    let spoken = [Span::new(0.0, 2.4)];
    script.spoken = &spoken;
    let resting = plan(&person(), &script);
    assert!(resting.iter().all(|t| t.drive == 1.0 && t.aperture < 0.031));
}
