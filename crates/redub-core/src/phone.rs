//! Spoken sounds and the mouth shapes that go with them.

use serde::{Deserialize, Serialize};

use crate::time::Span;

/// One spoken sound with its place in time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhoneSpan {
    /// The sound as one IPA symbol (or the synthesiser's symbol for it); empty or a space for silence.
    pub symbol: String,
    /// Where it is heard, in seconds (from the start of the line's speech unless said otherwise).
    pub span: Span,
}

impl PhoneSpan {
    /// The mouth shape of this sound.
    pub fn viseme(&self) -> Viseme {
        Viseme::of(&self.symbol)
    }
}

/// Mouth shapes told apart by the renderer: a reduction of the 22 shapes of the Microsoft SAPI viseme set to
/// those that differ on camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Viseme {
    /// Rest: silence, pauses.
    Rest,
    /// Lips shut: p b m.
    Closed,
    /// Lower lip at the upper teeth: f v.
    LipTeeth,
    /// Tongue between the teeth: θ ð.
    Dental,
    /// Tongue behind the teeth: t d n l s z r-tap.
    Alveolar,
    /// Rounded and pushed out: ʃ ʒ tʃ dʒ.
    Postalveolar,
    /// Back of the tongue: k g ŋ x h.
    Velar,
    /// Rounded approximant: w ɹ.
    Rounded,
    /// Open: a ɑ æ.
    Open,
    /// Half open, unrounded: ɛ ə ʌ ɜ.
    Mid,
    /// Spread: i ɪ e j.
    Spread,
    /// Round, half open: ɔ o.
    RoundOpen,
    /// Round, narrow: u ʊ y ø.
    RoundNarrow,
}

impl Viseme {
    /// All of them, in the order of their declaration: the order of the recogniser's outputs.
    pub const ALL: [Viseme; 13] = [
        Viseme::Rest,
        Viseme::Closed,
        Viseme::LipTeeth,
        Viseme::Dental,
        Viseme::Alveolar,
        Viseme::Postalveolar,
        Viseme::Velar,
        Viseme::Rounded,
        Viseme::Open,
        Viseme::Mid,
        Viseme::Spread,
        Viseme::RoundOpen,
        Viseme::RoundNarrow,
    ];

    /// A sound that is made with this mouth, for speech of which only the mouth shapes are known; empty for rest.
    pub fn example(self) -> &'static str {
        match self {
            Viseme::Rest => "",
            Viseme::Closed => "m",
            Viseme::LipTeeth => "f",
            Viseme::Dental => "ð",
            Viseme::Alveolar => "t",
            Viseme::Postalveolar => "ʃ",
            Viseme::Velar => "k",
            Viseme::Rounded => "w",
            Viseme::Open => "a",
            Viseme::Mid => "ə",
            Viseme::Spread => "i",
            Viseme::RoundOpen => "o",
            Viseme::RoundNarrow => "u",
        }
    }

    /// The mouth shape of an IPA symbol (or Kokoro's one-letter diphthongs and affricates, told apart by case).
    /// Stress, length and tone marks and anything unknown count as rest.
    pub fn of(symbol: &str) -> Viseme {
        let Some(first) = symbol.chars().find(|c| !matches!(c, 'ˈ' | 'ˌ' | 'ː' | 'ʰ' | 'ʲ' | '\u{303}'))
        else {
            return Viseme::Rest;
        };
        match first {
            'p' | 'b' | 'm' | 'ɓ' | 'β' | 'ɸ' => Viseme::Closed,
            'f' | 'v' | 'ʋ' | 'ɱ' => Viseme::LipTeeth,
            'θ' | 'ð' => Viseme::Dental,
            't' | 'd' | 'n' | 'l' | 's' | 'z' | 'ɾ' | 'r' | 'ɫ' | 'ʦ' | 'ʣ' | 'ʈ' | 'ɖ' | 'ɳ' | 'ɭ' | 'T'
            | 'S' | 'ɽ' => Viseme::Alveolar,
            'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' | 'ɕ' | 'ʑ' | 'ʂ' | 'ʐ' | 'ʨ' | 'ʥ' | 'ꭧ' => {
                Viseme::Postalveolar
            }
            'k' | 'g' | 'ɡ' | 'ŋ' | 'x' | 'h' | 'ɣ' | 'χ' | 'ʁ' | 'ʔ' | 'q' | 'ħ' | 'c' | 'ɟ' | 'ç' | 'ʝ'
            | 'ɰ' | 'ɴ' => Viseme::Velar,
            'w' | 'ɹ' | 'ɻ' | 'ɥ' | 'ʍ' => Viseme::Rounded,
            'a' | 'ɑ' | 'æ' | 'ɐ' | 'ɒ' | 'A' | 'I' | 'W' => Viseme::Open,
            'ɛ' | 'ə' | 'ʌ' | 'ɜ' | 'ɚ' | 'ɝ' | 'ɤ' | 'ɘ' | 'ᵊ' | 'ᵻ' => Viseme::Mid,
            'i' | 'ɪ' | 'e' | 'j' | 'ɨ' | 'ɲ' | 'ʎ' => Viseme::Spread,
            'ɔ' | 'o' | 'O' | 'Y' | 'œ' | 'Q' => Viseme::RoundOpen,
            'u' | 'ʊ' | 'y' | 'ʏ' | 'ø' | 'ɯ' | 'ʉ' | 'ɵ' => Viseme::RoundNarrow,
            _ => Viseme::Rest,
        }
    }
}

/// Share of a diphthong's time that belongs to its first vowel.
pub const GLIDE_AT: f64 = 0.6;

/// The two vowels of a diphthong that the synthesiser writes as one letter; `None` for any other symbol.
pub fn glide(symbol: &str) -> Option<(&'static str, &'static str)> {
    match symbol.trim_start_matches(['ˈ', 'ˌ']) {
        "A" => Some(("e", "ɪ")),
        "I" => Some(("a", "ɪ")),
        "O" => Some(("ɔ", "ʊ")),
        "Q" => Some(("ə", "ʊ")),
        "W" => Some(("a", "ʊ")),
        "Y" => Some(("ɔ", "ɪ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Viseme, glide};

    #[test]
    fn every_viseme_has_an_example_that_is_made_with_it() {
        for (place, viseme) in Viseme::ALL.into_iter().enumerate() {
            assert_eq!(Viseme::of(viseme.example()), viseme);
            assert_eq!(viseme as usize, place);
        }
        assert_eq!(glide("ˈI"), Some(("a", "ɪ")));
        assert_eq!(glide("i"), None);
    }

    #[test]
    fn stress_marks_do_not_hide_the_sound() {
        assert_eq!(Viseme::of("ˈm"), Viseme::Closed);
        assert_eq!(Viseme::of("ˌ"), Viseme::Rest);
        assert_eq!(Viseme::of(" "), Viseme::Rest);
    }

    #[test]
    fn no_sound_of_the_synthesiser_rests() {
        let sounds =
            "ʣʥʦʨꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔᵻ";
        for sound in sounds.chars().map(String::from) {
            assert_ne!(Viseme::of(&sound), Viseme::Rest, "{sound}");
        }
    }
}
