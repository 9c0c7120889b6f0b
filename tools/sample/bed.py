"""Plays a soft bed of music: slow chords and a few plucked notes, all computed here.

Usage: bed.py PRESENTER_JSON OUT_DIR
  writes OUT_DIR/bed.flac (48 kHz stereo, at the level it has in the mix) and mix.wav
"""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import butter, sosfilt

RATE = 48_000
BED_RMS = 10 ** (-39 / 20)
BAR = 60 / 76 * 4  # seconds of one bar in 4/4 at 76 beats a minute
# D, Bm, G, A as MIDI notes; one chord a bar.
CHORDS = [(50, 57, 62, 66), (47, 54, 62, 66), (43, 55, 59, 62), (45, 52, 61, 64)]
PATTERN = (0, 2, 3, 1, 2, 3, 2, 1)


def pitch(note: float) -> float:
    return 440 * 2 ** ((note - 69) / 12)


def pad(notes, time, rng):
    """A chord that swells and fades, each note slightly out of tune between the sides."""
    swell = np.sin(np.pi * np.clip(time / (BAR * 1.25), 0, 1)) ** 1.3
    sides = []
    for side in (-1, 1):
        voice = 0
        for note in notes:
            tone = 2 * np.pi * pitch(note + side * 0.04) * time + rng.uniform(0, 2 * np.pi)
            voice = voice + np.sin(tone) + 0.3 * np.sin(2 * tone) + 0.08 * np.sin(3 * tone)
        sides.append(voice * swell)
    return np.stack(sides, axis=1) * 0.25


def pluck(note, time):
    tone = 2 * np.pi * pitch(note) * time
    ring = np.sin(tone + 0.6 * np.sin(2 * tone) * np.exp(-time / 0.1))
    return ring * np.exp(-time / 0.5) * np.clip(time / 0.006, 0, 1)


def bed(duration: float) -> np.ndarray:
    rng = np.random.default_rng(2)
    total = round(duration * RATE)
    music = np.zeros((total + 4 * RATE, 2))
    for bar in range(int(duration / BAR) + 1):
        start, notes = round(bar * BAR * RATE), CHORDS[bar % len(CHORDS)]
        time = np.arange(round(BAR * 1.25 * RATE)) / RATE
        end = min(start + len(time), len(music))
        music[start:end] += pad(notes, time, rng)[: end - start]
        for step, which in enumerate(PATTERN):
            at = start + round((step / 8 * BAR + rng.normal(0, 0.006)) * RATE)
            time = np.arange(round(1.8 * RATE)) / RATE
            note = pluck(notes[which] + 12, time) * rng.uniform(0.2, 0.38)
            pan = 0.5 + 0.3 * np.sin(1.7 * (bar * 8 + step))
            at, end = max(at, 0), min(max(at, 0) + len(time), len(music))
            music[at:end] += note[: end - at, None] * [1 - pan, pan]
    music = sosfilt(butter(2, 1300, fs=RATE, output="sos"), music[:total], axis=0)
    ramp = np.clip(np.minimum(np.arange(total), np.arange(total)[::-1]) / (0.8 * RATE), 0, 1)
    music *= ramp[:, None]
    return music * BED_RMS / np.sqrt(np.mean(music**2))


def main() -> None:
    facts, out = json.load(open(sys.argv[1])), Path(sys.argv[2])
    voice, _ = soundfile.read(out / "voice.wav")
    music = bed(facts["duration"])
    soundfile.write(out / "bed.flac", music, RATE, subtype="PCM_16", compression_level=1.0)
    length = min(len(voice), len(music))
    soundfile.write(out / "mix.wav", music[:length] + voice[:length, None], RATE, subtype="PCM_16")


if __name__ == "__main__":
    main()
