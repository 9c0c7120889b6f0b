//! Text of a line cut into captions: no word lost, none outside the line's time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redub_core::Span;
use redub_core::captions::{ReflowRules, reflow};

fuzz_target!(|input: (&str, u16, u16, bool)| {
    let (text, start, length, unspaced) = input;
    let span = Span::new(f64::from(start) / 100.0, f64::from(start) / 100.0 + f64::from(length) / 100.0);
    let cues = reflow(text, span, unspaced, &ReflowRules::default());
    let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(cues.iter().map(|c| letters(&c.text)).collect::<String>(), letters(text));
    for cue in &cues {
        assert!(cue.span.start >= span.start - 1e-6 && cue.span.end <= span.end + 1e-6);
    }
});
