//! espeak-ng's IPA written in Kokoro's alphabet.
//!
//! The rules are those of `misaki`, the phonemizer Kokoro was trained with: affricates and diphthongs become one
//! letter each, and English vowels are written the American or the British way. `^` is the tie espeak-ng
//! puts between the letters of one sound.

use super::language::Family;

/// The symbols Kokoro knows, besides punctuation.
const ALPHABET: &str = " \u{303}ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ";

/// Diphthongs and affricates of all languages.
const SOUNDS: &[(&str, &str)] = &[
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^z", "ʣ"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ə^ʊ", "Q"),
    ("s^s", "S"),
    ("t^s", "ʦ"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("t^ɕ", "ʨ"),
    ("d^ʑ", "ʥ"),
];

/// English before the diphthongs: glottal stops, syllabic consonants, sounds English does not have.
const ENGLISH: &[(&str, &str)] = &[
    ("ʔˌn\u{329}", "tᵊn"),
    ("ʔn\u{329}", "tᵊn"),
    ("ʔn", "tᵊn"),
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("d^ʒ", "ʤ"),
    ("e^ɪ", "A"),
    ("t^ʃ", "ʧ"),
    ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"),
    ("ʲo", "jo"),
    ("ʲə", "jə"),
    ("ʲ", ""),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɐ", "ə"),
    ("ɬ", "l"),
    ("ʔ", "t"),
    ("\u{303}", ""),
];

/// What makes English American.
const AMERICAN: &[(&str, &str)] = &[
    ("o^ʊ", "O"),
    ("ɜː^ɹ", "ɜɹ"),
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ː", ""),
    ("^", ""),
    ("e", "A"),
    ("o", "ɔ"),
    ("ɾ", "T"),
];

/// What makes English British.
const BRITISH: &[(&str, &str)] = &[
    ("e^ə", "ɛː"),
    ("i^ə", "ɪə"),
    ("iə", "ɪə"),
    ("ə^ʊ", "Q"),
    ("^", ""),
    ("e", "A"),
    ("o", "ɔ"),
    ("ɾ", "T"),
];

/// Sounds outside the training data and their nearest trained neighbours.
const FOREIGN: &[(&str, &str)] = &[
    ("ɔ^ø", "Y"),
    ("ɔø", "Y"),
    ("tɕ", "ʨ"),
    ("dʑ", "ʥ"),
    ("ʀ", "ʁ"),
    ("ʏ", "y"),
    ("ɵ", "ø"),
    ("ɫ", "l"),
    ("ɬ", "l"),
    ("ħ", "h"),
    ("ʕ", "ʔ"),
    ("ɢ", "ɡ"),
    ("ɘ", "ə"),
    ("ɞ", "œ"),
    ("ʉ", "u"),
    ("ɧ", "ʃ"),
    ("ɭ", "l"),
    ("ʑ", "ʒ"),
    ("ʐ", "ʒ"),
    ("ɓ", "b"),
    ("ɗ", "d"),
    ("ɽ", "ɾ"),
    ("ˑ", "ː"),
];

/// Writes a word's sounds in Kokoro's alphabet; what the alphabet lacks is left out.
pub fn to_kokoro(ipa: &str, family: Family) -> String {
    let mut text = ipa.replace(['-', '"'], "").replace('g', "ɡ");
    let tables: &[&[(&str, &str)]] = match family {
        Family::American => &[ENGLISH, AMERICAN],
        Family::British => &[ENGLISH, BRITISH],
        Family::Native => &[SOUNDS],
        Family::Foreign => &[SOUNDS, FOREIGN],
        Family::Mandarin | Family::Japanese => &[],
    };
    for (from, to) in tables.iter().flat_map(|table| table.iter()) {
        text = text.replace(from, to);
    }
    syllabic(&text).chars().filter(|c| ALPHABET.contains(*c)).collect()
}

/// Whether a character is one of Kokoro's sounds or marks (punctuation not counted).
pub fn is_symbol(c: char) -> bool {
    ALPHABET.contains(c)
}

/// Writes a syllabic consonant (marked below) as a small schwa before it.
fn syllabic(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\u{329}' {
            out.push(c);
        } else if let Some(consonant) = out.pop() {
            out.push('ᵊ');
            out.push(consonant);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_written_as_in_training() {
        assert_eq!(to_kokoro("həlˈo^ʊ", Family::American), "həlˈO");
        assert_eq!(to_kokoro("θˈɜːɾi", Family::American), "θˈɜɹTi");
        assert_eq!(to_kokoro("t^ʃˈɜːt^ʃ", Family::British), "ʧˈɜːʧ");
        assert_eq!(to_kokoro("həlˈə^ʊ", Family::British), "həlˈQ");
        assert_eq!(to_kokoro("bˈʌʔn\u{329}", Family::American), "bˈʌtᵊn");
    }

    #[test]
    fn foreign_sounds_get_their_neighbours() {
        assert_eq!(to_kokoro("nˈɔ^ø", Family::Foreign), "nˈY");
        assert!(to_kokoro("ʘ", Family::Foreign).is_empty());
    }
}
