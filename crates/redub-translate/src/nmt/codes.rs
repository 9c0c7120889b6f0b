//! What multilingual models call languages.

/// Primary subtag (with its region or script where that decides), code in FLORES-200 (NLLB), code in MADLAD-400.
const CODES: &[(&str, &str, &str)] = &[
    ("ar", "arb_Arab", "<2ar>"),
    ("bg", "bul_Cyrl", "<2bg>"),
    ("ca", "cat_Latn", "<2ca>"),
    ("cs", "ces_Latn", "<2cs>"),
    ("da", "dan_Latn", "<2da>"),
    ("de", "deu_Latn", "<2de>"),
    ("el", "ell_Grek", "<2el>"),
    ("en", "eng_Latn", "<2en>"),
    ("es", "spa_Latn", "<2es>"),
    ("fa", "pes_Arab", "<2fa>"),
    ("fi", "fin_Latn", "<2fi>"),
    ("fr", "fra_Latn", "<2fr>"),
    ("gl", "glg_Latn", "<2gl>"),
    ("he", "heb_Hebr", "<2iw>"),
    ("hi", "hin_Deva", "<2hi>"),
    ("hr", "hrv_Latn", "<2hr>"),
    ("hu", "hun_Latn", "<2hu>"),
    ("id", "ind_Latn", "<2id>"),
    ("it", "ita_Latn", "<2it>"),
    ("ja", "jpn_Jpan", "<2ja>"),
    ("ko", "kor_Hang", "<2ko>"),
    ("nl", "nld_Latn", "<2nl>"),
    ("no", "nob_Latn", "<2no>"),
    ("pl", "pol_Latn", "<2pl>"),
    ("pt", "por_Latn", "<2pt>"),
    ("ro", "ron_Latn", "<2ro>"),
    ("ru", "rus_Cyrl", "<2ru>"),
    ("sk", "slk_Latn", "<2sk>"),
    ("sv", "swe_Latn", "<2sv>"),
    ("th", "tha_Thai", "<2th>"),
    ("tr", "tur_Latn", "<2tr>"),
    ("uk", "ukr_Cyrl", "<2uk>"),
    ("vi", "vie_Latn", "<2vi>"),
    ("zh", "zho_Hans", "<2zh>"),
];

/// How a model is told its languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// The source's code before the source, the target's code before the target.
    Nllb,
    /// The target's code before the source.
    Madlad,
}

impl Family {
    /// The code of a language; `None` where the table has none.
    pub fn code(self, language: &str) -> Option<&'static str> {
        let row = CODES.iter().find(|(tag, ..)| *tag == language)?;
        Some(if self == Family::Nllb { row.1 } else { row.2 })
    }

    /// The languages whose codes stand among the pieces of a vocabulary, and the family they tell of; `None` when there are
    /// fewer than two.
    pub fn of(vocabulary: &str) -> Option<(Self, Vec<&'static str>)> {
        let pieces: std::collections::HashSet<&str> =
            vocabulary.split(['"', '\n', '\r']).filter(|p| p.len() > 4 && p.len() < 9).collect();
        [Family::Nllb, Family::Madlad].into_iter().find_map(|family| {
            let has = |tag: &&str| family.code(tag).is_some_and(|code| pieces.contains(code));
            let languages: Vec<&str> = CODES.iter().map(|row| row.0).filter(has).collect();
            (languages.len() > 1).then_some((family, languages))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vocabulary_tells_family_and_languages() {
        let nllb = "[\n  \"<s>\",\n  \"\u{2581}the\",\n  \"eng_Latn\",\n  \"zho_Hans\"\n]";
        assert_eq!(Family::of(nllb), Some((Family::Nllb, vec!["en", "zh"])));
        assert_eq!(Family::of("<unk>\n<2de>\n<2en>\n"), Some((Family::Madlad, vec!["de", "en"])));
        // Whisper's vocabulary is no translator's.
        assert_eq!(Family::of("[\"<|en|>\", \"<|es|>\", \"the\"]"), None);
        assert_eq!(Family::Nllb.code("xx"), None);
    }
}
