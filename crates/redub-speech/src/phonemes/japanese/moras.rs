//! A mora in Kokoro's symbols.
//!
//! The symbols are those Kokoro was taught Japanese with (`misaki` 0.7): the palatal consonants before *i* carry `ʲ`,
//! *u* is `ɯ` and, after the sibilants and palatals, `ɨ`; a doubled consonant begins with `ʔ`.

use jpreprocess_core::pronunciation::Mora;
use jpreprocess_core::pronunciation::phoneme::{Consonant, Vowel};

/// The mark that makes the vowel before it long.
pub const LONG: char = 'ː';

/// The syllabic nasal before it has taken on the place of the sound after it.
const NASAL: char = 'ɴ';

/// A mora's symbols; empty for one that is only a pause.
pub fn to_kokoro(mora: &Mora) -> String {
    let (consonant, vowel) = mora.phonemes();
    let vowel = vowel.map(plain);
    let before = consonant.map_or("", |c| sound(&c, vowel));
    let vowel = match (vowel, &consonant) {
        (None, _) => "",
        (Some('u'), Some(c)) if is_fronting(c) => "ɨ",
        (Some('u'), _) => "ɯ",
        (Some('a'), _) => "a",
        (Some('i'), _) => "i",
        (Some('e'), _) => "e",
        (Some(_), _) => "o",
    };
    format!("{before}{vowel}")
}

/// The vowel's letter: Kokoro was not taught which are voiceless.
fn plain(vowel: Vowel) -> char {
    match vowel {
        Vowel::A | Vowel::AUnvoiced => 'a',
        Vowel::I | Vowel::IUnvoiced => 'i',
        Vowel::U | Vowel::UUnvoiced => 'u',
        Vowel::E | Vowel::EUnvoiced => 'e',
        Vowel::O | Vowel::OUnvoiced => 'o',
    }
}

/// The consonant before a vowel.
fn sound(consonant: &Consonant, vowel: Option<char>) -> &'static str {
    let palatal = vowel == Some('i');
    match consonant {
        Consonant::V if palatal => "vʲ",
        Consonant::V => "v",
        Consonant::W => "β",
        Consonant::R if palatal => "ɾʲ",
        Consonant::R => "ɾ",
        Consonant::Ry => "ɾʲ",
        Consonant::Y => "j",
        Consonant::M if palatal => "mʲ",
        Consonant::M => "m",
        Consonant::My => "mʲ",
        Consonant::P if palatal => "pʲ",
        Consonant::P => "p",
        Consonant::Py => "pʲ",
        Consonant::B if palatal => "bʲ",
        Consonant::B => "b",
        Consonant::By => "bʲ",
        Consonant::H if palatal => "ç",
        Consonant::H => "h",
        Consonant::Hy => "ç",
        Consonant::F if palatal => "ɸʲ",
        Consonant::F => "ɸ",
        Consonant::N if palatal => "ɲ",
        Consonant::N => "n",
        Consonant::Ny => "ɲ",
        Consonant::D if palatal => "dʲ",
        Consonant::D => "d",
        Consonant::Dy => "dʲ",
        Consonant::T if palatal => "tʲ",
        Consonant::T => "t",
        Consonant::Ty => "tʲ",
        Consonant::Ts if palatal => "ʦʲ",
        Consonant::Ts => "ʦ",
        Consonant::Ch => "ʨ",
        Consonant::Z if matches!(vowel, Some('a' | 'e' | 'o')) => "ʣ",
        Consonant::Z => "z",
        Consonant::S => "s",
        Consonant::J => "ʥ",
        Consonant::Sh => "ɕ",
        Consonant::G if palatal => "ɡʲ",
        Consonant::G => "ɡ",
        Consonant::Gy => "ɡʲ",
        Consonant::K if palatal => "kʲ",
        Consonant::K => "k",
        Consonant::Ky => "kʲ",
        Consonant::Gw => "ɡᵝ",
        Consonant::Kw => "kᵝ",
        Consonant::Nn => "ɴ",
        Consonant::Cl => "ʔ",
        Consonant::Long => "ː",
    }
}

/// Whether *u* after the consonant is the central `ɨ`.
fn is_fronting(consonant: &Consonant) -> bool {
    use Consonant::{By, Ch, Dy, Gy, Hy, J, Ky, My, Ny, Py, Ry, S, Sh, Ts, Ty, Z};
    matches!(consonant, By | Ch | Dy | Gy | Hy | J | Ky | My | Ny | Py | Ry | S | Sh | Ts | Ty | Z)
}

/// Gives the syllabic nasal the place of the consonant after it.
pub fn assimilated(sounds: &str) -> String {
    let mut next = sounds.chars().skip(1);
    sounds
        .chars()
        .map(|c| match (c, next.next()) {
            (NASAL, Some('m' | 'p' | 'b')) => 'm',
            (NASAL, Some('k' | 'ɡ')) => 'ŋ',
            (NASAL, Some('ɲ' | 'ʨ' | 'ʥ')) => 'ɲ',
            (NASAL, Some('n' | 't' | 'd' | 'ɾ' | 'z')) => 'n',
            (c, _) => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jpreprocess_core::pronunciation::Pronunciation;

    use super::*;

    fn write(kana: &str) -> String {
        let moras = Pronunciation::parse(kana, 0).unwrap();
        assimilated(&moras.moras().iter().map(to_kokoro).collect::<String>())
    }

    #[test]
    fn kana_are_written_as_in_training() {
        // Written by misaki 0.9.4 (`Cutlet._get_single_mapping`).
        let golden = [
            ("カキクケコ", "kakʲikɯkeko"),
            ("シンブン", "ɕimbɯɴ"),
            ("ガッコー", "ɡaʔkoː"),
            ("チューゴク", "ʨɨːɡokɯ"),
            ("キョート", "kʲoːto"),
            ("フジサン", "ɸɯʥisaɴ"),
            ("ザゼンズ", "ʣaʣenzɨ"),
            ("ヒャクニン", "çakɯɲiɴ"),
            ("リンゴ", "ɾʲiŋɡo"),
            ("ファイティング", "ɸaitʲiŋɡɯ"),
            ("ワタシ", "βataɕi"),
            ("テンザン", "teɴʣaɴ"),
            ("ペンツ", "peɴʦɨ"),
        ];
        for (kana, symbols) in golden {
            assert_eq!(write(kana), symbols, "{kana}");
        }
    }
}
