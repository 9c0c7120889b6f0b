"""English text to Kokoro's phoneme symbols, word by word, through espeak-ng."""

import re
import subprocess

# espeak-ng writes diphthongs and affricates as two signs; Kokoro has one each.
TO_KOKORO = [
    ("\u200d", ""), ("^", ""),
    ("oʊ", "O"), ("əʊ", "Q"), ("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"),
    ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("əl", "ᵊl"), ("ɐ", "ə"),
    ("r", "ɹ"), ("g", "ɡ"), ("x", "k"), ("e", "A"), ("o", "ɔ"), ("ː", ""), ("\u0329", ""),
]
MARKS = "ˈˌ"


def _espeak(text: str) -> str:
    run = subprocess.run(
        ["espeak-ng", "-v", "en-us", "--ipa=3", "-q", text],
        capture_output=True, text=True, check=True,
    )
    ipa = " ".join(run.stdout.split())
    for old, new in TO_KOKORO:
        ipa = ipa.replace(old, new)
    return ipa


def sentence_symbols(sentence: str) -> list[tuple[str, int | None]]:
    """Returns (symbol, word index) pairs; blanks and punctuation have no word."""
    symbols: list[tuple[str, int | None]] = []
    word = 0
    for clause, stop in re.findall(r"([^,.!?;:]+)([,.!?;:]*)", sentence):
        words = clause.split()
        spoken = _espeak(clause).split()
        # espeak-ng may join two short words; then each is asked for on its own.
        if len(spoken) != len(words):
            spoken = ["".join(_espeak(w).split()) for w in words]
        for ipa in spoken:
            if symbols:
                symbols.append((" ", None))
            symbols += [(sign, word) for sign in ipa]
            word += 1
        symbols += [(sign, None) for sign in stop]
    return symbols
