//! SRT and VTT from strangers: never a panic; what is accepted survives being written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redub_core::captions::{parse_srt, parse_vtt, to_srt, to_vtt};

fuzz_target!(|text: &str| {
    if let Ok(cues) = parse_srt(text) {
        let written = to_srt(&cues);
        assert_eq!(parse_srt(&written).map(|again| to_srt(&again)), Ok(written));
    }
    if let Ok(cues) = parse_vtt(text) {
        let written = to_vtt(&cues);
        assert_eq!(parse_vtt(&written).map(|again| to_vtt(&again)), Ok(written));
    }
});
