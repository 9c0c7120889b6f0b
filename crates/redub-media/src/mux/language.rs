//! Language codes as containers want them.

/// ISO 639-1 and its ISO 639-2/T code, in pairs.
const CODES: &str = "af afr am amh ar ara as asm az aze ba bak be bel bg bul bn ben bo bod br bre bs bos ca cat cs ces \
cy cym da dan de deu el ell en eng eo epo es spa et est eu eus fa fas fi fin fo fao fr fra fy fry ga gle gd gla gl glg \
gu guj ha hau he heb hi hin hr hrv ht hat hu hun hy hye ia ina id ind ig ibo is isl it ita iw heb ja jpn jv jav ka kat \
kk kaz km khm kn kan ko kor ku kur ky kir la lat lb ltz ln lin lo lao lt lit lv lav mg mlg mi mri mk mkd ml mal mn mon \
mr mar ms msa mt mlt my mya nb nob ne nep nl nld nn nno no nor ny nya oc oci or ori pa pan pl pol ps pus pt por ro ron \
ru rus rw kin sa san sd snd si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp st sot su sun sv swe sw swa ta tam \
te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn tr tur tt tat ug uig uk ukr ur urd uz uzb vi vie wo wol xh xho yi yid \
yo yor zh zho zu zul fil fil yue zho cmn zho";

/// The three-letter code of a BCP 47 tag (`pt-BR` → `por`); `und` when it is not known.
pub(super) fn three_letters(tag: &str) -> &str {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let words: Vec<&str> = CODES.split_whitespace().collect();
    let known =
        words.chunks_exact(2).find(|pair| pair[0].eq_ignore_ascii_case(primary) || pair[1] == primary);
    match known {
        Some(pair) => pair[1],
        None if primary.len() == 3 && primary.bytes().all(|b| b.is_ascii_lowercase()) => primary,
        None => "und",
    }
}

#[cfg(test)]
mod tests {
    use super::three_letters;

    #[test]
    fn tags_become_three_letters() {
        let pairs = [
            ("es", "spa"),
            ("pt-BR", "por"),
            ("zh-Hant-TW", "zho"),
            ("deu", "deu"),
            ("ast", "ast"),
            ("x", "und"),
        ];
        for (tag, code) in pairs {
            assert_eq!(three_letters(tag), code);
        }
    }
}
