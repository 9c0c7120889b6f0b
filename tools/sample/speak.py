"""Speaks the script with Kokoro and writes the voice, exact phone times and subtitles.

Usage: speak.py SCRIPT MODELS OUT_DIR
  writes OUT_DIR/voice.wav (48 kHz mono), presenter.json, presenter.srt
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import soundfile
from scipy.signal import resample_poly

from phonemes import MARKS, sentence_symbols

MODEL_RATE, RATE = 24_000, 48_000
UNIT = 600 / MODEL_RATE  # one duration unit of the model, in seconds
SPEECH_RMS = 10 ** (-21 / 20)
SILENT = set(" ,.!?;:")


class Speaker:
    """Kokoro with its duration output, so that every symbol's time is known."""

    def __init__(self, models: Path, voice: str):
        kokoro = models / "kokoro"
        self.session = onnxruntime.InferenceSession(str(kokoro / "kokoro-v1.0.int8.ctl.onnx"))
        self.vocab = json.loads((kokoro / "vocab.json").read_text())["vocab"]
        style = np.fromfile(models / "kokoro-voices" / f"{voice}.bin", dtype=np.float32)
        self.style = style.reshape(-1, 256)

    def say(self, symbols: str) -> tuple[np.ndarray, np.ndarray]:
        """Returns the audio and the seconds each symbol takes, silent ends included."""
        tokens = np.array([[0, *(self.vocab[s] for s in symbols), 0]], dtype=np.int64)
        outputs = self.session.run(
            ["audio", "/encoder/Cast_output_0"],
            {
                "tokens": tokens,
                "style": self.style[len(symbols)][None],
                "speed": np.ones(1, np.float32),
                "dur_in": np.zeros_like(tokens),
                "f0_mul": np.ones(1, np.float32),
                "f0_add": np.zeros(1, np.float32),
            },
        )
        return outputs[0].reshape(-1), outputs[1].reshape(-1) * UNIT


def phones_of(symbols, seconds, start, first_word):
    """Merges stress marks into the phone they precede and drops the silent symbols."""
    phones, at, stress, opened = [], start + seconds[0], "", None
    for (sign, word), length in zip(symbols, seconds[1:]):
        if sign in MARKS:
            stress, opened = {"ˈ": "primary", "ˌ": "secondary"}[sign], at
        elif sign not in SILENT:
            begin = at if opened is None else opened
            phones.append({"symbol": sign, "start": round(begin, 4), "end": round(at + length, 4),
                           "stress": stress or None, "word": first_word + word})
            stress, opened = "", None
        at += length
    return phones


def words_of(sentence, phones, first_word):
    words = []
    for index, text in enumerate(sentence.split(), first_word):
        own = [p for p in phones if p["word"] == index]
        words.append({"text": text, "start": own[0]["start"], "end": own[-1]["end"]})
    return words


def stamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def main() -> None:
    script_path, models, out = (Path(a) for a in sys.argv[1:4])
    script = json.loads(script_path.read_text())
    speaker = Speaker(models, script["voice"])
    parts = [np.zeros(round(script["lead_in"] * MODEL_RATE))]
    truth = {"phones": [], "words": [], "sentences": []}
    for sentence in script["sentences"]:
        start = sum(map(len, parts)) / MODEL_RATE
        symbols = sentence_symbols(sentence["text"])
        audio, seconds = speaker.say("".join(s for s, _ in symbols))
        phones = phones_of(symbols, seconds, start, len(truth["words"]))
        words = words_of(sentence["text"], phones, len(truth["words"]))
        truth["phones"] += phones
        truth["words"] += words
        truth["sentences"].append(
            {"text": sentence["text"], "start": words[0]["start"], "end": words[-1]["end"]})
        # Cut or fill the silence behind the last phone, so that the pause is as asked.
        keep = round((words[-1]["end"] - start + 0.1) * MODEL_RATE)
        audio = np.pad(audio[:keep], (0, max(0, keep - len(audio))))
        fade = round(0.03 * MODEL_RATE)
        audio[-fade:] *= np.linspace(1, 0, fade)
        parts += [audio, np.zeros(round(max(0.0, sentence["pause_after"] - 0.15) * MODEL_RATE))]
    parts.append(np.zeros(round(script["lead_out"] * MODEL_RATE)))
    voice = resample_poly(np.concatenate(parts), RATE // MODEL_RATE, 1)
    loud = voice[np.abs(voice) > 0.01]
    voice *= SPEECH_RMS / np.sqrt(np.mean(loud**2))
    soundfile.write(out / "voice.wav", voice, RATE, subtype="PCM_16")
    facts = {
        "title": "A sample that belongs to nobody",
        "licence": "CC0-1.0",
        "language": script["language"],
        "speakers": [{"id": "presenter", "gender": script["gender"], "voice": script["voice"]}],
        "text": " ".join(s["text"] for s in script["sentences"]),
        "duration": round(len(voice) / RATE, 4),
        "time_unit": "seconds",
        "phone_set": "Kokoro's IPA symbols (A=eɪ I=aɪ O=oʊ W=aʊ Y=ɔɪ)",
    }
    (out / "presenter.json").write_text(
        json.dumps(facts | truth, ensure_ascii=False, indent=1) + "\n")
    cues = [f"{n}\n{stamp(s['start'])} --> {stamp(s['end'])}\n{s['text']}\n"
            for n, s in enumerate(truth["sentences"], 1)]
    (out / "presenter.srt").write_text("\n".join(cues))


if __name__ == "__main__":
    main()
