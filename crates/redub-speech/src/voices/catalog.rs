//! Kokoro's stock voices.

use redub_core::{Gender, Language};

/// The accent a stock voice was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accent {
    /// American English.
    American,
    /// British English.
    British,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Hindi.
    Hindi,
    /// Italian.
    Italian,
    /// Japanese.
    Japanese,
    /// Brazilian Portuguese.
    Brazilian,
    /// Mandarin.
    Mandarin,
}

/// A stock voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockVoice {
    /// Name and file stem: accent, gender, underscore, given name.
    pub name: &'static str,
    /// What it was trained on.
    pub accent: Accent,
    /// Gender of the voice.
    pub gender: Gender,
}

/// Names of all 54 voices of Kokoro v1.0.
const NAMES: [&str; 54] = [
    "af_alloy",
    "af_aoede",
    "af_bella",
    "af_heart",
    "af_jessica",
    "af_kore",
    "af_nicole",
    "af_nova",
    "af_river",
    "af_sarah",
    "af_sky",
    "am_adam",
    "am_echo",
    "am_eric",
    "am_fenrir",
    "am_liam",
    "am_michael",
    "am_onyx",
    "am_puck",
    "am_santa",
    "bf_alice",
    "bf_emma",
    "bf_isabella",
    "bf_lily",
    "bm_daniel",
    "bm_fable",
    "bm_george",
    "bm_lewis",
    "ef_dora",
    "em_alex",
    "em_santa",
    "ff_siwis",
    "hf_alpha",
    "hf_beta",
    "hm_omega",
    "hm_psi",
    "if_sara",
    "im_nicola",
    "jf_alpha",
    "jf_gongitsune",
    "jf_nezumi",
    "jf_tebukuro",
    "jm_kumo",
    "pf_dora",
    "pm_alex",
    "pm_santa",
    "zf_xiaobei",
    "zf_xiaoni",
    "zf_xiaoxiao",
    "zf_xiaoyi",
    "zm_yunjian",
    "zm_yunxi",
    "zm_yunxia",
    "zm_yunyang",
];

/// Every stock voice, in alphabetical order.
pub fn all() -> impl Iterator<Item = StockVoice> + Clone {
    NAMES.iter().filter_map(|name| describe(name))
}

/// The stock voice of that name.
pub fn find(name: &str) -> Option<StockVoice> {
    NAMES.iter().find(|n| **n == name).and_then(|n| describe(n))
}

/// Reads accent and gender off the name's first two letters.
fn describe(name: &'static str) -> Option<StockVoice> {
    let mut letters = name.chars();
    let accent = match letters.next()? {
        'a' => Accent::American,
        'b' => Accent::British,
        'e' => Accent::Spanish,
        'f' => Accent::French,
        'h' => Accent::Hindi,
        'i' => Accent::Italian,
        'j' => Accent::Japanese,
        'p' => Accent::Brazilian,
        'z' => Accent::Mandarin,
        _ => return None,
    };
    let gender = if letters.next()? == 'f' { Gender::Female } else { Gender::Male };
    Some(StockVoice { name, accent, gender })
}

/// The accent native to a language; `None` for languages the network was not trained on.
pub fn native_accent(language: &Language) -> Option<Accent> {
    Some(match (language.primary(), language.region()) {
        ("en", Some("GB" | "UK" | "IE" | "AU" | "NZ" | "ZA" | "IN")) => Accent::British,
        ("en", _) => Accent::American,
        ("es", _) => Accent::Spanish,
        ("fr", _) => Accent::French,
        ("hi", _) => Accent::Hindi,
        ("it", _) => Accent::Italian,
        ("ja", _) => Accent::Japanese,
        ("pt", _) => Accent::Brazilian,
        ("zh", _) => Accent::Mandarin,
        _ => return None,
    })
}

/// Voices given to nobody who did not ask for them: a recogniser understands little of what they say (of 20 sentences
/// `zf_xiaoni` has .44 of the characters wrong, the other Mandarin voices .03 to .06).
const UNCLEAR: [&str; 1] = ["zf_xiaoni"];

/// The voices a speaker may be given.
pub fn clear() -> impl Iterator<Item = StockVoice> + Clone {
    all().filter(|v| !UNCLEAR.contains(&v.name))
}

/// The stock voice that a speaker of a language is learnt with: one that speaks it, of their gender where there is one.
pub fn teacher(language: &Language, gender: Option<Gender>) -> StockVoice {
    let accent = native_accent(language).unwrap_or(Accent::American);
    let of_gender = |v: &StockVoice| gender.is_none_or(|g| g == v.gender);
    let mut native = clear().filter(|v| v.accent == accent);
    let other = StockVoice { name: "af_heart", accent: Accent::American, gender: Gender::Female };
    native.clone().find(of_gender).or_else(|| native.next()).unwrap_or(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teacher_speaks_the_language_and_is_of_the_gender_where_there_is_one() {
        let name = |tag: &str, gender| teacher(&tag.parse().unwrap(), gender).name;
        assert_eq!(name("es", Some(Gender::Male)), "em_alex");
        assert_eq!(name("fr", Some(Gender::Male)), "ff_siwis");
        assert_eq!(name("de", Some(Gender::Female)), "af_alloy");
    }

    #[test]
    fn the_catalogue_is_whole() {
        assert_eq!(all().count(), NAMES.len());
        let men = all().filter(|v| v.accent == Accent::Spanish && v.gender == Gender::Male);
        assert_eq!(men.map(|v| v.name).collect::<Vec<_>>(), ["em_alex", "em_santa"]);
    }
}
