"""Mouth shapes of sounds, in the order of `redub_core::Viseme`, and Kokoro's spelling of espeak-ng's IPA."""

VISEMES = ["rest", "closed", "lip_teeth", "dental", "alveolar", "postalveolar", "velar", "rounded",
           "open", "mid", "spread", "round_open", "round_narrow"]
REST, CLOSED = 0, 1

# The same table as crates/redub-core/src/phone.rs.
_SOUNDS = ["", "pbmɓβɸ", "fvʋɱ", "θð", "tdnlszɾrɫʦʣʈɖɳɭTSɽɬ", "ʃʒʧʤɕʑʂʐʨʥꭧ", "kgɡŋxhɣχʁʔqħcɟçʝɰɴʀʕ",
           "wɹɻɥʍ", "aɑæɐɒ", "ɛəʌɜɚɝɤɘᵊᵻ", "iɪejɨɲʎ", "ɔoœ", "uʊyʏøɯʉɵ"]
_OF = {sound: index for index, sounds in enumerate(_SOUNDS) for sound in sounds}
# One letter, two mouths: the second takes the last two fifths.
GLIDES = {"A": ("e", "ɪ"), "I": ("a", "ɪ"), "O": ("ɔ", "ʊ"), "Q": ("ə", "ʊ"), "W": ("a", "ʊ"), "Y": ("ɔ", "ɪ")}
GLIDE_AT = 0.6
# Marks whose time belongs to the sound before them, and to the one after.
BEFORE, AFTER = set("ːˑʰʲʷ\u0303\u0329\u032f→↗↘"), set("ˈˌ'\u0361^")


def viseme(sound: str) -> int:
    """The mouth shape of a sound; rest for silence and what is unknown."""
    for sign in sound:
        if sign not in BEFORE and sign not in AFTER:
            return _OF.get(sign, REST)
    return REST


def shapes(phones):
    """[(sound, start, end)] to [(viseme, start, end)], diphthongs in two."""
    out = []
    for sound, start, end in phones:
        vowels = [s for s in sound if s in "aeiouɑɐɒæɔɛəʌɜɪʊyøœɯɨ"]
        if sound in GLIDES:
            vowels = list(GLIDES[sound])
        if len(vowels) == 2:
            middle = start + GLIDE_AT * (end - start)
            out += [(viseme(vowels[0]), start, middle), (viseme(vowels[1]), middle, end)]
        else:
            out.append((viseme(sound), start, end))
    return out


_SPELLING = {
    "en": [("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"),
           ("o^ʊ", "O"), ("ə^ʊ", "Q"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ɐ", "ə"), ("ː", ""),
           ("^", ""), ("e", "A"), ("o", "ɔ"), ("ɾ", "T"), ("ʔ", "t"), ("\u0303", ""), ("\u0329", "")],
    "": [("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q"),
         ("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("t^ɕ", "ʨ"), ("d^ʑ", "ʥ"), ("^", "")],
}


def to_kokoro(ipa: str, language: str, vocabulary) -> str:
    """espeak-ng's IPA (with `^` as the tie) in Kokoro's letters; what it does not know is left out."""
    text = ipa.replace("-", "").replace("g", "ɡ")
    for old, new in _SPELLING["en" if language == "en" else ""]:
        text = text.replace(old, new)
    return "".join(sign for sign in text if sign in vocabulary)
