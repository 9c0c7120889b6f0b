//! Mandarin: characters to pinyin to Kokoro's symbols.
//!
//! Numbers are written out ([`numbers`]), traditional characters simplified, `pinyin_pro` reads every character in its context (`得` in `觉得` and `得了`),
//! `jieba` says which characters are a word, because the voices were taught with a space after every word, and
//! `syllables` writes the pinyin. Tone sandhi is left to the network: the readings it was taught with had none.

pub mod numbers;
mod syllables;

use std::sync::LazyLock;

use crate::transcribe::script::simplified;
use jieba_rs::Jieba;
use pinyin_pro::options::{PinyinOptions, PinyinOutput, ToneType, TypeMode};

/// The segmenter with its own dictionary, read once.
static WORDS: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The sounds of texts in Kokoro's symbols, words parted by spaces. What is neither a character nor a number is silent.
pub fn read(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| sounds(&simplified(&numbers::written_out(text)))).collect()
}

fn sounds(text: &str) -> String {
    let text: String = text.chars().filter(|c| is_character(*c)).collect();
    let mut syllables = pinyin(&text).into_iter();
    let words = WORDS.cut(&text, true).into_iter().map(|word| {
        let own = syllables.by_ref().take(word.word.chars().count());
        own.map(|pinyin| syllables::to_kokoro(&pinyin)).collect::<String>()
    });
    words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The pinyin of every character with its tone as a number (`zhong1`).
fn pinyin(text: &str) -> Vec<String> {
    let options = PinyinOptions {
        tone_type: ToneType::Num,
        type_mode: TypeMode::Array,
        tone_sandhi: false,
        ..PinyinOptions::default()
    };
    match pinyin_pro::pinyin(text, options) {
        PinyinOutput::Arr(syllables) => syllables,
        _ => Vec::new(),
    }
}

/// Whether a character is Chinese writing (CJK unified ideographs and the two marks used among them).
fn is_character(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        read(&[text.to_owned()]).remove(0)
    }

    #[test]
    fn characters_are_read_in_context() {
        assert_eq!(one("重庆银行的行长"), "ꭧʰʊ↗ŋʨʰi↘ŋ i↗nxa↗ŋ tɤ xa↗ŋꭧa↓ŋ");
        assert_eq!(one("我觉得很快乐"), "wo↓ ʨɥe↗tɤ xə↓n kʰwai↘lɤ↘");
        assert_eq!(one("音樂"), one("音乐"));
        assert_eq!(one("她三十岁"), "tʰa→ sa→nʂɨ↗swei↘");
    }

    #[test]
    fn what_cannot_be_read_is_silent() {
        assert_eq!(one("♪☃"), "");
        assert_eq!(one("5个♪"), one("五个"));
    }
}
