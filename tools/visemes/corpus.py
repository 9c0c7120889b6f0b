"""Makes the spoken material: `corpus.py MODELS OUT [--kokoro N] [--espeak N] [--judge FOLDER]`.

Every utterance is a few words picked from all sentences of a language, so that sounds meet in many orders, or a sentence as it
is. Kokoro's voices in `UNSEEN` are kept for judging; `--judge` writes them as sound files with their phonemes' times, for
`judge.py`.
"""

import argparse
import json
import pickle
import wave
from pathlib import Path

import numpy as np

from speech import Espeak, Kokoro
from symbols import shapes

ESPEAK_VOICES = {"en": ["en-us", "en", "en-gb-scotland"], "es": ["es", "es-419"], "fr": ["fr", "fr-be"], "it": ["it"],
                 "pt": ["pt-br", "pt"], "de": ["de"], "nl": ["nl"], "pl": ["pl"], "ca": ["ca"], "ru": ["ru"],
                 "tr": ["tr"], "hi": ["hi"], "sv": ["sv"], "ro": ["ro"]}
VARIANTS = ["", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+f1", "+f2", "+f3", "+f4", "+f5", "+klatt", "+klatt3"]
# Languages of Kokoro's voices by their first letter; Japanese and Chinese voices speak what others do.
KOKORO_LANGUAGES = {"a": ["en"], "b": ["en"], "e": ["es", "ca"], "f": ["fr"], "h": ["hi", "en"], "i": ["it", "de", "nl", "pl"],
                    "j": ["es", "it", "en"], "p": ["pt"], "z": ["en", "it", "de"]}
KOKORO_ESPEAK = {"en": "en-us", "pt": "pt-br"}
UNSEEN = ["af_nova", "bm_lewis", "em_alex", "ff_siwis", "if_sara", "pm_alex", "hm_omega", "jf_nezumi", "zm_yunxi"]


def read_sentences(path: Path):
    table = {}
    for row in path.read_text().splitlines():
        language, text = row.split("\t")
        table.setdefault(language, []).append(text)
    return table


def pick(sentences, rng) -> str:
    if rng.random() < 0.25:
        return str(rng.choice(sentences))
    words = " ".join(sentences).split()
    chosen = list(rng.choice(words, rng.integers(4, 11), replace=False))
    if rng.random() < 0.4:
        chosen[len(chosen) // 2] = chosen[len(chosen) // 2].strip(",.?!") + ","
    return " ".join(chosen)


def padded(audio, phones, rng):
    """Silence before and after."""
    before, after = rng.uniform(0.1, 0.9, 2)
    size = round(before * 16_000)
    audio = np.concatenate([np.zeros(size, np.float32), audio, np.zeros(round(after * 16_000), np.float32)])
    moved = [(sound, s + size / 16_000, e + size / 16_000) for sound, s, e in phones]
    return audio, shapes(moved), moved


def write(stem: Path, audio, facts):
    stem.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(f"{stem}.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((audio.clip(-1, 1) * 32767).astype("<i2").tobytes())
    Path(f"{stem}.json").write_text(json.dumps(facts, ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("models", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kokoro", type=int, default=45, help="utterances of Kokoro's voices, in turn")
    parser.add_argument("--unseen", type=int, default=2, help="utterances of each voice kept for judging")
    parser.add_argument("--espeak", type=int, default=420, help="utterances of espeak-ng")
    parser.add_argument("--judge", type=Path, help="folder for the unseen voices")
    arguments = parser.parse_args()
    rng = np.random.default_rng(11)
    sentences = read_sentences(Path(__file__).with_name("sentences.tsv"))
    train, test = [], []

    espeak = Espeak()
    languages = list(ESPEAK_VOICES)
    for index in range(arguments.espeak):
        language = languages[index % len(languages)]
        voice = str(rng.choice(ESPEAK_VOICES[language])) + str(rng.choice(VARIANTS))
        audio, phones = espeak.say(pick(sentences[language], rng), voice, int(rng.integers(110, 260)),
                                   int(rng.integers(20, 80)), int(rng.integers(20, 90)))
        train.append((voice, *padded(audio, phones, rng)[:2]))

    kokoro = Kokoro(arguments.models)
    heard = [voice for voice in kokoro.voices if voice not in UNSEEN]
    # A stride that shares no factor with their number goes through all of them in a mixed order.
    turns = [heard[i * 7 % len(heard)] for i in range(arguments.kokoro)]
    for voice in turns + UNSEEN * arguments.unseen:
        language = str(rng.choice(KOKORO_LANGUAGES[voice[0]]))
        text = pick(sentences[language], rng)
        audio, phones = kokoro.say(text, language, KOKORO_ESPEAK.get(language, language), voice,
                                   float(rng.uniform(0.8, 1.3)))
        audio, spans, phones = padded(audio, phones, rng)
        (test if voice in UNSEEN else train).append((voice, audio, spans))
        if voice in UNSEEN and arguments.judge:
            write(arguments.judge / f"{voice}.{len(test)}", audio, {"language": language, "text": text, "phones": phones})
    arguments.out.write_bytes(pickle.dumps({"train": train, "test": test}))
    for name, part in [("train", train), ("test", test)]:
        print(name, len(part), "utterances", round(sum(len(a) for _, a, _ in part) / 16_000), "s")


if __name__ == "__main__":
    main()
