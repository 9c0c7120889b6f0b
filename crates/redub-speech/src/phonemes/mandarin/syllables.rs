//! A pinyin syllable in Kokoro's symbols.
//!
//! The symbols are those Kokoro was taught Mandarin with (`misaki` 0.7, from `pinyin-to-ipa`; the sounds are described
//! in San Duanmu, *The Phonology of Standard Chinese*, 2nd ed. 2007): initials without voice, affricates of one letter,
//! the tone as an arrow after the nucleus, and one letter, `ɨ`, for the vowel of `zhi` and `zi`.

/// Initials, the longer before their beginnings.
const INITIALS: [(&str, &str); 21] = [
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];

/// Finals; `0` marks the tone's place.
const FINALS: [(&str, &str); 38] = [
    ("a", "a0"),
    ("ai", "ai0"),
    ("an", "a0n"),
    ("ang", "a0ŋ"),
    ("ao", "au0"),
    ("e", "ɤ0"),
    ("ei", "ei0"),
    ("en", "ə0n"),
    ("eng", "ə0ŋ"),
    ("i", "i0"),
    ("ia", "ja0"),
    ("ian", "jɛ0n"),
    ("iang", "ja0ŋ"),
    ("iao", "jau0"),
    ("ie", "je0"),
    ("in", "i0n"),
    ("ing", "i0ŋ"),
    ("iong", "jʊ0ŋ"),
    ("iou", "jou0"),
    ("iu", "jou0"),
    ("o", "wo0"),
    ("ong", "ʊ0ŋ"),
    ("ou", "ou0"),
    ("u", "u0"),
    ("ua", "wa0"),
    ("uai", "wai0"),
    ("uan", "wa0n"),
    ("uang", "wa0ŋ"),
    ("uei", "wei0"),
    ("ui", "wei0"),
    ("uen", "wə0n"),
    ("un", "wə0n"),
    ("ueng", "wə0ŋ"),
    ("uo", "wo0"),
    ("ü", "y0"),
    ("üe", "ɥe0"),
    ("üan", "ɥɛ0n"),
    ("ün", "y0n"),
];

/// Syllables that are not an initial and a final.
const WHOLE: [(&str, &str); 9] = [
    ("er", "ɚ0"),
    ("o", "ɔ0"),
    ("ê", "ɛ0"),
    ("yo", "jɔ0"),
    ("m", "m0"),
    ("n", "n0"),
    ("ng", "ŋ0"),
    ("hm", "hm0"),
    ("hng", "hŋ0"),
];

/// The arrows of the tones; the neutral one (5, or 0) has none.
const TONES: [(char, &str); 6] = [('1', "→"), ('2', "↗"), ('3', "↓"), ('4', "↘"), ('5', ""), ('0', "")];

/// Writes a syllable (`zhong1`, `lü4`, `de0`) in Kokoro's symbols; empty where it is none.
pub fn to_kokoro(pinyin: &str) -> String {
    let (syllable, tone) = TONES
        .iter()
        .find_map(|(digit, arrow)| Some((pinyin.strip_suffix(*digit)?, *arrow)))
        .unwrap_or((pinyin, ""));
    sounds(syllable).map(|sounds| sounds.replace('0', tone)).unwrap_or_default()
}

/// Initial and final, the tone's place marked.
fn sounds(syllable: &str) -> Option<String> {
    if let Some((_, whole)) = WHOLE.iter().find(|(s, _)| *s == syllable) {
        return Some((*whole).to_owned());
    }
    let (initial, rest, symbol) = INITIALS
        .iter()
        .find_map(|(initial, symbol)| Some((*initial, syllable.strip_prefix(*initial)?, *symbol)))
        .unwrap_or(("", syllable, ""));
    let rest = full_final(initial, rest);
    if rest == "i" && matches!(initial, "zh" | "ch" | "sh" | "r" | "z" | "c" | "s") {
        return Some(format!("{symbol}ɨ0"));
    }
    let (_, found) = FINALS.iter().find(|(f, _)| *f == rest)?;
    Some(format!("{symbol}{found}"))
}

/// The final as it sounds: `y` and `w` are spellings of a syllable that begins with its vowel, and `u` after `j`, `q`,
/// `x` and `y` is `ü` (Hanyu Pinyin orthography, GB/T 16159).
fn full_final(initial: &str, rest: &str) -> String {
    if matches!(initial, "j" | "q" | "x") && rest.starts_with('u') {
        return rest.replacen('u', "ü", 1);
    }
    if let Some(tail) = rest.strip_prefix('y').filter(|_| initial.is_empty()) {
        return match tail.chars().next() {
            Some('u') => tail.replacen('u', "ü", 1),
            Some('i') => tail.to_owned(),
            _ => format!("i{tail}"),
        };
    }
    if let Some(tail) = rest.strip_prefix('w').filter(|_| initial.is_empty()) {
        return if tail.starts_with('u') { tail.to_owned() } else { format!("u{tail}") };
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_written_as_in_training() {
        // Written by misaki 0.9.4 (`ZHG2P.py2ipa`).
        let golden = [
            ("zhong1", "ꭧʊ→ŋ"),
            ("guo2", "kwo↗"),
            ("bo1", "pwo→"),
            ("shi4", "ʂɨ↘"),
            ("zi3", "ʦɨ↓"),
            ("lü4", "ly↘"),
            ("jue2", "ʨɥe↗"),
            ("yuan2", "ɥɛ↗n"),
            ("xuan1", "ɕɥɛ→n"),
            ("yun4", "y↘n"),
            ("you3", "jou↓"),
            ("liu2", "ljou↗"),
            ("gui4", "kwei↘"),
            ("wen4", "wə↘n"),
            ("wu3", "u↓"),
            ("yi1", "i→"),
            ("ying1", "i→ŋ"),
            ("yong4", "jʊ↘ŋ"),
            ("er2", "ɚ↗"),
            ("de5", "tɤ"),
            ("nü3", "ny↓"),
        ];
        for (pinyin, symbols) in golden {
            assert_eq!(to_kokoro(pinyin), symbols, "{pinyin}");
        }
        assert_eq!(to_kokoro("x"), "");
    }
}
