//! Language tags, names and lists: never a panic; what is understood prints as a tag that is understood alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redub_core::Language;

fuzz_target!(|text: &str| {
    let Ok(languages) = Language::list(text) else { return };
    for language in languages {
        assert_eq!(language.to_string().parse::<Language>().ok(), Some(language));
    }
});
