"""Speech whose phonemes' times are known: espeak-ng's events, Kokoro's durations. All at 16 kHz."""

import ctypes
import json
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime

from symbols import AFTER, BEFORE, to_kokoro

RATE = 16_000
KOKORO_RATE, KOKORO_UNIT = 24_000, 600
# Kokoro's sound runs ahead of its durations (LEAD in crates/redub-speech/src/speak/timeline.rs).
KOKORO_LEAD = 0.055


def resample(audio: np.ndarray, ratio: float) -> np.ndarray:
    """`ratio` times as many samples, band-limited by a windowed sinc where samples get fewer."""
    if ratio < 1:
        taps = np.arange(-24, 25)
        low = np.sinc(taps * ratio * 0.95) * np.hanning(51)[1:-1]
        audio = np.convolve(audio, low / low.sum(), "same")
    at = np.arange(int(len(audio) * ratio)) / ratio
    return np.interp(at, np.arange(len(audio)), audio).astype(np.float32)


class Espeak:
    """The library of espeak-ng, with phoneme events in IPA."""

    class Event(ctypes.Structure):
        _fields_ = [("type", ctypes.c_int), ("id", ctypes.c_uint), ("text", ctypes.c_int),
                    ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
                    ("user", ctypes.c_void_p), ("name", ctypes.c_char * 8)]

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        synchronous, phoneme_events, ipa = 2, 1, 2
        self.rate = self.library.espeak_Initialize(synchronous, 0, None, phoneme_events | ipa)
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int,
                                ctypes.POINTER(self.Event))
        self.sound, self.marks = [], []

        def take(wave, count, events):
            if wave and count > 0:
                self.sound.append(np.ctypeslib.as_array(wave, (count,)).copy())
            step = 0
            while events and events[step].type != 0:
                if events[step].type == 7:
                    self.marks.append((events[step].milliseconds / 1000, events[step].name.decode("utf8", "ignore")))
                step += 1
            return 0

        self.callback = kind(take)
        self.library.espeak_SetSynthCallback(self.callback)

    def say(self, text: str, voice: str, words_per_minute: int, pitch: int, spread: int):
        """(audio, [(sound, start, end)])."""
        self.sound, self.marks = [], []
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for parameter, value in [(1, words_per_minute), (3, pitch), (4, spread)]:
            self.library.espeak_SetParameter(parameter, value, 0)
        raw = text.encode() + b"\0"
        self.library.espeak_Synth(raw, len(raw), 0, 0, 0, 1, None, None)
        self.library.espeak_Synchronize()
        audio = np.concatenate(self.sound).astype(np.float32) / 32768
        ends = [start for start, _ in self.marks[1:]] + [len(audio) / self.rate]
        phones = [(name, start, end) for (start, name), end in zip(self.marks, ends) if end > start]
        return resample(audio, RATE / self.rate), phones


class Kokoro:
    """Kokoro with its durations."""

    def __init__(self, models: Path, threads: int = 2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        path = models / "kokoro" / "kokoro-v1.0.int8.ctl.onnx"
        self.session = onnxruntime.InferenceSession(str(path), options)
        self.vocabulary = json.loads((models / "kokoro" / "vocab.json").read_text())["vocab"]
        self.voices = {p.stem: p for p in sorted((models / "kokoro-voices").glob("*.bin"))}

    def say(self, text: str, language: str, espeak_voice: str, voice: str, speed: float):
        """(audio, [(sound, start, end)])."""
        run = subprocess.run(["espeak-ng", "-q", "--ipa", "--tie=^", "-v", espeak_voice, text],
                             capture_output=True, text=True, check=True)
        symbols = to_kokoro(" ".join(run.stdout.split()) + ".", language, self.vocabulary)[:400]
        tokens = np.array([[0, *(self.vocabulary[s] for s in symbols), 0]], dtype=np.int64)
        style = np.fromfile(self.voices[voice], dtype=np.float32).reshape(-1, 256)[len(symbols)]
        audio, units = self.session.run(["audio", "/encoder/Cast_output_0"], {
            "tokens": tokens, "style": style[None], "speed": np.array([speed], np.float32),
            "dur_in": np.zeros_like(tokens), "f0_mul": np.ones(1, np.float32), "f0_add": np.zeros(1, np.float32)})
        seconds = units.reshape(-1) * (KOKORO_UNIT / KOKORO_RATE)
        at, phones, pending = max(0.0, seconds[0] - KOKORO_LEAD), [], None
        for sign, length in zip(symbols, seconds[1:]):
            if sign in BEFORE and phones:
                phones[-1] = (phones[-1][0], phones[-1][1], at + length)
            elif sign in AFTER:
                pending = at if pending is None else pending
            else:
                phones.append((sign, at if pending is None else pending, at + length))
                pending = None
            at += length
        return resample(audio.reshape(-1), RATE / KOKORO_RATE), phones
