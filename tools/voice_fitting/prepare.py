#!/usr/bin/env python3
"""A speaker's own speech as the decoder would have to say it, and sentences to judge by.

    prepare.py FILE LANGUAGE TARGET OUT.pkl

FILE (needs ffmpeg) is one person's speech in LANGUAGE. Each of its lines is heard by Whisper, said by a stock voice, and brought into
step with it (dynamic time warping), which gives every phoneme the length it has in FILE; pitch comes from FILE (Harvest), loudness
is mapped onto the decoder's by a straight line. TARGET is the language of the sentences, from bench/sentences.
"""
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import librosa
import numpy as np
import pyworld
from faster_whisper import WhisperModel

from kokoro import FRAME, MODELS, RATE, Kokoro, phonemes, voice
from likeness import at_16k, campplus, ge2e

ROOT = Path(__file__).resolve().parents[2]
STOCK = {
    "es": dict(m="em_alex", f="ef_dora"), "en": dict(m="am_michael", f="af_heart"),
    "fr": dict(m="ff_siwis", f="ff_siwis"), "pt": dict(m="pm_alex", f="pf_dora"), "it": dict(m="im_nicola", f="if_sara"),
}  # fmt: skip
MEL = librosa.filters.mel(sr=16_000, n_fft=2048, n_mels=80, htk=True, norm=None)
CEPSTRA = librosa.filters.mel(sr=RATE, n_fft=1024, n_mels=60, fmax=8000)


def loudness(sound):
    spectrum = np.abs(librosa.stft(sound, n_fft=2048, hop_length=300, win_length=1200)) ** 2
    return np.log(np.linalg.norm(MEL @ spectrum, axis=0) + 1e-5)


def cepstra(sound):
    spectrum = np.abs(librosa.stft(sound, n_fft=1024, hop_length=300, win_length=800)) ** 2
    c = librosa.feature.mfcc(S=np.log(CEPSTRA @ spectrum + 1e-6), n_mfcc=20)
    x = np.concatenate([c[1:], librosa.feature.delta(c, width=5)[1:], c[:1] * 0.5])
    return (x - x.mean(1, keepdims=True)) / (x.std(1, keepdims=True) + 1e-3)


def pitch(sound):
    return pyworld.harvest(sound.astype(np.float64), RATE, f0_floor=60, f0_ceil=500, frame_period=12.5)[0].astype(np.float32)


def spoken_lines(sound, language):
    whisper = WhisperModel(str(MODELS / "whisper-base"), device="cpu", compute_type="int8", cpu_threads=1)
    heard, _ = whisper.transcribe(at_16k(sound), language=language, word_timestamps=True, condition_on_previous_text=False)
    lines, line = [], []
    for word in (word for segment in heard for word in segment.words):
        over = line and (word.start - line[-1].end > 0.35 or word.end - line[0].start > 7)
        if over or (line and line[-1].word.strip()[-1] in ".?!"):
            lines, line = [*lines, line], []
        line.append(word)
    return [line for line in [*lines, line] if line and line[-1].end - line[0].start > 1]


def lengths(speaker, phones, style, own):
    """Frames of every phoneme in `own`, or nothing where it cannot be told."""
    frames = len(own) // FRAME
    _, plain, *_ = speaker.say(phones, style)
    said, plain, *_ = speaker.say(phones, style, speed=plain.sum() / frames)
    a, b = cepstra(said), cepstra(own)
    even = dict(step_sizes_sigma=np.array([[1, 1], [1, 2], [2, 1]]), weights_mul=np.array([1.0, 1.6, 1.6]))
    _, path = librosa.sequence.dtw(a, b, **(even if abs(np.log(a.shape[1] / b.shape[1])) < 0.5 else {}))
    path = path[::-1]
    edges = np.round(np.interp(np.concatenate([[0], np.cumsum(plain)]) * 2, path[:, 0], path[:, 1]) / 2)
    edges[0], edges[-1] = 0, frames
    for i in range(1, len(edges)):
        edges[i] = max(edges[i], edges[i - 1] + 1)
    edges[-1] = frames
    for i in range(len(edges) - 2, -1, -1):
        edges[i] = min(edges[i], edges[i + 1] - 1)
    found = np.diff(edges).astype(int)
    return found if found.min() >= 1 and found.sum() == frames else None


def main(file, language, target, out):
    command = ["ffmpeg", "-v", "error", "-i", file, "-vn", "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    sound = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)
    speaker, lines = Kokoro(), spoken_lines(sound, language)
    own = np.concatenate([sound[int(l[0].start * RATE) : int(l[-1].end * RATE)] for l in lines])
    voiced = pitch(own[: RATE * 12])
    median = float(np.median(voiced[voiced > 0]))
    gender = "m" if median < 150 else "f"
    style = voice(STOCK[language][gender])
    made, line_of = [], None
    for line in lines:
        if sum(len(l["sound"]) for l in made) > 25 * RATE:
            break
        part = sound[max(0, int(line[0].start * RATE) - 1200) : int(line[-1].end * RATE) + 2400]
        part = part[: len(part) // FRAME * FRAME]
        phones = phonemes("".join(w.word for w in line).strip(), language)
        durations = lengths(speaker, phones, style, part)
        if durations is None:
            continue
        said, _, text, _, loud = speaker.say(phones, style, durations)
        n = 2 * len(part) // FRAME
        if line_of is None:
            line_of = np.polyfit(loudness(said)[:n][20:-20], loud[20:-20], 1)
        f0 = np.pad(pitch(part)[:n], (0, max(0, n - len(pitch(part)))))
        made.append(dict(text=text, f0=f0, energy=loudness(part)[:n], stock=loud, sound=part))
    stock = STOCK[target][gender]
    bank = json.loads((ROOT / "crates/redub-speech/src/voices/bank.json").read_text())
    scale = float(np.clip(median / bank[stock]["pitch_hz"], 0.75, 1.33))
    plain = r"[0-9€$%]|www|\.\w|[A-Z]{2}|Sr\.|Dr"
    sentences = (ROOT / "bench/sentences" / f"{target}.txt").read_text().splitlines()
    asked = []
    for sentence in [s for s in sentences if s.strip() and not re.search(plain, s)][:6]:
        said, _, text, f0, loud = speaker.say(phonemes(sentence, target), voice(stock), pitch=scale)
        asked.append(dict(sentence=sentence, text=text, f0=f0, loudness=loud, sound=said))
    prints = dict(campplus=campplus(at_16k(own)), ge2e=ge2e(at_16k(own)))
    pickle.dump(dict(lines=made, asked=asked, line=line_of, gender=gender, target=target, **prints), open(out, "wb"))
    print(f"{file}: {median:.0f} Hz, {len(made)} lines, {sum(len(l['sound']) for l in made) / RATE:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
