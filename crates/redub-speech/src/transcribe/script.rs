//! Chinese in one script.
//!
//! Whisper writes Mandarin in traditional or in simplified characters as it falls out, sometimes both in one file. What
//! is compared or passed on has to be in one.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use redub_core::Language;

/// OpenCC's dictionaries from traditional to simplified, read once; `None` if they cannot be, which their tests exclude.
static SIMPLIFIER: LazyLock<Option<OpenCC>> = LazyLock::new(|| {
    let opened = OpenCC::from_config(BuiltinConfig::T2s);
    opened.inspect_err(|e| tracing::warn!(reason = %e, "traditional characters are kept")).ok()
});

/// Whether a language is written in simplified characters.
pub fn is_simplified(language: &Language) -> bool {
    language.primary() == "zh" && !matches!(language.region(), Some("TW" | "HK" | "MO"))
}

/// `text` in simplified characters.
pub fn simplified(text: &str) -> String {
    SIMPLIFIER.as_ref().map_or_else(|| text.to_owned(), |s| s.convert(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_are_simplified() {
        assert_eq!(simplified("感謝各位來到這裡,乾淨的麵粉"), "感谢各位来到这里,干净的面粉");
        assert_eq!(simplified("已经是简体"), "已经是简体");
        assert!(is_simplified(&"zh-CN".parse().unwrap()) && !is_simplified(&"zh-TW".parse().unwrap()));
    }
}
